package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.packs.ManifestNode;
import dev.millrace.files.packs.Packed;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import dev.millrace.topics.v1.Position;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/**
 * People, their namespaces and a bucket around the real operators; what happens next is decided by a seed. The job falls
 * back to its last checkpoint or to an older one, while the logs, the bucket and what was told stay as they are.
 */
@SuppressWarnings("try") // that closing a harness can be interrupted
final class CollectionTrial implements AutoCloseable {
    private static final int PARTITIONS = 2;
    private static final int CHUNKS = 8;
    private static final int CONTENT_CHUNKS_MAX = 4;
    private static final int UPLOADS_MAX = 3;
    private static final int VERSIONS_MAX = 6;
    /** Until another one is slow: what is said of a partition, or behind those, what is hashed. */
    private static final int SLOW_STEPS = 300;

    private static final int HASHING = PARTITIONS;
    private static final HexFormat HEX = HexFormat.of();

    private final Random random;
    private final boolean crashing;
    private final MemoryStore store = new MemoryStore();
    /** Facts by partition. */
    private final List<List<NamespaceFact>> log = new ArrayList<>();

    private final Map<Integer, List<Integer>> contents = new TreeMap<>();
    private final Set<Integer> open = new HashSet<>();
    private final List<Told> told = new ArrayList<>();
    private final List<Stored> versions = new ArrayList<>();
    private final List<byte[]> chunkFacts = new ArrayList<>();

    private long nowMillis = 1;
    private long checkpoints;
    private int crashes;
    private int slow;
    /** For so many steps uploads are far ahead of what is said of all partitions. */
    private int behind;

    private Job job = new Job();
    /** The newest is the last. */
    private final List<Checkpoint> kept = new ArrayList<>();

    private Tasks tasks;
    private String run = Collecting.RUN;

    /** @param states in the order of {@link Tasks} */
    private record Checkpoint(Job job, List<OperatorSubtaskState> states) {}

    private record Told(int upload, ManifestRef manifest) {}

    private record Stored(int partition, int upload, Version version) {}

    /** An upload on its way through the job. */
    private record Reading(int next, Map<Integer, PlacedChunk> places) {}

    /** What a checkpoint has beside the operators' state. */
    private static final class Job {
        private final int[] followed = new int[PARTITIONS];
        private final int[] hashed = new int[PARTITIONS];
        private final Map<Integer, Reading> readings = new TreeMap<>();
        private final List<Deque<LogEvent>> events = new ArrayList<>();
        private int kept;

        Job() {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                events.add(new ArrayDeque<>());
            }
        }

        Job copy() {
            Job copy = new Job();
            System.arraycopy(followed, 0, copy.followed, 0, PARTITIONS);
            System.arraycopy(hashed, 0, copy.hashed, 0, PARTITIONS);
            readings.forEach((upload, reading) ->
                    copy.readings.put(upload, new Reading(reading.next(), new TreeMap<>(reading.places()))));
            for (int partition = 0; partition < PARTITIONS; partition++) {
                copy.events.get(partition).addAll(events.get(partition));
            }
            copy.kept = kept;
            return copy;
        }
    }

    /** One attempt. */
    private record Tasks(
            KeyedOneInputStreamOperatorTestHarness<Integer, byte[], LogEvent> references,
            KeyedTwoInputStreamOperatorTestHarness<String, SentChunk, LogEvent, PlacedChunk> owner,
            OneInputStreamOperatorTestHarness<ClosedEpoch, byte[]> epochs,
            KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> packs,
            List<byte[]> said)
            implements AutoCloseable {
        void open() throws Exception {
            references.open();
            owner.open();
            epochs.open();
            packs.open();
        }

        @Override
        public void close() throws Exception {
            references.close();
            owner.close();
            epochs.close();
            packs.close();
        }
    }

    CollectionTrial(long seed, boolean crashing) throws Exception {
        this.random = new Random(seed);
        this.crashing = crashing;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            log.add(new ArrayList<>());
        }
        tasks = begun(List.of());
        takeCheckpoint();
    }

    /** @param from states as {@link #takeCheckpoint} has them; none: from nothing */
    private Tasks begun(List<OperatorSubtaskState> from) throws Exception {
        Tasks begun = notYetOpen(from);
        try {
            begun.open();
            return begun;
        } catch (SuppressRestartsException e) {
            begun.close();
            throw e;
        }
    }

    private Tasks notYetOpen(List<OperatorSubtaskState> from) throws Exception {
        Tasks begun = new Tasks(
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new ReferenceOperator(store.access(), plan()),
                        fact -> NamespaceFact.parseFrom(fact).getPosition().getPartition(),
                        Types.INT),
                Collecting.packing(store, plan()),
                new OneInputStreamOperatorTestHarness<>(new EpochOperator(store.access(), plan())),
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(new KeepPacks(store.access(), Collecting.plan(PARTITIONS))),
                        ChunkFacts::packOf,
                        Types.STRING),
                new ArrayList<>());
        begun.epochs().setProcessingTime(nowMillis);
        begun.packs().setProcessingTime(nowMillis);
        if (!from.isEmpty()) {
            begun.references().initializeState(from.get(0));
            begun.owner().initializeState(from.get(1));
            begun.epochs().initializeState(from.get(2));
            begun.packs().initializeState(from.get(3));
        }
        return begun;
    }

    private CollectionPlan plan() {
        return new CollectionPlan(run, PARTITIONS, Collecting.EPOCH, Collecting.KEPT);
    }

    int crashes() {
        return crashes;
    }

    long chunksDeleted() {
        return chunkFacts.stream()
                .filter(fact -> ChunkFacts.parse(fact).hasChunkDeleted())
                .count();
    }

    long packsDeleted() {
        return chunkFacts.stream()
                .filter(fact -> ChunkFacts.parse(fact).hasPackDeleted())
                .count();
    }

    void run(int steps) throws Exception {
        for (int step = 0; step < steps; step++) {
            if (step % SLOW_STEPS == 0) {
                slow = random.nextInt(HASHING + 2);
            }
            step(random.nextInt(crashing ? 200 : 197));
        }
    }

    /** Others get far ahead of it. */
    private boolean isHeldUp(int one) {
        boolean isSlow = one == slow || (behind > 0 && one != HASHING);
        return isSlow && random.nextInt(20) > 0;
    }

    private void step(int drawn) throws Exception {
        behind = Math.max(0, behind - 1);
        int partition = random.nextInt(PARTITIONS);
        if (drawn < 20) {
            upload(partition);
        } else if (drawn < 40) {
            hash(partition);
        } else if (drawn < 70) {
            if (!isHeldUp(HASHING)) {
                sendChunk();
            }
        } else if (drawn < 85) {
            closePack();
        } else if (drawn < 110) {
            follow(partition);
        } else if (drawn < 140) {
            if (!isHeldUp(partition)) {
                deliver(partition, 1 + random.nextInt(200));
            }
        } else if (drawn < 155) {
            decide();
        } else if (drawn < 165) {
            purge();
        } else if (drawn < 170) {
            later(random.nextInt(4) == 0 ? Collecting.KEPT.toMillis() : Collecting.EPOCH.toMillis() / 2);
        } else if (drawn < 180) {
            keepPacks();
        } else if (drawn < 197) {
            takeCheckpoint();
        } else {
            crash();
        }
    }

    /** Until nothing is left to do; then everything is purged, and all goes that may go. */
    void purgeAll() throws Exception {
        while (!open.isEmpty()) {
            everything();
            decide();
        }
        while (!versions.isEmpty()) {
            purge();
        }
        for (int epoch = 0; epoch < 6; epoch++) {
            later(Collecting.EPOCH.toMillis());
            everything();
        }
        for (int times = 0; times < 3; times++) {
            later(Collecting.KEPT.toMillis());
            everything();
        }
    }

    private void everything() throws Exception {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            while (job.hashed[partition] < log.get(partition).size()) {
                hash(partition);
            }
            while (job.followed[partition] < log.get(partition).size()) {
                follow(partition);
            }
            deliver(partition, Integer.MAX_VALUE);
        }
        while (job.readings.values().stream().anyMatch(reading -> reading.next() >= 0)) {
            sendChunk();
            closePack();
        }
        takeCheckpoint();
        while (job.kept < chunkFacts.size()) {
            keepPacks();
        }
        takeCheckpoint();
    }

    void assertNothingIsStored() {
        assertThat(store.below(ContentKeys.PACKS)).isEmpty();
        assertThat(store.below(ContentKeys.MOVED)).isEmpty();
    }

    void assertReadable() throws Exception {
        for (Stored stored : versions) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            for (int chunk : content(stored.upload())) {
                content.writeBytes(chunk(chunk));
            }
            assertThat(store.content(stored.version().getManifest())).isEqualTo(content.toByteArray());
        }
    }

    // What people do, and the namespaces' owner.

    private void append(int partition, NamespaceFact.Builder fact) {
        log.get(partition)
                .add(fact.setPosition(Position.newBuilder().setPartition(partition))
                        .build());
    }

    private static NamespaceFact.Builder fact(int upload, UploadStatus status) {
        return NamespaceFact.newBuilder()
                .setNamespaceId(Steps.NAMESPACE)
                .setUpload(Upload.newBuilder()
                        .setUploadId(CommandId.hashOf(Integer.toString(upload).getBytes(UTF_8)))
                        .setSizeBytes(upload)
                        .setStatus(status));
    }

    private static int partitionOf(int upload) {
        return upload % PARTITIONS;
    }

    private void upload(int partition) {
        if (open.size() < UPLOADS_MAX && versions.size() < VERSIONS_MAX) {
            int upload = contents.size() * PARTITIONS + partition;
            List<Integer> content = new ArrayList<>();
            int chunks = 1 + random.nextInt(CONTENT_CHUNKS_MAX);
            for (int i = 0; i < chunks; i++) {
                content.add(random.nextInt(CHUNKS));
            }
            contents.put(upload, content);
            open.add(upload);
            append(partition, fact(upload, UploadStatus.UPLOAD_VERIFYING).setKind(ChangeKind.CHANGE_UPLOAD_COMPLETED));
        }
    }

    private List<Integer> content(int upload) {
        return contents.getOrDefault(upload, List.of());
    }

    /** What an upload was told first counts; one in three comes to nothing. */
    private void decide() {
        if (told.isEmpty()) {
            return;
        }
        Told first = told.remove(random.nextInt(told.size()));
        if (!open.remove(first.upload())) {
            return;
        }
        int partition = partitionOf(first.upload());
        if (random.nextInt(3) == 0) {
            append(partition, fact(first.upload(), UploadStatus.UPLOAD_REJECTED));
        } else {
            Version version = Version.newBuilder().setManifest(first.manifest()).build();
            versions.add(new Stored(partition, first.upload(), version));
            append(
                    partition,
                    fact(first.upload(), UploadStatus.UPLOAD_COMPLETED).setVersion(version));
        }
    }

    private void purge() {
        if (!versions.isEmpty()) {
            Stored purged = versions.remove(random.nextInt(versions.size()));
            append(purged.partition(), NamespaceFact.newBuilder().addPurgedVersions(purged.version()));
        }
    }

    // What the job does.

    private void hash(int partition) {
        if (job.hashed[partition] < log.get(partition).size()) {
            NamespaceFact fact = log.get(partition).get(job.hashed[partition]++);
            if (fact.getKind() == ChangeKind.CHANGE_UPLOAD_COMPLETED) {
                job.readings.put((int) fact.getUpload().getSizeBytes(), new Reading(0, new TreeMap<>()));
            }
        }
    }

    private void sendChunk() throws Exception {
        List<Integer> unsent = job.readings.entrySet().stream()
                .filter(reading -> reading.getValue().next() >= 0)
                .map(Map.Entry::getKey)
                .toList();
        if (unsent.isEmpty()) {
            return;
        }
        int upload = unsent.get(random.nextInt(unsent.size()));
        Reading reading = job.readings.get(upload);
        if (reading == null) {
            throw new AssertionError("no upload " + upload);
        }
        int index = reading.next();
        int chunk = content(upload).get(index);
        boolean last = index + 1 == content(upload).size();
        job.readings.put(upload, new Reading(last ? -1 : index + 1, reading.places()));
        tasks.owner()
                .processElement1(new StreamRecord<>(
                        new SentChunk(Integer.toString(upload), index, hex(Sha256.of(chunk(chunk))), chunk(chunk))));
    }

    private void closePack() throws Exception {
        tasks.owner().prepareSnapshotPreBarrier(0);
        for (PlacedChunk placed : drained(tasks.owner().getOutput(), PlacedChunk.class)) {
            int upload = Integer.parseInt(placed.uploadId());
            Reading reading = job.readings.get(upload);
            if (reading != null) {
                reading.places().put(placed.index(), placed);
                if (reading.places().size() == content(upload).size()) {
                    job.readings.remove(upload);
                    told.add(new Told(upload, manifest(reading.places())));
                }
            }
        }
    }

    private ManifestRef manifest(Map<Integer, PlacedChunk> places) throws Exception {
        ManifestNode leaf = ManifestNode.leaf(places.values().stream()
                .map(placed -> new Packed(
                        bytes(placed.place().pack()),
                        ChunkPlace.newBuilder()
                                .setSha256(bytes(placed.sha256()))
                                .setSizeBytes(placed.sizeBytes())
                                .setOffset(placed.place().offset())
                                .setPackedBytes(placed.place().packedBytes())
                                .setZstd(placed.place().zstd())
                                .build()))
                .toList());
        store.write(ContentKeys.manifest(leaf.ref().getSha256()), leaf.bytes());
        return leaf.ref();
    }

    private void follow(int partition) throws Exception {
        if (job.followed[partition] < log.get(partition).size()) {
            NamespaceFact fact = log.get(partition).get(job.followed[partition]++);
            tasks.references().processElement(new StreamRecord<>(fact.toByteArray()));
            job.events.get(partition).addAll(drained(tasks.references().getOutput(), LogEvent.class));
        }
    }

    private void deliver(int partition, int eventsMax) throws Exception {
        Deque<LogEvent> events = job.events.get(partition);
        for (int i = 0; i < eventsMax && !events.isEmpty(); i++) {
            tasks.owner().processElement2(new StreamRecord<>(events.remove()));
        }
        for (ClosedEpoch closed : drained(tasks.owner().getSideOutput(PackOperator.CLOSED), ClosedEpoch.class)) {
            tasks.epochs().processElement(new StreamRecord<>(closed));
        }
        tasks.said().addAll(drained(tasks.owner().getSideOutput(PackOperator.DELETED), byte[].class));
    }

    private void later(long millis) throws Exception {
        nowMillis += millis;
        tasks.epochs().setProcessingTime(nowMillis);
        int partition = 0;
        for (byte[] marker : drained(tasks.epochs().getOutput(), byte[].class)) {
            append(
                    partition,
                    NamespaceFact.newBuilder()
                            .setEpochMarked(NamespaceCommand.parseFrom(marker).getMarkEpoch()));
            partition++;
        }
        tasks.packs().setProcessingTime(nowMillis);
        tasks.said().addAll(drained(tasks.packs().getOutput(), byte[].class));
    }

    private void keepPacks() throws Exception {
        if (job.kept < chunkFacts.size()) {
            tasks.packs().processElement(new StreamRecord<>(chunkFacts.get(job.kept++)));
            tasks.said().addAll(drained(tasks.packs().getOutput(), byte[].class));
            assertReadable();
        }
    }

    private void takeCheckpoint() throws Exception {
        closePack();
        checkpoints++;
        kept.add(new Checkpoint(
                job.copy(),
                List.of(
                        tasks.references().snapshot(checkpoints, nowMillis),
                        tasks.owner().snapshot(checkpoints, nowMillis),
                        tasks.epochs().snapshot(checkpoints, nowMillis),
                        tasks.packs().snapshot(checkpoints, nowMillis))));
        chunkFacts.addAll(tasks.said());
        tasks.said().clear();
        tasks.epochs().notifyOfCompletedCheckpoint(checkpoints);
    }

    private void crash() throws Exception {
        crashes++;
        tasks.close();
        goOn(kept.get(kept.size() - 1));
    }

    /** To any checkpoint there ever was, if that is allowed; else to the newest. Whether it was. */
    boolean fallBack() throws Exception {
        tasks.close();
        behind = SLOW_STEPS;
        try {
            goOn(kept.get(random.nextInt(kept.size())));
            skipWhatIsOver();
            return true;
        } catch (SuppressRestartsException e) {
            goOn(kept.get(kept.size() - 1));
            return false;
        }
    }

    /** Without a checkpoint; those of the runs before it are kept. */
    void beginAnew() throws Exception {
        tasks.close();
        behind = SLOW_STEPS;
        run = String.format("%032x", random.nextInt(Integer.MAX_VALUE));
        tasks = begun(List.of());
        job = new Job();
        takeCheckpoint();
        skipWhatIsOver();
    }

    /** Of uploads that are over nothing comes, and the next is hashed sooner. */
    private void skipWhatIsOver() {
        job.readings.keySet().retainAll(open);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            while (job.hashed[partition] < log.get(partition).size()) {
                hash(partition);
            }
        }
        job.readings.keySet().retainAll(open);
    }

    private void goOn(Checkpoint from) throws Exception {
        tasks = begun(from.states());
        job = from.job().copy();
    }

    private static <T> List<T> drained(@Nullable Queue<?> output, Class<T> type) {
        List<T> drained = new ArrayList<>();
        while (output != null && !output.isEmpty()) {
            drained.add(type.cast(((StreamRecord<?>) output.remove()).getValue()));
        }
        return drained;
    }

    private static byte[] chunk(int number) {
        byte[] chunk = new byte[200 + number];
        new Random(number).nextBytes(chunk);
        return chunk;
    }

    private static String hex(ByteString sha256) {
        return HEX.formatHex(sha256.toByteArray());
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HEX.parseHex(hex));
    }

    @Override
    public void close() throws Exception {
        tasks.close();
    }
}
