package dev.millrace.files.flink;

/**
 * Where a chunk lies in the bucket.
 *
 * @param pack SHA-256 of the pack in hex
 * @param zstd a Zstandard frame; else it lies there as it is
 */
public record Place(String pack, int offset, int packedBytes, boolean zstd) {}
