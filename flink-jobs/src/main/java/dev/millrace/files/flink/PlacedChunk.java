package dev.millrace.files.flink;

/**
 * Where a chunk of an upload lies.
 *
 * @param index its place in the content, from 0
 * @param sha256 64 hex digits
 */
public record PlacedChunk(String uploadId, int index, String sha256, int sizeBytes, Place place) {}
