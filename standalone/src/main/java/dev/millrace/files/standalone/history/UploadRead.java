package dev.millrace.files.standalone.history;

/**
 * What a sender was told in the end became of an upload.
 *
 * @param fileId whose version it is; of a conflict, the copy's
 * @param version 0 if it is none
 */
public record UploadRead(String uploadId, String status, String fileId, long version) {}
