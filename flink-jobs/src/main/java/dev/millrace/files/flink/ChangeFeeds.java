package dev.millrace.files.flink;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.Changes;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.SyncEvent;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A step of a namespace to the change feeds it is in: its owner's, and those of whoever has a share over what it is
 * about. Before the step counts too, or nobody would hear that something left their folder. That something is shared, or
 * no longer, is told to whom it is shared with, and nothing of links to anybody else. What comes and goes with a folder
 * above it is told to whom it is shared with as if it were deleted, or restored, itself.
 */
final class ChangeFeeds {
    /** So far the namespace's owner walks up, too: a share above that gives nothing. */
    private static final int WALK_MAX = 300;

    private ChangeFeeds() {}

    /**
     * The owner's event first, the others' by user; then those of what is shared below.
     *
     * @param before the namespace as it was until this step
     */
    static List<SyncEvent> of(NamespaceFact step, SharedTree before) {
        Change whole = Changes.of(step);
        List<SyncEvent> events = new ArrayList<>();
        events.add(event(step, step.getNamespaceId()).setChange(whole).build());
        Change seen = Change.newBuilder()
                .setSequence(whole.getSequence())
                .setAtMillis(whole.getAtMillis())
                .setKindValue(whole.getKindValue())
                .setNodeId(whole.getNodeId())
                .setVersion(whole.getVersion())
                .build();
        sharesOver(step, before).forEach((userId, shareId) -> events.add(event(step, userId, seen, shareId)));
        for (String nodeId : sharedBelow(step, before)) {
            Change below = seen.toBuilder().setNodeId(bytes(nodeId)).build();
            sharesOf(before.node(nodeId), step)
                    .forEach((userId, shareId) -> events.add(event(step, userId, below, shareId)));
        }
        return events;
    }

    private static SyncEvent event(NamespaceFact step, String userId, Change seen, String shareId) {
        return event(step, FileIds.namespaceOf(userId))
                .setChange(seen)
                .setShareId(bytes(shareId))
                .build();
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    private static SyncEvent.Builder event(NamespaceFact step, String userNamespaceId) {
        return SyncEvent.newBuilder()
                .setUserNamespaceId(userNamespaceId)
                .setNamespaceId(step.getNamespaceId())
                .setPosition(step.getPosition());
    }

    /** By which share each user but the owner is told: the nearest. */
    private static SortedMap<String, String> sharesOver(NamespaceFact step, SharedTree before) {
        SortedMap<String, String> byUser = new TreeMap<>();
        switch (step.getKind()) {
            case CHANGE_SHARE_GRANTED, CHANGE_SHARE_ENDED -> {
                for (Share share : step.getSharesList()) {
                    if (!share.getUserId().isEmpty()) {
                        byUser.put(share.getUserId(), SharedTree.hex(share.getShareId()));
                    }
                }
            }
            case CHANGE_LINK_CREATED, CHANGE_LINK_OPENED, CHANGE_LINK_PASSWORD_WRONG -> {
                // Links are their owner's business.
            }
            default -> {
                Node node = Changes.about(step);
                String parentId = SharedTree.hex(node.getParentId());
                TreeNode was = before.node(SharedTree.hex(node.getNodeId()));
                if (was != null) {
                    add(byUser, was, step.getAtMillis());
                }
                addAbove(byUser, before, parentId, step.getAtMillis());
                if (was != null && !was.parentId().equals(parentId)) {
                    addAbove(byUser, before, was.parentId(), step.getAtMillis());
                }
            }
        }
        return byUser;
    }

    private static SortedMap<String, String> sharesOf(@Nullable TreeNode node, NamespaceFact step) {
        SortedMap<String, String> byUser = new TreeMap<>();
        if (node != null) {
            add(byUser, node, step.getAtMillis());
        }
        return byUser;
    }

    /**
     * What is seen no longer by whom it is shared with, or again, as a folder above it was deleted, or restored: nothing
     * from there down to it is deleted otherwise.
     */
    private static List<String> sharedBelow(NamespaceFact step, SharedTree tree) {
        Node folder = Changes.about(step);
        boolean comesOrGoes =
                step.getKind() == ChangeKind.CHANGE_NODE_DELETED || step.getKind() == ChangeKind.CHANGE_NODE_RESTORED;
        if (!comesOrGoes || !folder.getFolder()) {
            return List.of();
        }
        String folderId = SharedTree.hex(folder.getNodeId());
        return tree.sharedNodes().stream()
                .filter(nodeId -> !nodeId.equals(folderId) && goesWith(folderId, nodeId, tree))
                .sorted()
                .toList();
    }

    private static boolean goesWith(String folderId, String nodeId, SharedTree tree) {
        String at = nodeId;
        for (int walked = 1; !at.equals(folderId) && walked < WALK_MAX; walked++) {
            TreeNode node = tree.node(at);
            if (node == null || tree.isDeleted(at)) {
                return false;
            }
            at = node.parentId();
        }
        return at.equals(folderId);
    }

    private static void addAbove(SortedMap<String, String> byUser, SharedTree tree, String parentId, long atMillis) {
        TreeNode folder = tree.node(parentId);
        for (int walked = 1; folder != null && walked < WALK_MAX; walked++) {
            add(byUser, folder, atMillis);
            folder = tree.node(folder.parentId());
        }
    }

    private static void add(SortedMap<String, String> byUser, TreeNode node, long atMillis) {
        for (Grant grant : node.grants()) {
            if (grant.isInForce(atMillis)) {
                byUser.putIfAbsent(grant.userId(), grant.shareId());
            }
        }
    }
}
