package dev.millrace.files.flink;

/**
 * The newest epoch that is closed for a group of chunks.
 *
 * @param group its key ({@link ChunkGroups})
 */
public record ClosedEpoch(String group, long epoch) {}
