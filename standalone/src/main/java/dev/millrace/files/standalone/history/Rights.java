package dev.millrace.files.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.Share;

/** Who may do a step of a namespace: its owner, and whoever a share lets write there at that time. */
final class Rights {
    private final String owner;
    private final Shared shared = new Shared();

    Rights(String owner) {
        this.owner = owner;
    }

    /** What is shared after this step. */
    void take(NamespaceFact fact) {
        shared.take(fact);
    }

    /**
     * Whether who did this step might, by what was shared before it.
     *
     * @param before the node that it is about first, as it was; an empty one if there was none
     */
    boolean allow(NamespaceFact fact, Node before) {
        String user = fact.getUserId();
        boolean own = user.equals(owner);
        Node after = fact.getNodesCount() == 0 ? Node.getDefaultInstance() : fact.getNodes(0);
        return switch (fact.getKind()) {
            case CHANGE_FOLDER_CREATED -> own || mayWrite(fact, after.getParentId());
            case CHANGE_UPLOAD_STARTED ->
                own || mayWrite(fact, before.getNodeId().isEmpty() ? after.getParentId() : after.getNodeId());
            // With a share of a node only one may change what is in it, not where it is.
            case CHANGE_NODE_MOVED ->
                own || (mayWrite(fact, before.getParentId()) && mayWrite(fact, after.getParentId()));
            case CHANGE_NODE_DELETED -> own || mayWrite(fact, before.getParentId());
            case CHANGE_NODE_RESTORED, CHANGE_VERSION_RESTORED ->
                own || (mayRead(fact, after.getNodeId()) && mayWrite(fact, after.getParentId()));
            case CHANGE_UPLOAD_COMPLETED -> own || isUploader(fact);
            // Whoever began it might, then.
            case CHANGE_VERSION_COMMITTED, CHANGE_VERSION_CONFLICTED, CHANGE_VERSION_UNCHANGED -> isUploader(fact);
            case CHANGE_UPLOAD_ABANDONED -> own || user.isEmpty() || isUploader(fact);
            case CHANGE_SHARE_ENDED ->
                own
                        || user.isEmpty()
                        || fact.getSharesList().stream()
                                .anyMatch(share -> share.getUserId().equals(user));
            case CHANGE_SHARE_GRANTED,
                    CHANGE_LINK_CREATED,
                    CHANGE_DEVICE_REGISTERED,
                    CHANGE_DEVICE_REMOVED,
                    CHANGE_PURGE_STARTED,
                    CHANGE_VERSION_PURGED -> own;
            // Its later steps are asked for by nobody.
            case CHANGE_TRASH_EMPTIED -> own || user.isEmpty();
            case CHANGE_LINK_OPENED, CHANGE_LINK_PASSWORD_WRONG -> true;
            case CHANGE_UPLOAD_REJECTED, CHANGE_UPLOAD_FORGOTTEN, CHANGE_NODE_PURGED, CHANGE_SHARE_RECEIVED ->
                user.isEmpty();
            case CHANGE_KIND_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    private static boolean isUploader(NamespaceFact fact) {
        return fact.getUserId().equals(fact.getUpload().getStartedBy());
    }

    private boolean mayWrite(NamespaceFact fact, ByteString nodeId) {
        return shared.has(nodeId, share -> share.getWrite() && isInForce(fact, share));
    }

    private boolean mayRead(NamespaceFact fact, ByteString nodeId) {
        return shared.has(nodeId, share -> isInForce(fact, share));
    }

    private static boolean isInForce(NamespaceFact fact, Share share) {
        return !share.getUserId().isEmpty()
                && share.getUserId().equals(fact.getUserId())
                && (share.getExpiresAtMillis() == 0 || share.getExpiresAtMillis() > fact.getAtMillis());
    }
}
