package dev.millrace.files.topics;

import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;

/** What change feeds say of facts: the same whoever asks, the namespace's owner or who is told by the log. */
public final class Changes {
    private Changes() {}

    public static Change of(NamespaceFact fact) {
        Node node = about(fact);
        Change.Builder change = Change.newBuilder()
                .setSequence(fact.getSequence())
                .setAtMillis(fact.getAtMillis())
                .setKindValue(fact.getKindValue())
                .setNodeId(node.getNodeId())
                .setFolder(node.getFolder())
                .setName(node.getName())
                .setParentId(node.getParentId())
                .setVersion(
                        fact.getKind() == ChangeKind.CHANGE_VERSION_PURGED
                                ? fact.getPurgedVersions(0).getNumber()
                                : fact.getVersion().getNumber())
                .setUserId(fact.getUserId())
                .setDeviceId(fact.hasDevice() ? fact.getDevice().getDeviceId() : fact.getDeviceId());
        if (fact.hasUpload()) {
            change.setUploadId(fact.getUpload().getUploadId());
        }
        if (fact.getSharesCount() == 1) {
            change.setShareId(fact.getShares(0).getShareId());
        }
        return change.build();
    }

    /** The file or folder that it happened to; one without an id if it happened to none. */
    public static Node about(NamespaceFact fact) {
        if (fact.getKind() == ChangeKind.CHANGE_TRASH_EMPTIED) {
            // Of no node in particular; each is told of when it goes.
            return Node.getDefaultInstance();
        }
        return fact.hasPurgedNode() || fact.getNodesCount() == 0 ? fact.getPurgedNode() : fact.getNodes(0);
    }
}
