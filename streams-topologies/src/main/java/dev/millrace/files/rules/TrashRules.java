package dev.millrace.files.rules;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.Due;
import dev.millrace.files.topics.v1.EmptiedTrash;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.files.topics.v1.NamespaceRefusal;
import dev.millrace.files.topics.v1.NamespaceRefusalReason;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.PurgeVersion;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.TrashOutcome;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.files.topics.v1.Version;
import java.util.List;
import java.util.Optional;

/**
 * What goes for good: nodes whose time in the bin is over or whose owner said so, and old versions. Only the owner of a
 * namespace can take anything from it for good. Nodes go in bounded steps, each reminded of in its turn, so that nothing
 * behind them waits.
 */
final class TrashRules {
    /** Nodes or versions that go or are marked to go in one step. */
    static final int PURGED_AT_ONCE_MAX = 100;

    private final Step step;
    private final NamespaceBook book;

    TrashRules(Step step) {
        this.step = step;
        this.book = step.book;
    }

    /** A node that this command deletes. */
    static Node deleted(Step step, Node node, long purgeAtMillis) {
        return step.changed(node)
                .setStatus(NodeStatus.NODE_DELETED)
                .setDeletedAtMillis(step.now)
                .setDeletedSequence(step.head.getSequence() + 1)
                .setPurgeAtMillis(purgeAtMillis)
                .build();
    }

    /** From now on it is due to go, as if its time had come. */
    NamespaceDecision purge(ByteString nodeId) {
        Node node = book.node(nodeId);
        Optional<NamespaceRefusal> problem = step.unseen(node, step.place(nodeId));
        if (problem.isPresent() || node == null) {
            return Step.refused(problem.orElseThrow());
        }
        if (!step.owner) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, "");
        }
        if (node.getStatus() != NodeStatus.NODE_DELETED) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_NOT_DELETED, step.idText(nodeId));
        }
        Node due = due(node);
        return Step.done(step.fact(ChangeKind.CHANGE_PURGE_STARTED).addNodes(due), Step.outcome(due));
    }

    private Node due(Node node) {
        return step.changed(node).setPurgeAtMillis(step.now).build();
    }

    /** Nothing of what is deleted by now can be restored from here on, however many steps it takes to mark it all. */
    NamespaceDecision empty() {
        if (!step.owner) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, "");
        }
        long through = step.head.getSequence();
        List<Node> nodes = book.trash(through, PURGED_AT_ONCE_MAX);
        NamespaceOutcome outcome = NamespaceOutcome.newBuilder()
                .setTrash(
                        TrashOutcome.newBuilder().setEntries(nodes.size()).setMore(nodes.size() == PURGED_AT_ONCE_MAX))
                .build();
        return nodes.isEmpty() ? Step.unchanged(outcome) : Step.done(emptied(through, nodes), outcome);
    }

    /** The next step of an emptying. */
    NamespaceDecision goOn(Due due) {
        EmptiedTrash emptied = step.head.getEmptiedTrash();
        if (emptied.getDueAtMillis() != due.getAtMillis() || !due.getId().equals(FileIds.ROOT)) {
            return Step.nothing();
        }
        List<Node> nodes = book.trash(emptied.getThroughSequence(), PURGED_AT_ONCE_MAX);
        return Step.done(emptied(emptied.getThroughSequence(), nodes), Step.nobodyWaits());
    }

    private NamespaceFact.Builder emptied(long through, List<Node> nodes) {
        NamespaceFact.Builder fact = step.fact(ChangeKind.CHANGE_TRASH_EMPTIED);
        nodes.forEach(node -> fact.addNodes(due(node)));
        return fact.setEmptiedTrash(EmptiedTrash.newBuilder()
                .setThroughSequence(through)
                .setDueAtMillis(nodes.size() == PURGED_AT_ONCE_MAX ? step.now : 0));
    }

    /** It is gone with this step, and what it took of the quota is free. */
    NamespaceDecision purgeVersion(PurgeVersion purge) {
        Node node = book.node(purge.getNodeId());
        Optional<NamespaceRefusal> problem = step.unseenOrDeleted(node, step.place(purge.getNodeId()));
        if (problem.isPresent() || node == null) {
            return Step.refused(problem.orElseThrow());
        }
        problem = versionProblemOf(node, purge.getNumber());
        if (problem.isPresent()) {
            return Step.refused(problem.get());
        }
        Version version = book.version(node.getNodeId(), purge.getNumber());
        if (version == null) {
            // Numbers have no gaps, so it was there.
            return Step.unchanged(Step.outcome(node));
        }
        if (node.getUploads() > 0) {
            // What changes a version is sent as what differs from it.
            return Step.refused(NamespaceRefusalReason.NAMESPACE_UPLOADS_OPEN, node.getUploads() + " uploads");
        }
        Usage.Builder usage = step.usage().toBuilder();
        usage.setVersionBytes(usage.getVersionBytes() - version.getSizeBytes());
        Node after = step.changed(node).build();
        return Step.done(
                step.fact(ChangeKind.CHANGE_VERSION_PURGED)
                        .addNodes(after)
                        .addPurgedVersions(version)
                        .setUsage(usage),
                Step.outcome(after));
    }

    private Optional<NamespaceRefusal> versionProblemOf(Node node, long number) {
        if (!step.owner) {
            return Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, ""));
        }
        if (node.getFolder()) {
            return Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_NOT_A_FILE, ""));
        }
        if (number < 1 || number > node.getVersion()) {
            return Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_VERSION_UNKNOWN, "version " + number));
        }
        return number == node.getVersion()
                ? Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_NEWEST_VERSION, "version " + number))
                : Optional.empty();
    }

    /**
     * One step of a node's end. A folder's children end with it: each is deleted and due at once, so that its own
     * children follow in their own time.
     */
    NamespaceDecision fallDue(Due due) {
        Node node = book.node(due.getId());
        if (node == null
                || node.getPurgeAtMillis() != due.getAtMillis()
                // Its end waits: an upload that wins brings it back.
                || node.getUploads() > 0) {
            return Step.nothing();
        }
        NamespaceFact.Builder fact = step.fact(ChangeKind.CHANGE_NODE_PURGED).setPurgedNode(node);
        Usage.Builder usage = step.usage().toBuilder();
        List<Node> children = node.getFolder() ? book.children(node.getNodeId(), PURGED_AT_ONCE_MAX) : List.of();
        children.forEach(child -> fact.addNodes(deleted(step, child, step.now)));
        List<Version> versions =
                node.getFolder() ? List.of() : book.oldestVersions(node.getNodeId(), PURGED_AT_ONCE_MAX);
        for (Version version : versions) {
            fact.addPurgedVersions(version);
            if (version.getNumber() == node.getVersion()) {
                usage.setLiveBytes(usage.getLiveBytes() - version.getSizeBytes());
            } else {
                usage.setVersionBytes(usage.getVersionBytes() - version.getSizeBytes());
            }
        }
        if (children.size() + versions.size() == PURGED_AT_ONCE_MAX) {
            // Due at a time of its own, so that it is reminded of at once.
            fact.setPurgeGoesOn(true).addNodes(due(node));
        } else {
            for (Share share : book.sharesOf(node.getNodeId())) {
                fact.addShares(share.toBuilder().setEnded(true).setVersion(fact.getSequence()));
            }
        }
        return Step.done(fact.setUsage(usage), Step.nobodyWaits());
    }
}
