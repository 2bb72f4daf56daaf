package dev.millrace.files.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.standalone.history.Contradictions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What of a namespace is deleted, and which of it may go for good: after its time, when its owner said so, and with the
 * folder it is in. What its owner let go can't be restored any more; only an upload that wins brings it back.
 */
final class Purges {
    private static final Duration DELETED_KEPT = Duration.ofDays(30);

    private final Contradictions found;
    /** The step that deleted what is deleted. */
    private final Map<ByteString, Deletion> deletions = new HashMap<>();

    private final Set<ByteString> letGo = new HashSet<>();
    private final Set<ByteString> rejected = new HashSet<>();
    private final Set<ByteString> gone = new HashSet<>();
    /** What was deleted up to this step is let go. */
    private long emptiedThrough;

    private record Deletion(long sequence, long atMillis) {}

    Purges(Contradictions found) {
        this.found = found;
    }

    /** Against what was so before this step. */
    void check(String step, NamespaceFact fact) {
        switch (fact.getKind()) {
            case CHANGE_PURGE_STARTED, CHANGE_TRASH_EMPTIED ->
                fact.getNodesList().forEach(node -> checkLetGo(step, node));
            case CHANGE_NODE_RESTORED -> checkRestored(step, fact.getNodes(0));
            case CHANGE_NODE_PURGED -> checkPurged(step, fact);
            default -> {
                // Nothing of it goes.
            }
        }
        if (fact.getKind() == ChangeKind.CHANGE_TRASH_EMPTIED) {
            long through = fact.getEmptiedTrash().getThroughSequence();
            for (Node node : fact.getNodesList()) {
                Deletion deletion = deletions.get(node.getNodeId());
                if (deletion != null && deletion.sequence() > through) {
                    found.add(step + " empties the bin through step " + through + " of what step " + deletion.sequence()
                            + " deleted");
                }
            }
        }
        fact.getNodesList().stream()
                .filter(node -> gone.contains(node.getNodeId()))
                .forEach(node -> found.add(step + " changes what is gone for good: " + node.getName()));
    }

    private void checkLetGo(String step, Node node) {
        if (!deletions.containsKey(node.getNodeId())) {
            found.add(step + " lets \"" + node.getName() + "\" go for good, which isn't deleted");
        }
    }

    private void checkRestored(String step, Node node) {
        if (isPurged(node)) {
            found.add(step + " restores \"" + node.getName() + "\", which its owner let go for good");
        }
    }

    private void checkPurged(String step, NamespaceFact fact) {
        Node node = fact.getPurgedNode();
        Deletion deletion = deletions.get(node.getNodeId());
        boolean outOfTime = deletion != null && fact.getAtMillis() - deletion.atMillis() >= DELETED_KEPT.toMillis();
        if (!outOfTime && !letGo.contains(node.getNodeId()) && !rejected.contains(node.getNodeId())) {
            found.add(step + " purges \"" + node.getName()
                    + "\", which isn't deleted, or not for long enough, and nobody" + " said so");
        }
    }

    /** From here on it is as after this step. */
    void take(NamespaceFact fact) {
        for (Node node : fact.getNodesList()) {
            ByteString id = node.getNodeId();
            if (node.getStatus() != NodeStatus.NODE_DELETED) {
                deletions.remove(id);
                letGo.remove(id);
            } else {
                deletions.putIfAbsent(id, new Deletion(fact.getSequence(), fact.getAtMillis()));
            }
            if (node.getStatus() == NodeStatus.NODE_REJECTED) {
                rejected.add(id);
            }
        }
        switch (fact.getKind()) {
            case CHANGE_TRASH_EMPTIED -> {
                emptiedThrough = Math.max(emptiedThrough, fact.getEmptiedTrash().getThroughSequence());
                letGo(fact);
            }
            // What is in a folder goes with it.
            case CHANGE_PURGE_STARTED, CHANGE_NODE_PURGED -> letGo(fact);
            default -> {
                // Nobody lets anything go.
            }
        }
        if (fact.hasPurgedNode() && !fact.getPurgeGoesOn()) {
            gone.add(fact.getPurgedNode().getNodeId());
        }
    }

    private void letGo(NamespaceFact fact) {
        fact.getNodesList().forEach(node -> letGo.add(node.getNodeId()));
    }

    /** Whether it is still there, and on its way. */
    boolean isGoing(Node node) {
        return isPurged(node) && !gone.contains(node.getNodeId());
    }

    /** Whether it can't be restored any more, as it is or soon will be gone. */
    boolean isPurged(Node node) {
        ByteString id = node.getNodeId();
        Deletion deletion = deletions.get(id);
        boolean emptied = deletion != null && deletion.sequence() <= emptiedThrough;
        return emptied || letGo.contains(id) || gone.contains(id);
    }
}
