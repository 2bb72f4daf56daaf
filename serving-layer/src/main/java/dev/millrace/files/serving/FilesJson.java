package dev.millrace.files.serving;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.LinkToken;
import dev.millrace.files.topics.v1.AccessFact;
import dev.millrace.files.topics.v1.AccessKind;
import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.ReceivedShare;
import dev.millrace.files.topics.v1.Savings;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.topics.http.Times;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HexFormat;
import java.util.Locale;

/** Files and all about them as the API shows them. */
final class FilesJson {
    private static final HexFormat HEX = HexFormat.of();

    private FilesJson() {}

    static JsonObject of(String namespace, Node node) {
        JsonObject json = new JsonObject()
                .put("fileId", FileIds.text(namespace, node.getNodeId()))
                .put("kind", node.getFolder() ? "folder" : "file")
                .put("name", node.getName())
                .put("parentId", FileIds.text(namespace, node.getParentId()))
                .put("status", status(node.getStatus()));
        if (node.getVersion() != 0) {
            json.put("version", node.getVersion())
                    .put("fileSize", node.getSizeBytes())
                    .put("mimeType", node.getMimeType())
                    .put("contentHash", HEX.formatHex(node.getSha256().toByteArray()));
        }
        json.put("createdBy", node.getCreatedBy())
                .put("createdAt", Times.text(node.getCreatedAtMillis()))
                .put("changedAt", Times.text(node.getChangedAtMillis()));
        if (node.getDeletedAtMillis() != 0) {
            json.put("deletedAt", Times.text(node.getDeletedAtMillis()))
                    .put("keptUntil", Times.text(node.getPurgeAtMillis()));
        }
        return json;
    }

    private static String status(NodeStatus status) {
        return word(status.name(), "NODE_");
    }

    /** What an enum's constant is called. */
    static String word(String constant, String prefix) {
        return constant.substring(prefix.length()).toLowerCase(Locale.ROOT);
    }

    static JsonObject of(Version version) {
        JsonObject json = new JsonObject()
                .put("version", version.getNumber())
                .put("fileSize", version.getSizeBytes())
                .put("mimeType", version.getMimeType())
                .put("contentHash", HEX.formatHex(version.getSha256().toByteArray()))
                .put("baseVersion", version.getBaseVersion())
                .put("createdBy", version.getCreatedBy())
                .put("createdAt", Times.text(version.getCreatedAtMillis()));
        if (!version.getDeviceId().isEmpty()) {
            json.put("deviceId", version.getDeviceId());
        }
        if (version.getRestoredVersion() != 0) {
            json.put("restoredVersion", version.getRestoredVersion());
        }
        return json;
    }

    /** @param parts that were sent */
    static JsonObject of(String namespace, Upload upload, JsonArray parts) {
        JsonObject json = new JsonObject()
                .put("uploadId", FileIds.text(namespace, upload.getUploadId()))
                .put("fileId", FileIds.text(namespace, upload.getNodeId()))
                .put("status", word(upload.getStatus().name(), "UPLOAD_"))
                .put("fileSize", upload.getSizeBytes())
                .put("baseVersion", upload.getBaseVersion())
                .put("partSize", upload.getPartBytes())
                .put("partCount", upload.getPartCount())
                .put("parts", parts)
                .put("startedAt", Times.text(upload.getStartedAtMillis()));
        if (upload.getDueAtMillis() != 0) {
            json.put("keptUntil", Times.text(upload.getDueAtMillis()));
        }
        if (upload.getVersion() != 0) {
            json.put("version", upload.getVersion());
        }
        if (!upload.getConflictNodeId().isEmpty()) {
            json.put("conflictFileId", FileIds.text(namespace, upload.getConflictNodeId()));
        }
        switch (upload.getRejection()) {
            case REJECTION_HASH_MISMATCH -> json.put("reason", "HASH_MISMATCH");
            case REJECTION_SIZE_MISMATCH -> json.put("reason", "SIZE_MISMATCH");
            case REJECTION_CONTENT_MISSING -> json.put("reason", "CONTENT_MISSING");
            case REJECTION_REASON_UNSPECIFIED, UNRECOGNIZED -> {
                // It wasn't rejected.
            }
        }
        return json;
    }

    static JsonObject of(String namespace, Share share, Node node) {
        JsonObject json = new JsonObject()
                .put("shareId", FileIds.text(namespace, share.getShareId()))
                .put("fileId", FileIds.text(namespace, share.getNodeId()))
                .put("name", node.getName())
                .put("kind", node.getFolder() ? "folder" : "file");
        if (share.getUserId().isEmpty()) {
            FileId link = new FileId(namespace, share.getShareId());
            json.put("shareUrl", "/links/" + new LinkToken(link, share.getSecret()))
                    .put("hasPassword", share.hasPassword());
        } else {
            json.put("userId", share.getUserId());
        }
        return withRights(json, share.getWrite(), share.getCreatedAtMillis(), share.getExpiresAtMillis());
    }

    static JsonObject of(ReceivedShare share) {
        JsonObject json = new JsonObject()
                .put("shareId", FileIds.text(share.getNamespaceId(), share.getShareId()))
                .put("fileId", FileIds.text(share.getNamespaceId(), share.getNodeId()))
                .put("name", share.getName())
                .put("kind", share.getFolder() ? "folder" : "file")
                .put("ownerId", share.getOwnerId());
        return withRights(json, share.getWrite(), share.getCreatedAtMillis(), share.getExpiresAtMillis());
    }

    private static JsonObject withRights(JsonObject json, boolean write, long createdAtMillis, long expiresAtMillis) {
        json.put("permissions", write ? JsonArray.of("read", "write") : JsonArray.of("read"))
                .put("createdAt", Times.text(createdAtMillis));
        return expiresAtMillis == 0 ? json : json.put("expiresAt", Times.text(expiresAtMillis));
    }

    static JsonObject of(Device device) {
        JsonObject json = new JsonObject()
                .put("deviceId", device.getDeviceId())
                .put("name", device.getName())
                .put("registeredAt", Times.text(device.getRegisteredAtMillis()));
        if (device.getRemovedAtMillis() != 0) {
            json.put("removedAt", Times.text(device.getRemovedAtMillis()));
        }
        return json;
    }

    static JsonObject of(Usage usage) {
        JsonObject json = new JsonObject()
                .put("quotaBytes", usage.getQuotaBytes())
                .put("reservedBytes", usage.getReservedBytes())
                .put("liveBytes", usage.getLiveBytes())
                .put("versionBytes", usage.getVersionBytes());
        Savings savings = usage.getSavings();
        if (usage.hasSavings() && !savings.getUnknown()) {
            // What went since it was counted saves nothing any more.
            long kept = usage.getLiveBytes() + usage.getVersionBytes();
            json.put("dedupSavedBytes", Math.min(savings.getSavedBytes(), kept));
        }
        return json;
    }

    static JsonObject of(String namespace, Change change) {
        JsonObject json = new JsonObject()
                .put("sequence", change.getSequence())
                .put("at", Times.text(change.getAtMillis()))
                .put("type", type(change.getKind()));
        if (!change.getNodeId().isEmpty()) {
            json.put("fileId", FileIds.text(namespace, change.getNodeId()))
                    .put("kind", change.getFolder() ? "folder" : "file")
                    .put("name", change.getName())
                    .put("parentId", FileIds.text(namespace, change.getParentId()));
        }
        if (change.getVersion() != 0) {
            json.put("version", change.getVersion());
        }
        if (!change.getUploadId().isEmpty()) {
            json.put("uploadId", FileIds.text(namespace, change.getUploadId()));
        }
        if (!change.getShareId().isEmpty()) {
            json.put("shareId", FileIds.text(namespace, change.getShareId()));
        }
        if (!change.getUserId().isEmpty()) {
            json.put("userId", change.getUserId());
        }
        if (!change.getDeviceId().isEmpty()) {
            json.put("deviceId", change.getDeviceId());
        }
        return json;
    }

    /** A change of what somebody else owns: what became of it, and when. */
    static JsonObject ofAnothers(String namespace, Change change) {
        return of(
                        namespace,
                        Change.newBuilder()
                                .setSequence(change.getSequence())
                                .setAtMillis(change.getAtMillis())
                                .setKind(change.getKind())
                                .setVersion(change.getVersion())
                                .build())
                .put("fileId", FileIds.text(namespace, change.getNodeId()))
                .put("kind", change.getFolder() ? "folder" : "file");
    }

    private static String type(ChangeKind kind) {
        return word(kind.name(), "CHANGE_");
    }

    /** @param access a URL that was given out, or a use of one */
    static JsonObject of(AccessFact access) {
        boolean url = access.getKind() == AccessKind.ACCESS_URL_MINTED;
        JsonObject json = new JsonObject()
                .put("kind", url ? "url" : "download")
                .put("at", Times.text(access.getAtMillis()))
                .put("userId", access.getUserId());
        if (!access.getDeviceId().isEmpty()) {
            json.put("deviceId", access.getDeviceId());
        }
        json.put("version", access.getVersion());
        if (url) {
            return json.put("expiresAt", Times.text(access.getExpiresAtMillis()));
        }
        json.put("through", access.getKind() == AccessKind.ACCESS_ADMITTED ? "cache" : "edge")
                .put("firstByte", access.getFirstByte())
                .put("askedBytes", access.getAskedBytes());
        return access.getKind() == AccessKind.ACCESS_ENDED ? json.put("sentBytes", access.getSentBytes()) : json;
    }
}
