package dev.millrace.files.standalone.history;

import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.Ids;
import java.util.Locale;

/** Holds what was sent against what became of it: all that was acknowledged is a version, and of those bytes. */
final class UploadCheck {
    private final Namespaces log;
    private final Contradictions found;

    UploadCheck(Namespaces log, Contradictions found) {
        this.log = log;
        this.found = found;
    }

    void check(Sent sent) {
        Namespace in = log.of(sent.uploadId());
        Upload upload = in.upload(sent.uploadId());
        String name = "upload " + sent.uploadId() + " of " + sent.user();
        if (upload == null) {
            found.add(name + " was acknowledged, but is not on the log");
            return;
        }
        switch (upload.getStatus()) {
            case UPLOAD_COMPLETED, UPLOAD_CONFLICT -> {
                Version version = in.version(fileOf(in, upload), upload.getVersion());
                if (version == null) {
                    found.add(name + " was acknowledged, but its version " + upload.getVersion() + " of "
                            + fileOf(in, upload) + " is lost");
                } else if (!sent.isHonest()
                        || !Ids.hex(version.getSha256()).equals(sent.sha256())
                        || version.getSizeBytes() != sent.sizeBytes()) {
                    found.add(name + " is a version of SHA-256 " + Ids.hex(version.getSha256()) + " (expected: "
                            + (sent.isHonest() ? sent.sha256() : "none, as something else was declared") + ")");
                }
            }
            case UPLOAD_REJECTED -> {
                if (sent.isHonest()) {
                    found.add(name + " was acknowledged, and lost: " + upload.getRejection());
                }
            }
            default -> found.add(name + " was acknowledged, and never came to an end: " + upload.getStatus());
        }
    }

    void check(UploadRead read) {
        Namespace in = log.of(read.uploadId());
        Upload upload = in.upload(read.uploadId());
        boolean right = upload != null
                && upload.getStatus().name().equals("UPLOAD_" + read.status().toUpperCase(Locale.ROOT))
                && upload.getVersion() == read.version()
                && fileOf(in, upload).equals(read.fileId());
        if (!right) {
            found.add("upload " + read.uploadId() + " was shown " + read.status() + " as version " + read.version()
                    + " of " + read.fileId() + " (expected: "
                    + (upload == null ? "none" : upload.getStatus() + " as version " + upload.getVersion()) + ")");
        }
    }

    private static String fileOf(Namespace in, Upload upload) {
        boolean copied = upload.getStatus() == UploadStatus.UPLOAD_CONFLICT;
        return in.text(copied ? upload.getConflictNodeId() : upload.getNodeId());
    }
}
