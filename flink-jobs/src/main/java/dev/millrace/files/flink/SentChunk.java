package dev.millrace.files.flink;

/**
 * A chunk of an upload with its bytes.
 *
 * @param index its place in the content, from 0
 * @param sha256 64 hex digits
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record SentChunk(String uploadId, int index, String sha256, byte[] bytes) {}
