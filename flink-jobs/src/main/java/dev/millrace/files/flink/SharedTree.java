package dev.millrace.files.flink;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.Share;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A namespace as far as it says who else can see what: the folder of each file and folder, with whom it is shared, and
 * which are deleted. Ids are those within the namespace. The root is no node, and a link is with nobody.
 */
interface SharedTree {
    /** Null if there is no such node, or not any more. */
    @Nullable TreeNode node(String nodeId);

    void put(String nodeId, TreeNode node);

    void remove(String nodeId);

    /** Those with a grant, whether it is in force or not. */
    List<String> sharedNodes();

    /** Whether it is deleted itself; a folder above it may be otherwise. */
    boolean isDeleted(String nodeId);

    void setDeleted(String nodeId, boolean deleted);

    /** From here on it is as it is after this step. What is gone for good is gone from here. */
    default void take(NamespaceFact step) {
        for (Node node : step.getNodesList()) {
            String nodeId = hex(node.getNodeId());
            place(nodeId, hex(node.getParentId()));
            boolean deleted = node.getDeletedAtMillis() != 0;
            if (isDeleted(nodeId) != deleted) {
                setDeleted(nodeId, deleted);
            }
        }
        step.getSharesList().stream()
                .filter(share -> !share.getUserId().isEmpty())
                .forEach(this::take);
        if (step.hasPurgedNode() && !step.getPurgeGoesOn()) {
            remove(hex(step.getPurgedNode().getNodeId()));
        }
    }

    private void place(String nodeId, String folderId) {
        TreeNode was = node(nodeId);
        if (was == null) {
            put(nodeId, new TreeNode(folderId, List.of()));
        } else if (!was.parentId().equals(folderId)) {
            put(nodeId, was.in(folderId));
        }
    }

    private void take(Share share) {
        String nodeId = hex(share.getNodeId());
        TreeNode shared = node(nodeId);
        if (shared != null) {
            String shareId = hex(share.getShareId());
            put(
                    nodeId,
                    share.getEnded()
                            ? shared.without(shareId)
                            : shared.with(new Grant(shareId, share.getUserId(), share.getExpiresAtMillis())));
        }
    }

    static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }
}
