package dev.millrace.files.flink;

/**
 * What an upload turned out to be, once all of its chunks are on their way.
 *
 * @param chunks how many, those before a rejection included
 * @param sha256 of all of it in hex; empty if it is rejected
 * @param rejection name of the RejectionReason; empty if there is none
 */
public record ReadUpload(String uploadId, int chunks, String sha256, long sizeBytes, String rejection) {}
