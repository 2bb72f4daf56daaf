package dev.millrace.files.serving;

import static dev.millrace.serving.ItemValues.number;
import static dev.millrace.serving.ItemValues.value;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.Changes;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Something of a namespace as DynamoDB keeps it: all of it as it was after a step, called as the API calls it. Of what
 * is gone there is left that it is, so that no older step brings it back. What opens a link isn't in it.
 *
 * @param values the key's too
 */
record NamespaceItem(Table table, Map<String, AttributeValue> values) {
    static final String NAMESPACE_ID = "namespaceId";
    static final String FILE_ID = "fileId";
    static final String VERSION = "version";
    static final String SHARE_ID = "shareId";
    static final String UPLOAD_ID = "uploadId";
    /** The namespace's sequence after the step. */
    static final String CHANGED_SEQUENCE = "changedSequence";

    private static final String GONE_AT = "goneAtMillis";
    private static final HexFormat HEX = HexFormat.of();

    enum Table {
        NODES("nodes", NAMESPACE_ID, FILE_ID),
        /** Their numbers are the second part of the key. */
        VERSIONS("versions", FILE_ID, VERSION),
        SHARES("shares", NAMESPACE_ID, SHARE_ID),
        UPLOADS("uploads", NAMESPACE_ID, UPLOAD_ID);

        final String table;
        final String hash;
        final String range;

        Table(String table, String hash, String range) {
            this.table = table;
            this.hash = hash;
            this.range = range;
        }
    }

    private record Key(Table table, AttributeValue hash, AttributeValue range) {}

    /** What is left to write of facts: the newest state of each thing. */
    static List<NamespaceItem> newestOf(List<NamespaceFact> facts) {
        Map<Key, NamespaceItem> newest = new LinkedHashMap<>();
        for (NamespaceFact fact : facts) {
            for (NamespaceItem item : of(fact)) {
                newest.merge(item.key(), item, NamespaceItem::newer);
            }
        }
        return List.copyOf(newest.values());
    }

    private NamespaceItem newer(NamespaceItem other) {
        return other.changedSequence() > changedSequence() ? other : this;
    }

    private Key key() {
        return new Key(table, value(values, table.hash), value(values, table.range));
    }

    private long changedSequence() {
        return number(values, CHANGED_SEQUENCE);
    }

    /** All that a step touched. */
    static List<NamespaceItem> of(NamespaceFact fact) {
        List<NamespaceItem> items = new ArrayList<>();
        fact.getNodesList().forEach(node -> items.add(node(fact, node)));
        if (fact.hasVersion()) {
            items.add(version(fact, fact.getNodes(0).getNodeId(), fact.getVersion()));
        }
        if (fact.hasUpload()) {
            items.add(upload(fact, fact.getUpload()));
        }
        fact.getSharesList().forEach(share -> items.add(share(fact, share)));
        ByteString purged = Changes.about(fact).getNodeId();
        fact.getPurgedVersionsList()
                .forEach(version -> items.add(new Row(fact)
                        .id(FILE_ID, purged)
                        .count(VERSION, version.getNumber())
                        .goneFrom(Table.VERSIONS)));
        if (fact.hasPurgedNode() && !fact.getPurgeGoesOn()) {
            items.add(new Row(fact).id(FILE_ID, purged).goneFrom(Table.NODES));
        }
        return items;
    }

    private static NamespaceItem node(NamespaceFact fact, Node node) {
        Row row = new Row(fact)
                .id(FILE_ID, node.getNodeId())
                .text("ownerId", fact.getOwnerId())
                .text("kind", node.getFolder() ? "folder" : "file")
                .text("name", node.getName())
                .id("parentId", node.getParentId())
                .text("status", FilesJson.word(node.getStatus().name(), "NODE_"))
                .text("createdBy", node.getCreatedBy())
                .count("createdAtMillis", node.getCreatedAtMillis())
                .count("changedAtMillis", node.getChangedAtMillis())
                .unlessNone("deletedAtMillis", node.getDeletedAtMillis())
                .unlessNone("keptUntilMillis", node.getPurgeAtMillis());
        if (node.getVersion() != 0) {
            row = row.count(VERSION, node.getVersion())
                    .count("fileSize", node.getSizeBytes())
                    .text("mimeType", node.getMimeType())
                    .text("contentHash", hex(node.getSha256()));
        }
        return row.in(Table.NODES);
    }

    private static NamespaceItem version(NamespaceFact fact, ByteString nodeId, Version version) {
        return new Row(fact)
                .id(FILE_ID, nodeId)
                .count(VERSION, version.getNumber())
                .count("fileSize", version.getSizeBytes())
                .text("mimeType", version.getMimeType())
                .text("contentHash", hex(version.getSha256()))
                .text("manifest", hex(version.getManifest().getSha256()))
                .count("baseVersion", version.getBaseVersion())
                .text("createdBy", version.getCreatedBy())
                .text("deviceId", version.getDeviceId())
                .count("createdAtMillis", version.getCreatedAtMillis())
                .id(UPLOAD_ID, version.getUploadId())
                .unlessNone("restoredVersion", version.getRestoredVersion())
                .in(Table.VERSIONS);
    }

    private static NamespaceItem share(NamespaceFact fact, Share share) {
        Row row = new Row(fact).id(SHARE_ID, share.getShareId());
        if (share.getEnded()) {
            return row.goneFrom(Table.SHARES);
        }
        return row.id(FILE_ID, share.getNodeId())
                // A link has none.
                .text("userId", share.getUserId())
                .flag("write", share.getWrite())
                .flag("hasPassword", share.hasPassword())
                .count("createdAtMillis", share.getCreatedAtMillis())
                .unlessNone("expiresAtMillis", share.getExpiresAtMillis())
                .in(Table.SHARES);
    }

    private static NamespaceItem upload(NamespaceFact fact, Upload upload) {
        Row row = new Row(fact).id(UPLOAD_ID, upload.getUploadId());
        if (upload.getStatus() == UploadStatus.UPLOAD_FORGOTTEN) {
            return row.goneFrom(Table.UPLOADS);
        }
        if (upload.getRejection() != RejectionReason.REJECTION_REASON_UNSPECIFIED) {
            row = row.text("reason", upload.getRejection().name().substring("REJECTION_".length()));
        }
        return row.id(FILE_ID, upload.getNodeId())
                .text("status", FilesJson.word(upload.getStatus().name(), "UPLOAD_"))
                .count("fileSize", upload.getSizeBytes())
                .text("mimeType", upload.getMimeType())
                .count("baseVersion", upload.getBaseVersion())
                .count("partSize", upload.getPartBytes())
                .count("partCount", upload.getPartCount())
                .text("startedBy", upload.getStartedBy())
                .text("deviceId", upload.getDeviceId())
                .count("startedAtMillis", upload.getStartedAtMillis())
                .unlessNone("keptUntilMillis", upload.getDueAtMillis())
                .unlessNone(VERSION, upload.getVersion())
                .id("conflictFileId", upload.getConflictNodeId())
                .in(Table.UPLOADS);
    }

    private static String hex(ByteString hash) {
        return HEX.formatHex(hash.toByteArray());
    }

    /** An item as it is put together. What is empty isn't in it. */
    private static final class Row {
        private final NamespaceFact fact;
        private final Map<String, AttributeValue> values = new HashMap<>();

        Row(NamespaceFact fact) {
            this.fact = fact;
            values.put(NAMESPACE_ID, AttributeValue.fromS(fact.getNamespaceId()));
            values.put(CHANGED_SEQUENCE, number(fact.getSequence()));
        }

        Row id(String name, ByteString local) {
            return local.isEmpty() ? this : text(name, FileIds.text(fact.getNamespaceId(), local));
        }

        Row text(String name, String text) {
            if (!text.isEmpty()) {
                values.put(name, AttributeValue.fromS(text));
            }
            return this;
        }

        Row count(String name, long count) {
            values.put(name, number(count));
            return this;
        }

        Row unlessNone(String name, long count) {
            return count == 0 ? this : count(name, count);
        }

        Row flag(String name, boolean flag) {
            values.put(name, AttributeValue.fromBool(flag));
            return this;
        }

        NamespaceItem in(Table table) {
            return new NamespaceItem(table, Map.copyOf(values));
        }

        NamespaceItem goneFrom(Table table) {
            return count(GONE_AT, fact.getAtMillis()).in(table);
        }
    }
}
