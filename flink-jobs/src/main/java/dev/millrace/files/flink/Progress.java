package dev.millrace.files.flink;

/**
 * How far an upload is read.
 *
 * @param sizeBytes what it should have
 * @param nextOffset where its next chunk begins
 * @param chunks how many are on their way
 */
public record Progress(long sizeBytes, long nextOffset, int chunks) {}
