package dev.millrace.files.ingest;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.LinkToken;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.topics.http.Times;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What answers say of files, folders and shares. */
final class EntryBody {
    private static final HexFormat HEX = HexFormat.of();

    private EntryBody() {}

    static Map<String, Object> of(String namespace, Node node) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("fileId", FileIds.text(namespace, node.getNodeId()));
        body.put("kind", node.getFolder() ? "folder" : "file");
        body.put("name", node.getName());
        body.put("parentId", FileIds.text(namespace, node.getParentId()));
        body.put("status", status(node.getStatus()));
        if (node.getVersion() != 0) {
            body.put("version", node.getVersion());
            body.put("fileSize", node.getSizeBytes());
            body.put("mimeType", node.getMimeType());
            body.put("contentHash", HEX.formatHex(node.getSha256().toByteArray()));
        }
        body.put("createdBy", node.getCreatedBy());
        body.put("createdAt", Times.text(node.getCreatedAtMillis()));
        body.put("changedAt", Times.text(node.getChangedAtMillis()));
        if (node.getDeletedAtMillis() != 0) {
            body.put("deletedAt", Times.text(node.getDeletedAtMillis()));
            body.put("keptUntil", Times.text(node.getPurgeAtMillis()));
        }
        return body;
    }

    private static String status(NodeStatus status) {
        return status.name().substring("NODE_".length()).toLowerCase(Locale.ROOT);
    }

    static Map<String, Object> of(String namespace, Share share) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("shareId", FileIds.text(namespace, share.getShareId()));
        body.put("fileId", FileIds.text(namespace, share.getNodeId()));
        if (share.getUserId().isEmpty()) {
            FileId link = new FileId(namespace, share.getShareId());
            body.put("shareUrl", "/links/" + new LinkToken(link, share.getSecret()));
            body.put("hasPassword", share.hasPassword());
        } else {
            body.put("userId", share.getUserId());
        }
        body.put("permissions", share.getWrite() ? List.of("read", "write") : List.of("read"));
        body.put("createdAt", Times.text(share.getCreatedAtMillis()));
        if (share.getExpiresAtMillis() != 0) {
            body.put("expiresAt", Times.text(share.getExpiresAtMillis()));
        }
        return body;
    }
}
