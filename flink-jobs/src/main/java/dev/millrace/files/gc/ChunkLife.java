package dev.millrace.files.gc;

/**
 * How one copy of a chunk stands: a chunk in a certain pack. Of a chunk that was stored again each copy has a life of
 * its own, as versions name the copy.
 *
 * @param references versions that name it, as far as their facts have come
 * @param epoch that it was condemned in, or deleted; 0: it is live
 */
public record ChunkLife(Stage stage, long references, long epoch) {
    private static final ChunkLife STORED = new ChunkLife(Stage.LIVE, 0, 0);

    /** What becomes of a copy, in order; only a condemned one goes back. */
    public enum Stage {
        /** May be given to uploads that bring the chunk. */
        LIVE,
        /** Nothing named it when its epoch closed. No upload is given it any more; one that was before may name it. */
        CONDEMNED,
        /** Nobody names it, nor can: it is said, and for good. */
        DELETED
    }

    /** As it is once it is in the bucket, or was found there. */
    public static ChunkLife stored() {
        return STORED;
    }
}
