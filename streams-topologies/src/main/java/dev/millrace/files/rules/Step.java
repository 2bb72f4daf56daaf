package dev.millrace.files.rules;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceHead;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.files.topics.v1.NamespaceRefusal;
import dev.millrace.files.topics.v1.NamespaceRefusalReason;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadOutcome;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.topics.v1.Position;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One command as it is decided: what is known, who asks, and the forms that answers have. */
final class Step {
    /** Our own senders: the relay, the reminders, the hashing job. */
    private static final String OURSELVES = "millrace:";

    final NamespaceBook book;
    final NamespaceCommand command;
    final NamespaceHead head;
    final long now;
    /** Who asks. */
    final String caller;
    /** Whether the namespace is the caller's. */
    final boolean owner;

    private final Position position;

    Step(NamespaceBook book, NamespaceCommand command, long recordedAtMillis, Position position) {
        this.book = book;
        this.command = command;
        this.head = book.head();
        // The broker's clock may step back; a namespace's history doesn't.
        this.now = Math.max(head.getNowMillis(), recordedAtMillis);
        this.caller = command.getMeta().getSubject();
        this.owner = FileIds.namespaceOf(caller).equals(command.getNamespaceId());
        this.position = position;
    }

    /** Id of what this command makes. */
    ByteString commandId() {
        return command.getMeta().getCommandId();
    }

    boolean isOurOwn() {
        return caller.startsWith(OURSELVES);
    }

    Place place(ByteString nodeId) {
        return Place.of(book, owner, caller, nodeId, now);
    }

    Usage usage() {
        return NamespaceRules.usageOf(head);
    }

    /** What is taken of the quota. */
    static long taken(Usage usage) {
        return usage.getReservedBytes() + usage.getLiveBytes() + usage.getVersionBytes();
    }

    Optional<NamespaceRefusal> quotaProblemOf(long moreBytes) {
        long free = usage().getQuotaBytes() - taken(usage());
        return moreBytes <= free
                ? Optional.empty()
                : Optional.of(refusal(
                        NamespaceRefusalReason.NAMESPACE_QUOTA_EXCEEDED, moreBytes + " bytes (free: " + free + ")"));
    }

    /** Why a node can't be looked at; empty if it can. */
    Optional<NamespaceRefusal> unseen(@Nullable Node node, Place place) {
        if (node == null || !place.readable() || node.getStatus() == NodeStatus.NODE_REJECTED || isPurged(node)) {
            return Optional.of(refusal(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, ""));
        }
        return place.tooDeep()
                ? Optional.of(refusal(NamespaceRefusalReason.NAMESPACE_TREE_TOO_DEEP, Place.DEPTH_MAX + " folders"))
                : Optional.empty();
    }

    /** The same, and it must not be deleted, nor a folder above it. */
    Optional<NamespaceRefusal> unseenOrDeleted(@Nullable Node node, Place place) {
        return unseen(node, place)
                .or(() -> place.deleted()
                        ? Optional.of(refusal(
                                NamespaceRefusalReason.NAMESPACE_NODE_DELETED,
                                idText(place.path().get(0))))
                        : Optional.empty());
    }

    private boolean isPurged(Node node) {
        return NamespaceRules.isPurged(head, node, now);
    }

    /** Why nothing can be put into a folder; empty if something can. */
    Optional<NamespaceRefusal> closedFolder(ByteString folderId) {
        Place place = place(folderId);
        if (!folderId.equals(FileIds.ROOT)) {
            Node folder = book.node(folderId);
            Optional<NamespaceRefusal> unseen = unseen(folder, place);
            if (unseen.isPresent() || folder == null) {
                return unseen;
            }
            if (place.deleted()) {
                return Optional.of(refusal(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, idText(folderId)));
            }
            if (!folder.getFolder()) {
                return Optional.of(refusal(NamespaceRefusalReason.NAMESPACE_NOT_A_FOLDER, idText(folderId)));
            }
        } else if (!place.readable()) {
            return Optional.of(refusal(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, ""));
        }
        if (!place.writable()) {
            return Optional.of(refusal(NamespaceRefusalReason.NAMESPACE_READ_ONLY, ""));
        }
        return place.path().size() >= Place.DEPTH_MAX
                ? Optional.of(refusal(NamespaceRefusalReason.NAMESPACE_TREE_TOO_DEEP, Place.DEPTH_MAX + " folders"))
                : Optional.empty();
    }

    /**
     * Why a node can't have a name in a folder; empty if it can.
     *
     * @param nodeId the node; it doesn't stand in its own way
     */
    Optional<NamespaceRefusal> nameProblemOf(ByteString folderId, String name, ByteString nodeId) {
        Optional<String> invalid = FileNames.problemOf(name);
        if (invalid.isPresent()) {
            return Optional.of(refusal(NamespaceRefusalReason.NAMESPACE_NAME_INVALID, invalid.get()));
        }
        ByteString holder = book.named(folderId, FileNames.folded(name));
        return holder == null || holder.equals(nodeId)
                ? Optional.empty()
                : Optional.of(refusal(NamespaceRefusalReason.NAMESPACE_NAME_TAKEN, idText(holder)));
    }

    String idText(ByteString localId) {
        return FileIds.text(command.getNamespaceId(), localId);
    }

    NamespaceFact.Builder fact(ChangeKind kind) {
        return NamespaceFact.newBuilder()
                .setCommandId(commandId())
                .setNamespaceId(command.getNamespaceId())
                .setPosition(position)
                .setAtMillis(now)
                .setSequence(head.getSequence() + 1)
                .setOwnerId(owner ? caller : head.getOwnerId())
                .setUserId(isOurOwn() ? "" : caller)
                .setDeviceId(command.getDeviceId())
                .setKind(kind)
                .setUsage(usage());
    }

    /** A node as it is changed by this command. */
    Node.Builder changed(Node node) {
        return node.toBuilder().setChangedAtMillis(now).setChangedSequence(head.getSequence() + 1);
    }

    static NamespaceDecision done(NamespaceFact.Builder fact, NamespaceOutcome outcome) {
        return new NamespaceDecision(Optional.of(fact.build()), outcome);
    }

    static NamespaceDecision unchanged(NamespaceOutcome outcome) {
        return new NamespaceDecision(Optional.empty(), outcome);
    }

    /** Of our own commands, which nobody waits for. */
    static NamespaceDecision nothing() {
        return unchanged(nobodyWaits());
    }

    static NamespaceOutcome nobodyWaits() {
        return NamespaceOutcome.newBuilder().setDone(true).build();
    }

    static NamespaceDecision refused(NamespaceRefusal refusal) {
        return unchanged(NamespaceOutcome.newBuilder().setRefused(refusal).build());
    }

    static NamespaceDecision refused(NamespaceRefusalReason reason, String value) {
        return refused(refusal(reason, value));
    }

    static NamespaceRefusal refusal(NamespaceRefusalReason reason, String value) {
        return NamespaceRefusal.newBuilder().setReason(reason).setValue(value).build();
    }

    static NamespaceOutcome outcome(Node node) {
        return NamespaceOutcome.newBuilder().setNode(node).build();
    }

    static NamespaceOutcome outcome(Upload upload, Node node) {
        return NamespaceOutcome.newBuilder()
                .setUpload(UploadOutcome.newBuilder().setUpload(upload).setNode(node))
                .build();
    }

    static NamespaceOutcome outcome(Share share) {
        return NamespaceOutcome.newBuilder().setShare(share).build();
    }

    /** What is told of a command that made something before the time for which answers are remembered. */
    NamespaceDecision repeated(ByteString bodyHash, NamespaceOutcome made) {
        return unchanged(bodyHash.equals(command.getMeta().getBodyHash()) ? made : NamespaceRules.keyReused());
    }
}
