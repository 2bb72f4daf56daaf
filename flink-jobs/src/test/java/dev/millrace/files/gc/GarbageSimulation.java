package dev.millrace.files.gc;

import dev.millrace.files.gc.ChunkLife.Stage;
import dev.millrace.files.gc.ChunkStep.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * People, their namespaces, the hashing job and the bucket, on one thread: what happens next is decided by a seed.
 * Every channel keeps its order and no other; the job falls back to its last checkpoint, while namespaces, the bucket
 * and what was told stay as they are. Each pack has one chunk.
 */
final class GarbageSimulation {
    private static final int PARTITIONS = 3;
    private static final int OWNERS = 2;
    private static final int CHUNKS = 10;
    private static final int CONTENT_CHUNKS_MAX = 4;
    private static final int UPLOADS_MAX = 3;
    private static final int VERSIONS_MAX = 10;
    /** Steps until another sender is the slow one. */
    private static final int SLOW_STEPS = 700;

    private static final int NO_SENDER = 2 * PARTITIONS;

    private static final int MARKERS_EARLY_MAX = 3;

    private final long seed;
    private final Fault fault;
    private final Random random;
    private final List<Namespace> namespaces = new ArrayList<>();
    private final Set<Copy> bucket = new HashSet<>();
    /** Facts that no effect has followed yet. */
    private final List<Copy> chunkDeleted = new ArrayList<>();

    private final List<Integer> partitionsWithoutMarker = new ArrayList<>();
    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    private Job job = new Job();
    private Job checkpoint = new Job();
    private long epoch;
    private int uploads;
    private int packs;
    private int crashes;
    /** A partition's facts, or beyond those a partition's uploads. */
    private int slowSender = NO_SENDER;

    private boolean slowReads;

    /** What may be wrong, to see that it is found. */
    enum Fault {
        NONE,
        DELETES_AFTER_ONE_EPOCH,
        LETS_MARKERS_PASS_UPLOADS,
        TAKES_NO_SECOND_LOOK,
        GIVES_CONDEMNED_COPIES,
        WRITES_MARKERS_EARLY
    }

    record Copy(int chunk, int pack) {}

    private record Version(List<Copy> copies, boolean deleted) {}

    private record Told(int upload, List<Copy> copies) {}

    /** An upload on its way through the job; where its chunks lie comes in any order. */
    private record Reading(int partition, List<Integer> content, int next, Map<Integer, Copy> places) {
        Reading sent() {
            return new Reading(partition, content, next + 1, places);
        }

        Reading placed(int index, Copy copy) {
            Map<Integer, Copy> with = new TreeMap<>(places);
            with.put(index, copy);
            return new Reading(partition, content, next, with);
        }
    }

    /** A fact to the job, or something that one of its tasks sends to another. */
    private interface Message {
        void reach(Job job);
    }

    GarbageSimulation(long seed, Fault fault) {
        this.seed = seed;
        this.fault = fault;
        this.random = new Random(seed);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            namespaces.add(new Namespace(partition));
        }
    }

    /** @throws IllegalStateException if something is lost */
    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            if (step % SLOW_STEPS == 0) {
                slowSender = random.nextInt(NO_SENDER + 1);
                slowReads = random.nextBoolean();
            }
            int what = random.nextInt(1000);
            if (what < 120) {
                pick(namespaces).live();
            } else if (what < 220) {
                pick(namespaces).decide();
            } else if (what < 400) {
                readFact();
            } else if (what < 700) {
                deliver();
            } else if (what < 820) {
                readChunk();
            } else if (what < 880) {
                tell();
            } else if (what < 930) {
                deleteObject();
            } else if (what < 975) {
                writeMarker();
            } else if (what < 996) {
                checkpoint = new Job(job);
            } else {
                job = new Job(checkpoint);
                crashes++;
            }
            expectNothingLost(step);
        }
    }

    /** Nobody does anything any more, and nothing breaks, for two epochs. */
    void endInQuiet() {
        slowSender = NO_SENDER;
        slowReads = false;
        settle();
        // Packs that a failure made the job forget are found by who sweeps the bucket.
        bucket.forEach(copy -> job.ownerOf(copy.chunk()).lives.putIfAbsent(copy, ChunkLife.stored()));
        checkpoint = new Job(job);
        long last = epoch + 2;
        while (checkpoint.closed() < last) {
            writeMarker();
            settle();
            checkpoint = new Job(job);
        }
        expectNothingLost(-1);
    }

    private void settle() {
        for (boolean moved = true; moved; ) {
            moved = false;
            for (Namespace namespace : namespaces) {
                moved |= namespace.decide();
            }
            moved |= readFact();
            moved |= deliver();
            moved |= readChunk();
            moved |= tell();
            moved |= deleteObject();
        }
    }

    Set<Copy> bucket() {
        return bucket;
    }

    /** What some version is made of. */
    Set<Copy> named() {
        Set<Copy> named = new HashSet<>();
        namespaces.forEach(namespace -> namespace.versions.forEach(version -> named.addAll(version.copies())));
        return named;
    }

    Map<Outcome, Integer> outcomes() {
        return outcomes;
    }

    int crashes() {
        return crashes;
    }

    private void expectNothingLost(int step) {
        for (Namespace namespace : namespaces) {
            namespace.versions.forEach(version -> expectStored(version.copies(), "a version", step));
            for (Told told : namespace.commands) {
                if (namespace.verifying.contains(told.upload())) {
                    expectStored(told.copies(), "an upload that was told", step);
                }
            }
        }
        job.readings.forEach((upload, reading) -> {
            if (namespaces.get(reading.partition()).verifying.contains(upload)) {
                expectStored(List.copyOf(reading.places().values()), "an open upload", step);
            }
        });
    }

    private void expectStored(List<Copy> copies, String whose, int step) {
        for (Copy copy : copies) {
            if (!bucket.contains(copy)) {
                throw new IllegalStateException("lost: " + copy + " of " + whose + " seed=" + seed + " step=" + step);
            }
        }
    }

    private boolean readFact() {
        List<Integer> unread = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            if (job.read[partition] < namespaces.get(partition).log.size()) {
                unread.add(partition);
            }
        }
        if (unread.isEmpty()) {
            return false;
        }
        int partition = pick(unread);
        if (!late(partition == slowSender)) {
            namespaces.get(partition).log.get(job.read[partition]++).reach(job);
        }
        return true;
    }

    private boolean deliver() {
        List<Integer> filled = new ArrayList<>();
        for (int channel = 0; channel < job.channels.size(); channel++) {
            if (!job.channels.get(channel).isEmpty()) {
                filled.add(channel);
            }
        }
        if (filled.isEmpty()) {
            return false;
        }
        int channel = pick(filled);
        if (!late(channel / OWNERS == slowSender)) {
            job.channels.get(channel).remove().reach(job);
        }
        return true;
    }

    private boolean readChunk() {
        List<Integer> unread = new ArrayList<>();
        job.readings.forEach((upload, reading) -> {
            if (reading.next() < reading.content().size()) {
                unread.add(upload);
            }
        });
        if (unread.isEmpty()) {
            return false;
        }
        int upload = pick(unread);
        Reading reading = job.reading(upload);
        if (reading == null || late(slowReads)) {
            return true;
        }
        boolean over = !namespaces.get(reading.partition()).verifying.contains(upload);
        if (over && random.nextBoolean()) {
            // What was sent is removed already.
            job.readings.remove(upload);
            return true;
        }
        int index = reading.next();
        int chunk = reading.content().get(index);
        job.readings.put(upload, reading.sent());
        job.send(PARTITIONS + reading.partition(), chunk % OWNERS, then -> then.brought(upload, index, chunk));
        return true;
    }

    private boolean tell() {
        List<Integer> complete = new ArrayList<>();
        job.readings.forEach((upload, reading) -> {
            if (reading.places().size() == reading.content().size()) {
                complete.add(upload);
            }
        });
        if (complete.isEmpty()) {
            return false;
        }
        int upload = pick(complete);
        Reading reading = job.reading(upload);
        if (reading != null) {
            job.readings.remove(upload);
            Told told = new Told(upload, List.copyOf(reading.places().values()));
            namespaces.get(reading.partition()).commands.add(told);
            if (random.nextInt(4) == 0) {
                namespaces.get(reading.partition()).commands.add(told);
            }
        }
        return true;
    }

    private boolean deleteObject() {
        if (chunkDeleted.isEmpty()) {
            return false;
        }
        bucket.remove(chunkDeleted.remove(random.nextInt(chunkDeleted.size())));
        return true;
    }

    private void writeMarker() {
        if (!partitionsWithoutMarker.isEmpty()) {
            int partition = partitionsWithoutMarker.remove(random.nextInt(partitionsWithoutMarker.size()));
            long marked = epoch;
            namespaces.get(partition).log.add(then -> then.marker(partition, marked));
        } else if (fault == Fault.WRITES_MARKERS_EARLY
                ? epoch < job.closed() + MARKERS_EARLY_MAX
                : epoch == checkpoint.closed()) {
            epoch++;
            for (int partition = 0; partition < PARTITIONS; partition++) {
                partitionsWithoutMarker.add(partition);
            }
        }
    }

    private boolean late(boolean slow) {
        return slow && random.nextInt(16) != 0;
    }

    private <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    /** One namespace, which is a partition of its own. No failure takes anything of it back. */
    private final class Namespace {
        private final int partition;
        private final List<Message> log = new ArrayList<>();
        private final List<Version> versions = new ArrayList<>();
        private final Set<Integer> verifying = new HashSet<>();
        private final List<Told> commands = new ArrayList<>();

        Namespace(int partition) {
            this.partition = partition;
        }

        /** Somebody does something. */
        private void live() {
            int what = random.nextInt(10);
            if (what < 4) {
                upload();
            } else if (!versions.isEmpty()) {
                int which = random.nextInt(versions.size());
                Version version = versions.get(which);
                if (what < 6) {
                    versions.set(which, new Version(version.copies(), true));
                } else if (what < 7) {
                    versions.set(which, new Version(version.copies(), false));
                } else if (what < 8) {
                    restore(version);
                } else if (version.deleted()) {
                    versions.remove(which);
                    log.add(then -> version.copies().forEach(copy -> then.gone(partition, copy)));
                }
            }
        }

        private void upload() {
            if (verifying.size() == UPLOADS_MAX || versions.size() >= VERSIONS_MAX) {
                return;
            }
            List<Integer> chunks = new ArrayList<>();
            for (int left = 1 + random.nextInt(CONTENT_CHUNKS_MAX); left > 0; left--) {
                chunks.add(random.nextInt(CHUNKS));
            }
            List<Integer> content = List.copyOf(chunks);
            int upload = uploads++;
            verifying.add(upload);
            log.add(then -> then.begun(partition, upload, content));
        }

        private void restore(Version version) {
            if (versions.size() < VERSIONS_MAX) {
                versions.add(new Version(version.copies(), false));
                log.add(then -> version.copies().forEach(copy -> then.named(partition, copy)));
            }
        }

        /** Of what it was told, the first counts; now and then nothing comes of the upload. */
        private boolean decide() {
            if (commands.isEmpty()) {
                return false;
            }
            Told told = commands.remove(random.nextInt(commands.size()));
            if (verifying.remove(told.upload())) {
                List<Copy> copies = random.nextInt(5) == 0 ? List.of() : told.copies();
                if (!copies.isEmpty()) {
                    versions.add(new Version(copies, false));
                }
                log.add(then -> then.over(partition, told.upload(), copies));
            }
            return true;
        }
    }

    /** What owns some of the chunks. */
    private static final class Owner {
        private final Map<Copy, ChunkLife> lives;
        /** The newest copy of each chunk. */
        private final Map<Integer, Copy> newest;

        private final long[] passed;
        private long closed;

        Owner() {
            lives = new LinkedHashMap<>();
            newest = new TreeMap<>();
            passed = new long[PARTITIONS];
        }

        Owner(Owner other) {
            lives = new LinkedHashMap<>(other.lives);
            newest = new TreeMap<>(other.newest);
            passed = other.passed.clone();
            closed = other.closed;
        }
    }

    /** All that a checkpoint has. */
    private final class Job {
        private final int[] read;
        private final List<Passage> passages = new ArrayList<>();
        private final List<Owner> owners = new ArrayList<>();
        /** From each partition's facts, then from each partition's uploads, to each owner. */
        private final List<Deque<Message>> channels = new ArrayList<>();

        private final Map<Integer, Reading> readings;

        Job() {
            read = new int[PARTITIONS];
            readings = new TreeMap<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                passages.add(Passage.start());
            }
            for (int owner = 0; owner < OWNERS; owner++) {
                owners.add(new Owner());
            }
            for (int channel = 0; channel < 2 * PARTITIONS * OWNERS; channel++) {
                channels.add(new ArrayDeque<>());
            }
        }

        Job(Job other) {
            read = other.read.clone();
            readings = new TreeMap<>(other.readings);
            passages.addAll(other.passages);
            other.owners.forEach(owner -> owners.add(new Owner(owner)));
            other.channels.forEach(channel -> channels.add(new ArrayDeque<>(channel)));
        }

        private @Nullable Reading reading(int upload) {
            return readings.get(upload);
        }

        private Owner ownerOf(int chunk) {
            return owners.get(chunk % OWNERS);
        }

        private long closed() {
            return owners.stream().mapToLong(owner -> owner.closed).min().orElseThrow();
        }

        private void send(int from, int owner, Message message) {
            channels.get(from * OWNERS + owner).add(message);
        }

        // What facts do.

        private void begun(int partition, int upload, List<Integer> content) {
            readings.put(upload, new Reading(partition, content, 0, Map.of()));
            if (fault != Fault.LETS_MARKERS_PASS_UPLOADS) {
                pass(partition, passages.get(partition).uploadBegun(Integer.toString(upload)));
            }
        }

        private void over(int partition, int upload, List<Copy> copies) {
            copies.forEach(copy -> named(partition, copy));
            pass(partition, passages.get(partition).uploadOver(Integer.toString(upload)));
        }

        private void named(int partition, Copy copy) {
            send(partition, copy.chunk() % OWNERS, then -> then.referenced(copy));
        }

        private void gone(int partition, Copy copy) {
            send(partition, copy.chunk() % OWNERS, then -> then.released(copy));
        }

        private void marker(int partition, long marked) {
            pass(partition, passages.get(partition).marker(marked));
        }

        private void pass(int partition, Passage after) {
            long before = passages.set(partition, after).passed();
            long now = after.passed();
            if (now > before) {
                for (int to = 0; to < OWNERS; to++) {
                    int owner = to;
                    send(partition, owner, then -> then.passed(owner, partition, now));
                }
            }
        }

        // What reaches owners.

        private void brought(int upload, int index, int chunk) {
            Owner owner = ownerOf(chunk);
            Copy copy = owner.newest.get(chunk);
            ChunkLife life = copy == null ? null : owner.lives.get(copy);
            if (copy == null || life == null || !given(life)) {
                copy = new Copy(chunk, packs++);
                bucket.add(copy);
                owner.lives.put(copy, ChunkLife.stored());
                owner.newest.put(chunk, copy);
            }
            Reading reading = reading(upload);
            if (reading != null) {
                readings.put(upload, reading.placed(index, copy));
            }
        }

        private boolean given(ChunkLife life) {
            return seen(ChunkRules.hit(life)) == Outcome.HIT
                    || (fault == Fault.GIVES_CONDEMNED_COPIES && life.stage() == Stage.CONDEMNED);
        }

        private void referenced(Copy copy) {
            Map<Copy, ChunkLife> lives = ownerOf(copy.chunk()).lives;
            // A failure may have made its owner forget that it was stored.
            ChunkLife life = lives.getOrDefault(copy, ChunkLife.stored());
            if (fault == Fault.TAKES_NO_SECOND_LOOK && life.stage() == Stage.CONDEMNED) {
                return;
            }
            ChunkStep step = ChunkRules.referenced(life);
            seen(step);
            lives.put(copy, step.life());
        }

        private void released(Copy copy) {
            Map<Copy, ChunkLife> lives = ownerOf(copy.chunk()).lives;
            ChunkLife life = lives.get(copy);
            if (life == null) {
                throw new IllegalStateException("a version named what was deleted: " + copy + " seed=" + seed);
            }
            lives.put(copy, ChunkRules.released(life).life());
        }

        private void passed(int to, int partition, long now) {
            Owner owner = owners.get(to);
            owner.passed[partition] = now;
            long all = now;
            for (long one : owner.passed) {
                all = Math.min(all, one);
            }
            while (owner.closed < all) {
                owner.closed++;
                List.copyOf(owner.lives.keySet()).forEach(copy -> close(owner, copy));
            }
        }

        private void close(Owner owner, Copy copy) {
            ChunkLife life = owner.lives.get(copy);
            if (life == null) {
                return;
            }
            ChunkStep step = ChunkRules.epochClosed(life, owner.closed);
            Outcome outcome = seen(step);
            if (outcome == Outcome.DELETED
                    || (fault == Fault.DELETES_AFTER_ONE_EPOCH && outcome == Outcome.CONDEMNED)) {
                owner.lives.remove(copy);
                owner.newest.remove(copy.chunk(), copy);
                chunkDeleted.add(copy);
            } else {
                owner.lives.put(copy, step.life());
            }
        }

        private Outcome seen(ChunkStep step) {
            outcomes.merge(step.outcome(), 1, Integer::sum);
            return step.outcome();
        }
    }
}
