package dev.millrace.files.flink;

/**
 * The newest epoch that is closed for a group of chunks.
 *
 * @param group its key ({@link ChunkGroups})
 * @param epoch {@link #STUCK} if none closes any more
 */
public record ClosedEpoch(String group, long epoch) {
    /** For good: something couldn't be counted. */
    static final long STUCK = -1;
}
