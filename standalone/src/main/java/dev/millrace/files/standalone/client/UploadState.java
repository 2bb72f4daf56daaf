package dev.millrace.files.standalone.client;

/**
 * What is written down of an upload that goes on, so that it can be gone on with after whatever happens here.
 *
 * @param account server and user
 * @param place where it goes
 * @param key of the call that begins it: with it and the same request, that call is the same
 * @param request of that call, in JSON
 * @param uploadId empty until that call is answered
 */
record UploadState(
        String account,
        String place,
        String file,
        long sizeBytes,
        long modifiedNanos,
        String key,
        String request,
        String uploadId,
        long partBytes,
        int partCount) {
    static UploadState of(String account, String place, LocalFile file, String key, String request) {
        return new UploadState(
                account, place, file.path().toString(), file.sizeBytes(), file.modifiedNanos(), key, request, "", 0, 0);
    }

    UploadState begun(String id, long bytesOfAPart, int parts) {
        return new UploadState(account, place, file, sizeBytes, modifiedNanos, key, request, id, bytesOfAPart, parts);
    }

    boolean isOf(LocalFile local) {
        return local.sizeBytes() == sizeBytes && local.modifiedNanos() == modifiedNanos;
    }

    UploadParts parts() {
        return new UploadParts(sizeBytes, partBytes, partCount);
    }
}
