package dev.millrace.files.simulation;

import com.google.protobuf.ByteString;
import dev.millrace.files.gc.ChunkLife;
import dev.millrace.files.gc.ChunkLife.Stage;
import dev.millrace.files.gc.ChunkRules;
import dev.millrace.files.gc.ChunkStep;
import dev.millrace.files.gc.ChunkStep.Outcome;
import dev.millrace.files.packs.PackBuilder;
import dev.millrace.files.packs.Packed;
import dev.millrace.files.simulation.Bucket.Copy;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The task that owns some of the chunks: part of the job's state. */
final class ChunkOwner {
    /** In a pack, so that some are half dead. */
    private static final int PACK_CHUNKS = 4;

    private final Fault fault;
    private final Consumer<Outcome> seen;
    private final Map<Copy, ChunkLife> lives;
    /** The newest copy of each chunk. */
    private final Map<ByteString, Packed> newest;

    private final long[] passed;
    private long closed;
    /** For the next pack. A checkpoint waits until it is written. */
    private final Map<ByteString, Open> open = new LinkedHashMap<>();

    /** A chunk that isn't written yet, and who waits for it. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    private record Open(byte[] bytes, List<Waiting> waiting) {}

    private record Waiting(FileId upload, int index) {}

    /** Whom it tells where a chunk of an upload lies. */
    interface Placing {
        void place(FileId upload, int index, Packed at);
    }

    ChunkOwner(int partitions, Fault fault, Consumer<Outcome> seen) {
        this.fault = fault;
        this.seen = seen;
        this.lives = new LinkedHashMap<>();
        this.newest = new LinkedHashMap<>();
        this.passed = new long[partitions];
    }

    ChunkOwner(ChunkOwner other) {
        this.fault = other.fault;
        this.seen = other.seen;
        this.lives = new LinkedHashMap<>(other.lives);
        this.newest = new LinkedHashMap<>(other.newest);
        this.passed = other.passed.clone();
        this.closed = other.closed;
    }

    long closed() {
        return closed;
    }

    Map<Copy, ChunkLife> lives() {
        return lives;
    }

    /** An upload brings a chunk. True if it is time for a pack. */
    boolean brought(FileId upload, int index, ByteString chunk, byte[] bytes, Placing placing) {
        Packed known = newest.get(chunk);
        ChunkLife life = known == null ? null : lives.get(new Copy(chunk, known.pack()));
        if (known != null && life != null && isGiven(life)) {
            placing.place(upload, index, known);
            return false;
        }
        open.computeIfAbsent(chunk, first -> new Open(bytes, new ArrayList<>()))
                .waiting()
                .add(new Waiting(upload, index));
        return open.size() == PACK_CHUNKS;
    }

    private boolean isGiven(ChunkLife life) {
        return seen(ChunkRules.hit(life)) == Outcome.HIT
                || (fault == Fault.GIVES_CONDEMNED_COPIES && life.stage() == Stage.CONDEMNED);
    }

    /** False if there is nothing to write. */
    boolean write(Bucket bucket, CommandId drawn, Placing placing) {
        if (open.isEmpty()) {
            return false;
        }
        PackBuilder builder = new PackBuilder(drawn);
        open.forEach((chunk, waits) -> builder.add(chunk, waits.bytes()));
        byte[] bytes = builder.build();
        ByteString pack = Sha256.of(bytes);
        bucket.writePack(pack, bytes);
        for (ChunkPlace place : builder.places()) {
            Packed packed = new Packed(pack, place);
            lives.put(new Copy(place.getSha256(), pack), ChunkLife.stored());
            newest.put(place.getSha256(), packed);
        }
        open.forEach((chunk, waits) -> {
            Packed at = newest.get(chunk);
            waits.waiting().forEach(one -> {
                if (at != null) {
                    placing.place(one.upload(), one.index(), at);
                }
            });
        });
        open.clear();
        return true;
    }

    void referenced(Copy copy) {
        // A failure may have made this owner forget that it was stored.
        ChunkLife life = lives.getOrDefault(copy, ChunkLife.stored());
        ChunkStep step = ChunkRules.referenced(life);
        boolean uncounted = fault == Fault.REVIVES_WITHOUT_COUNTING && seen(step) == Outcome.REVIVED;
        lives.put(copy, uncounted ? ChunkLife.stored() : step.life());
        if (fault != Fault.REVIVES_WITHOUT_COUNTING) {
            seen(step);
        }
    }

    void released(Copy copy) {
        ChunkLife life = lives.get(copy);
        if (life == null) {
            throw new Broken("a version named what was deleted: " + copy);
        }
        lives.put(copy, ChunkRules.released(life).life());
    }

    /** @return copies that are deleted as epochs close */
    List<Copy> passed(int partition, long now) {
        passed[partition] = now;
        long all = now;
        for (long one : passed) {
            all = Math.min(all, one);
        }
        List<Copy> deleted = new ArrayList<>();
        while (closed < all) {
            closed++;
            for (Copy copy : List.copyOf(lives.keySet())) {
                close(copy, deleted);
            }
        }
        return deleted;
    }

    private void close(Copy copy, List<Copy> deleted) {
        ChunkStep step = ChunkRules.epochClosed(lives.getOrDefault(copy, ChunkLife.stored()), closed);
        Outcome outcome = seen(step);
        if (outcome == Outcome.DELETED || (fault == Fault.DELETES_AFTER_ONE_EPOCH && outcome == Outcome.CONDEMNED)) {
            lives.remove(copy);
            Packed known = newest.get(copy.chunk());
            if (known != null && known.pack().equals(copy.pack())) {
                newest.remove(copy.chunk());
            }
            deleted.add(copy);
        } else {
            lives.put(copy, step.life());
        }
    }

    private Outcome seen(ChunkStep step) {
        seen.accept(step.outcome());
        return step.outcome();
    }
}
