package dev.millrace.files.streams;

import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.LearnShare;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.ReceivedShare;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;
import java.util.List;
import java.util.stream.Stream;

/** What a fact of one namespace means to the users it was shared with. Each may be told any number of times. */
public final class ShareRelay {
    private static final String SUBJECT = "millrace:relay";

    private ShareRelay() {}

    /** Those users' owners hear of shares that are new, changed or ended. */
    public static List<NamespaceCommand> received(NamespaceFact fact) {
        return fact.getSharesList().stream()
                .filter(share -> !share.getUserId().isEmpty())
                .map(share -> command(fact, share))
                .toList();
    }

    private static NamespaceCommand command(NamespaceFact fact, Share share) {
        Node node = Stream.concat(fact.getNodesList().stream(), Stream.of(fact.getPurgedNode()))
                .filter(one -> one.getNodeId().equals(share.getNodeId()))
                .findFirst()
                .orElse(Node.getDefaultInstance());
        ReceivedShare received = ReceivedShare.newBuilder()
                .setNamespaceId(fact.getNamespaceId())
                .setShareId(share.getShareId())
                .setNodeId(share.getNodeId())
                .setOwnerId(fact.getOwnerId())
                .setName(node.getName())
                .setFolder(node.getFolder())
                .setWrite(share.getWrite())
                .setCreatedAtMillis(share.getCreatedAtMillis())
                .setExpiresAtMillis(share.getExpiresAtMillis())
                .setEnded(share.getEnded())
                .setVersion(share.getVersion())
                .build();
        return NamespaceCommand.newBuilder()
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(CommandId.random().bytes())
                        .setSubject(SUBJECT))
                .setNamespaceId(FileIds.namespaceOf(share.getUserId()))
                .setLearnShare(LearnShare.newBuilder().setShare(received))
                .build();
    }
}
