package dev.millrace.files.ingest;

import dev.millrace.files.topics.v1.NamespaceRefusal;
import dev.millrace.topics.http.Problem;
import java.time.Duration;

/** Why an owner refused, as the API says it. */
final class Refusals {
    /** How long a link stays locked at most. */
    private static final Duration LOCKED_FOR = Duration.ofMinutes(15);

    private Refusals() {}

    static Problem problem(NamespaceRefusal refusal) {
        String value = refusal.getValue();
        return switch (refusal.getReason()) {
            case NAMESPACE_IDEMPOTENCY_KEY_REUSED ->
                Problem.of(
                        422,
                        "IDEMPOTENCY_KEY_REUSED",
                        "This Idempotency-Key was used for this call with another body.");
            case NAMESPACE_DEVICE_REMOVED -> deviceRemoved(value);
            case NAMESPACE_NODE_UNKNOWN -> unknown("fileId", value);
            case NAMESPACE_READ_ONLY -> Problem.of(403, "READ_ONLY", "This is shared with you to read.");
            case NAMESPACE_NOT_OWNER -> Problem.of(403, "NOT_YOURS", "Only its owner can do that.");
            case NAMESPACE_NODE_DELETED ->
                Problem.of(410, "FILE_DELETED", "fileId", value, "what isn't deleted, nor a folder above it");
            case NAMESPACE_NOT_DELETED ->
                value.isEmpty()
                        ? Problem.of(409, "NOT_DELETED", "version", "none", "a version, as the file isn't deleted")
                        : Problem.of(409, "NOT_DELETED", "fileId", value, "what is in the bin itself");
            case NAMESPACE_NOT_A_FOLDER -> Problem.of(422, "NOT_A_FOLDER", "parentId", value, "a folder");
            case NAMESPACE_NOT_A_FILE -> Problem.of(422, "NOT_A_FILE", "This is a folder: it has no versions.");
            case NAMESPACE_NAME_INVALID -> Problem.of(422, "NAME_INVALID", "Not a name: " + value);
            case NAMESPACE_NAME_TAKEN ->
                Problem.of(409, "NAME_TAKEN", "name", "that of " + value, "one that nothing else in the folder has")
                        .with("fileId", value);
            case NAMESPACE_CYCLE ->
                Problem.of(422, "CYCLE", "parentId", value, "a folder that isn't inside the one that is moved");
            case NAMESPACE_TREE_TOO_DEEP ->
                Problem.of(422, "TREE_TOO_DEEP", "depth", "more", "at most " + value + " deep");
            case NAMESPACE_VERSION_UNKNOWN -> unknownVersion(value);
            case NAMESPACE_EDITED_SINCE ->
                Problem.of(409, "EDITED_SINCE", "baseVersion", "older than " + value, "the newest version");
            case NAMESPACE_FILE_TOO_LARGE -> Problem.of(422, "FILE_TOO_LARGE", "fileSize", value, "at most 5 TiB");
            case NAMESPACE_QUOTA_EXCEEDED ->
                Problem.of(409, "QUOTA_EXCEEDED", "fileSize", value, "what is free of the quota");
            case NAMESPACE_UPLOADS_TOO_MANY ->
                Problem.of(409, "UPLOADS_TOO_MANY", "uploads", value, "fewer: complete or cancel some");
            case NAMESPACE_UPLOAD_UNKNOWN -> unknownUpload(value);
            case NAMESPACE_UPLOAD_ENDED -> uploadEnded(value);
            case NAMESPACE_SHARE_UNKNOWN -> unknown("UNKNOWN_SHARE", "shareId", value, "a share or link that there is");
            case NAMESPACE_SHARES_TOO_MANY ->
                Problem.of(409, "SHARES_TOO_MANY", "shares", value, "fewer: end some of this file's");
            case NAMESPACE_SHARED_WITH_OWNER -> Problem.of(422, "YOURSELF", "userId", value, "somebody else's id");
            case NAMESPACE_EXPIRY_INVALID ->
                Problem.of(422, "EXPIRY_INVALID", "expiresAt", value, "a time to come, within ten years");
            case NAMESPACE_LINK_EXPIRED -> Problem.of(410, "LINK_EXPIRED", "This link has expired.");
            case NAMESPACE_LINK_LOCKED ->
                Problem.of(429, "LINK_LOCKED", "lockedUntil", value, "fewer wrong passwords")
                        .retryAfter(LOCKED_FOR);
            case NAMESPACE_PASSWORD_WRONG ->
                Problem.of(403, "PASSWORD_WRONG", "This link needs another password; after ten wrong ones it waits.");
            case NAMESPACE_DEVICE_UNKNOWN -> Problem.of(404, "UNKNOWN_DEVICE", "deviceId", value, "a device of yours");
            case NAMESPACE_DEVICES_TOO_MANY -> Problem.of(409, "DEVICES_TOO_MANY", "devices", value, "fewer, ever");
            case NAMESPACE_NEWEST_VERSION ->
                Problem.of(409, "NEWEST_VERSION", "version", value, "an older version: the newest goes with its file");
            case NAMESPACE_UPLOADS_OPEN ->
                Problem.of(409, "UPLOADS_OPEN", "uploads", value, "none to this file: complete or cancel them first");
            case NAMESPACE_REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("refusal without a reason we know: " + refusal.getReason());
        };
    }

    static Problem deviceRemoved(String deviceId) {
        return Problem.of(403, "DEVICE_REMOVED", "device", deviceId, "a device that isn't removed");
    }

    static Problem unknownVersion(String value) {
        return Problem.of(404, "UNKNOWN_VERSION", "version", value, "a version that there is");
    }

    static Problem unknownUpload(String value) {
        return unknown("UNKNOWN_UPLOAD", "uploadId", value, "an upload of yours that there is");
    }

    static Problem uploadEnded(String value) {
        return Problem.of(409, "UPLOAD_ENDED", "uploadId", value, "an upload that is still open");
    }

    static Problem unknown(String parameter, String value) {
        return unknown("UNKNOWN_FILE", parameter, value, "what there is and you may see");
    }

    /** @param value empty if an owner refused: it doesn't repeat what it was asked for */
    private static Problem unknown(String reason, String what, String value, String expected) {
        return value.isEmpty()
                ? Problem.of(404, reason, "Unknown " + what + " (expected: " + expected + ")")
                        .with("expected", expected)
                : Problem.of(404, reason, what, value, expected);
    }
}
