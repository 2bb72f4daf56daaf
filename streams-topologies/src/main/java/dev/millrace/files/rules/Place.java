package dev.millrace.files.rules;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.Share;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a node is, from it up to the root: whether it is there at all, and what somebody may do with it.
 *
 * @param path ids from the node up to below the root
 * @param deleted it, or a folder above it, is deleted or gone
 * @param tooDeep the way up is longer than anybody walks; nothing else is known then
 * @param livingFolder the lowest folder above it that isn't deleted; the root at last
 */
public record Place(
        List<ByteString> path,
        boolean deleted,
        boolean tooDeep,
        boolean readable,
        boolean writable,
        ByteString livingFolder) {
    /** No folder is made or moved deeper. */
    static final int DEPTH_MAX = 100;
    /** A deep folder may have been moved into a deep folder. Beyond this only moving one of them up helps. */
    private static final int WALK_MAX = 3 * DEPTH_MAX;

    /**
     * Walks up from a node.
     *
     * @param userId whose rights are looked for along the way
     */
    public static Place of(NamespaceBook book, boolean owner, String userId, ByteString nodeId, long nowMillis) {
        List<ByteString> path = new ArrayList<>();
        boolean deleted = false;
        boolean readable = owner;
        boolean writable = owner;
        ByteString living = nodeId.equals(FileIds.ROOT) ? FileIds.ROOT : ByteString.EMPTY;
        ByteString at = nodeId;
        while (!at.equals(FileIds.ROOT)) {
            if (path.size() == WALK_MAX) {
                return new Place(path, true, true, readable, writable, FileIds.ROOT);
            }
            path.add(at);
            Node node = book.node(at);
            boolean gone = node == null || node.getStatus() == NodeStatus.NODE_DELETED;
            deleted |= gone;
            // Whatever lives below what is deleted doesn't count.
            if (gone) {
                living = ByteString.EMPTY;
            } else if (living.isEmpty() && node != null && node.getFolder()) {
                living = at;
            }
            Share share = owner ? null : book.shareWith(at, userId);
            if (share != null && isInForce(share, nowMillis)) {
                readable = true;
                writable |= share.getWrite();
            }
            if (node == null) {
                break;
            }
            at = node.getParentId();
        }
        return new Place(path, deleted, false, readable, writable, living.isEmpty() ? FileIds.ROOT : living);
    }

    static boolean isInForce(@Nullable Share share, long nowMillis) {
        return share != null && (share.getExpiresAtMillis() == 0 || share.getExpiresAtMillis() > nowMillis);
    }
}
