package dev.millrace.files.simulation;

import com.google.protobuf.ByteString;
import dev.millrace.files.rules.MemoryNamespace;
import dev.millrace.files.rules.NamespaceBook;
import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.NamespaceHead;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.ReceivedShare;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What rules see of a namespace that have a fault. */
record FaultyBook(MemoryNamespace right, Fault fault) implements NamespaceBook {
    @Override
    public @Nullable Upload upload(ByteString uploadId) {
        Upload upload = right.upload(uploadId);
        if (upload == null) {
            return null;
        }
        Node node = right.node(upload.getNodeId());
        if (fault == Fault.COMMITS_WITHOUT_COMPARING_THE_BASE && node != null) {
            return upload.toBuilder().setBaseVersion(node.getVersion()).build();
        }
        boolean ended = upload.getStatus() == UploadStatus.UPLOAD_COMPLETED;
        return fault == Fault.COMMITS_ONCE_MORE_WHEN_TOLD_ONCE_MORE && ended && node != null
                ? upload.toBuilder().setStatus(UploadStatus.UPLOAD_VERIFYING).build()
                : upload;
    }

    @Override
    public @Nullable ByteString named(ByteString folderId, String foldedName) {
        ByteString holder = right.named(folderId, foldedName);
        Node node = holder == null ? null : right.node(holder);
        boolean overlooked = fault == Fault.OVERLOOKS_NAMES_IN_ANOTHER_CASE
                && node != null
                && !node.getName().equals(foldedName);
        return overlooked ? null : holder;
    }

    @Override
    public NamespaceHead head() {
        return right.head();
    }

    @Override
    public @Nullable Node node(ByteString nodeId) {
        return right.node(nodeId);
    }

    @Override
    public List<Node> children(ByteString folderId, int limit) {
        return right.children(folderId, limit);
    }

    @Override
    public List<Node> trash(long throughSequence, int limit) {
        return right.trash(throughSequence, limit);
    }

    @Override
    public @Nullable Version version(ByteString nodeId, long number) {
        return right.version(nodeId, number);
    }

    @Override
    public List<Version> oldestVersions(ByteString nodeId, int limit) {
        return right.oldestVersions(nodeId, limit);
    }

    @Override
    public @Nullable Share share(ByteString shareId) {
        return right.share(shareId);
    }

    @Override
    public @Nullable Share shareWith(ByteString nodeId, String userId) {
        return right.shareWith(nodeId, userId);
    }

    @Override
    public List<Share> sharesOf(ByteString nodeId) {
        return right.sharesOf(nodeId);
    }

    @Override
    public @Nullable Device device(String deviceId) {
        return right.device(deviceId);
    }

    @Override
    public @Nullable ReceivedShare received(String namespaceId, ByteString shareId) {
        return right.received(namespaceId, shareId);
    }
}
