package dev.millrace.files.flink;

/**
 * An upload that is to be verified.
 *
 * @param uploadId as its FileId's text
 * @param sizeBytes what it should have
 */
public record Uploaded(String uploadId, long sizeBytes) {}
