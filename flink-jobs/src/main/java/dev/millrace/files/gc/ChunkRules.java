package dev.millrace.files.gc;

import dev.millrace.files.gc.ChunkLife.Stage;
import dev.millrace.files.gc.ChunkStep.Outcome;

/**
 * The life of one copy of a chunk, at the one task that owns the chunk. A copy that some version names, or will, is
 * never deleted:
 *
 * <ol>
 *   <li>Uploads are given live copies only. So one that was given a copy which is condemned later, in epoch n, was
 *       given it before n was closed for good, that is in a checkpoint.
 *   <li>The marker of n + 1 is written only when n is closed for good. So that upload had begun before the marker, in
 *       the log of its own namespace.
 *   <li>A marker has {@linkplain Passage passed} only when every upload that had begun before it is over. So n + 1
 *       closes after the upload's end, and the reference in it, has come: it revives the copy.
 * </ol>
 *
 * <p>So an upload leases all that it is given while it is verified, and nobody writes down what. That holds whatever a
 * failure takes back of this state: references and markers are in the log, and come again in their order. What is
 * deleted once is deleted each time, as nothing that could revive it is in the log; so {@code ChunkDeleted} can't be
 * taken back.
 */
public final class ChunkRules {
    private ChunkRules() {}

    /**
     * An upload brings the chunk. A condemned copy isn't revived by it: that would be told to the upload at once, and
     * might be taken back here.
     */
    public static ChunkStep hit(ChunkLife life) {
        return new ChunkStep(life, life.stage() == Stage.LIVE ? Outcome.HIT : Outcome.MISS);
    }

    /** A version names it: it was uploaded, or restored. */
    public static ChunkStep referenced(ChunkLife life) {
        expectKept(life);
        return new ChunkStep(
                new ChunkLife(Stage.LIVE, life.references() + 1, 0),
                life.stage() == Stage.CONDEMNED ? Outcome.REVIVED : Outcome.NOTHING);
    }

    /** A version that named it is gone for good. */
    public static ChunkStep released(ChunkLife life) {
        expectKept(life);
        if (life.references() == 0) {
            throw new IllegalStateException("a version is gone that never named the copy: " + life);
        }
        return new ChunkStep(new ChunkLife(life.stage(), life.references() - 1, life.epoch()), Outcome.NOTHING);
    }

    /**
     * An epoch's marker has passed every partition of namespaces.
     *
     * @param epoch counts from 1; one that closed before does nothing
     */
    public static ChunkStep epochClosed(ChunkLife life, long epoch) {
        if (life.references() > 0 || life.epoch() >= epoch) {
            return new ChunkStep(life, Outcome.NOTHING);
        }
        return switch (life.stage()) {
            case LIVE -> new ChunkStep(new ChunkLife(Stage.CONDEMNED, 0, epoch), Outcome.CONDEMNED);
            case CONDEMNED -> new ChunkStep(new ChunkLife(Stage.DELETED, 0, epoch), Outcome.DELETED);
            case DELETED -> new ChunkStep(life, Outcome.NOTHING);
        };
    }

    private static void expectKept(ChunkLife life) {
        if (life.stage() == Stage.DELETED) {
            throw new IllegalStateException("a version names a copy that is deleted: " + life);
        }
    }
}
