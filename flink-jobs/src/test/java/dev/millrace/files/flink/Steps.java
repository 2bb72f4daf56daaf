package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.Position;

/** Steps of alice's namespace, as its owner would decide them. Things are called by a word each. */
final class Steps {
    static final String NAMESPACE = FileIds.namespaceOf("alice");

    private long sequence;

    static ByteString id(String word) {
        return word.isEmpty() ? FileIds.ROOT : CommandId.hashOf(word.getBytes(UTF_8));
    }

    NamespaceFact.Builder step(ChangeKind kind) {
        sequence++;
        return NamespaceFact.newBuilder()
                .setNamespaceId(NAMESPACE)
                .setSequence(sequence)
                .setAtMillis(sequence)
                .setPosition(Position.newBuilder()
                        .setLog("namespaces")
                        .setPartition(3)
                        .setOffset(100 + sequence))
                .setUserId("alice")
                .setKind(kind);
    }

    /** @param parent empty: the root */
    NamespaceFact about(ChangeKind kind, String node, String parent) {
        return step(kind).addNodes(node(node, parent)).build();
    }

    NamespaceFact deleted(String folder, String parent) {
        return step(ChangeKind.CHANGE_NODE_DELETED)
                .addNodes(node(folder, parent).setFolder(true).setDeletedAtMillis(sequence))
                .build();
    }

    NamespaceFact restored(String folder, String parent) {
        return step(ChangeKind.CHANGE_NODE_RESTORED)
                .addNodes(node(folder, parent).setFolder(true))
                .build();
    }

    static Node.Builder node(String word, String parent) {
        return Node.newBuilder().setNodeId(id(word)).setParentId(id(parent)).setName(word);
    }

    static Share.Builder share(String word, String node, String user) {
        return Share.newBuilder().setShareId(id(word)).setNodeId(id(node)).setUserId(user);
    }

    NamespaceFact shared(String node, String parent, Share.Builder share) {
        return step(ChangeKind.CHANGE_SHARE_GRANTED)
                .addNodes(node(node, parent))
                .addShares(share)
                .build();
    }

    NamespaceFact unshared(String node, String parent, Share.Builder share) {
        return step(ChangeKind.CHANGE_SHARE_ENDED)
                .addNodes(node(node, parent))
                .addShares(share.setEnded(true))
                .build();
    }

    NamespaceFact purged(String node, String parent, Share.Builder... shares) {
        NamespaceFact.Builder step = step(ChangeKind.CHANGE_NODE_PURGED).setPurgedNode(node(node, parent));
        for (Share.Builder share : shares) {
            step.addShares(share.setEnded(true));
        }
        return step.build();
    }
}
