package dev.millrace.files.rules;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.CreateFolder;
import dev.millrace.files.topics.v1.DeleteNode;
import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.Due;
import dev.millrace.files.topics.v1.EmptiedTrash;
import dev.millrace.files.topics.v1.MoveNode;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceHead;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.files.topics.v1.NamespaceRefusal;
import dev.millrace.files.topics.v1.NamespaceRefusalReason;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.RestoreNode;
import dev.millrace.files.topics.v1.Savings;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.topics.v1.Position;
import java.time.Duration;
import java.util.Optional;

/**
 * What becomes of a namespace: names are unique per folder, the tree has no cycles, no acknowledged version is lost, and
 * what is taken of the quota is what is reserved and kept. A pure function of the namespace's book and the command's
 * record.
 */
public final class NamespaceRules {
    /** Newest rules this build knows. */
    public static final int VERSION_NEWEST = 1;

    /** What a user may keep, uploads that go on and old versions included. */
    static final long QUOTA_BYTES = 256L << 30;
    /** How long what was deleted can be restored. */
    static final Duration DELETED_KEPT = Duration.ofDays(30);

    private final Step step;
    private final NamespaceBook book;

    private NamespaceRules(Step step) {
        this.step = step;
        this.book = step.book;
    }

    /**
     * Decides a command whose {@linkplain NamespaceCommandShape shape} is right.
     *
     * @param recordedAtMillis when the broker wrote the command
     * @param position where it wrote it
     */
    public static NamespaceDecision decide(
            NamespaceBook book, NamespaceCommand command, long recordedAtMillis, Position position) {
        Step step = new Step(book, command, recordedAtMillis, position);
        if (step.owner && isRemoved(book, command.getDeviceId())) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_DEVICE_REMOVED, command.getDeviceId());
        }
        NamespaceRules nodes = new NamespaceRules(step);
        return switch (command.getKindCase()) {
            case CREATE_FOLDER -> nodes.create(command.getCreateFolder());
            case MOVE_NODE -> nodes.move(command.getMoveNode());
            case DELETE_NODE -> nodes.delete(command.getDeleteNode());
            case RESTORE_NODE -> nodes.restore(command.getRestoreNode());
            case PURGE_NODE -> new TrashRules(step).purge(command.getPurgeNode().getNodeId());
            case EMPTY_TRASH -> new TrashRules(step).empty();
            case PURGE_VERSION -> new TrashRules(step).purgeVersion(command.getPurgeVersion());
            case START_UPLOAD -> new UploadRules(step).start(command.getStartUpload());
            case CANCEL_UPLOAD ->
                new UploadRules(step).cancel(command.getCancelUpload().getUploadId());
            case COMPLETE_UPLOAD ->
                new UploadRules(step).complete(command.getCompleteUpload().getUploadId());
            case CONTENT_VERIFIED -> new UploadRules(step).verified(command.getContentVerified());
            case CONTENT_REJECTED -> new UploadRules(step).rejected(command.getContentRejected());
            case SHARE_NODE -> new ShareRules(step).share(command.getShareNode());
            case CREATE_LINK -> new ShareRules(step).link(command.getCreateLink());
            case END_SHARE -> new ShareRules(step).end(command.getEndShare().getShareId());
            case OPEN_LINK -> new ShareRules(step).open(command.getOpenLink());
            case LEARN_SHARE ->
                new ShareRules(step).learn(command.getLearnShare().getShare());
            case REGISTER_DEVICE -> new DeviceRules(step).register(command.getRegisterDevice());
            case REMOVE_DEVICE ->
                new DeviceRules(step).remove(command.getRemoveDevice().getDeviceId());
            case FALL_DUE -> nodes.fallDue(command.getFallDue().getDue());
            case MARK_EPOCH, LEARN_SAVINGS, ADOPT_RULES, KIND_NOT_SET ->
                throw new IllegalArgumentException(
                        "command: " + command.getKindCase() + " (expected: one that may be a step)");
        };
    }

    /** What a command comes to that is for the partition: it is said in its place among the facts, and nothing else. */
    public static NamespaceFact marked(NamespaceCommand command, long recordedAtMillis, Position position) {
        return NamespaceFact.newBuilder()
                .setCommandId(command.getMeta().getCommandId())
                .setPosition(position)
                .setAtMillis(recordedAtMillis)
                .setEpochMarked(command.getMarkEpoch())
                .build();
    }

    /**
     * The head once it is counted what a namespace's versions save each other. It is no step: nothing is decided by it.
     * What was counted of an earlier step comes late, as a job says it again that begins anew.
     */
    public static NamespaceHead learned(NamespaceHead head, Savings counted) {
        return counted.getSequence() < head.getSavings().getSequence()
                ? head
                : head.toBuilder().setSavings(counted).build();
    }

    /** Of our own commands, which nobody waits for. */
    public static NamespaceOutcome done() {
        return Step.nobodyWaits();
    }

    private static boolean isRemoved(NamespaceBook book, String deviceId) {
        Device device = deviceId.isEmpty() ? null : book.device(deviceId);
        return device != null && device.getRemovedAtMillis() != 0;
    }

    /** What is told of a command whose id was used with another body. */
    public static NamespaceOutcome keyReused() {
        return NamespaceOutcome.newBuilder()
                .setRefused(Step.refusal(NamespaceRefusalReason.NAMESPACE_IDEMPOTENCY_KEY_REUSED, ""))
                .build();
    }

    private NamespaceDecision create(CreateFolder create) {
        Node before = book.node(step.commandId());
        if (before != null) {
            return step.repeated(before.getBodyHash(), Step.outcome(before));
        }
        Optional<NamespaceRefusal> problem = step.closedFolder(create.getParentId())
                .or(() -> step.nameProblemOf(create.getParentId(), create.getName(), step.commandId()));
        if (problem.isPresent()) {
            return Step.refused(problem.get());
        }
        Node folder = made(create.getParentId(), create.getName())
                .setFolder(true)
                .setStatus(NodeStatus.NODE_COMPLETED)
                .build();
        return Step.done(step.fact(ChangeKind.CHANGE_FOLDER_CREATED).addNodes(folder), Step.outcome(folder));
    }

    private Node.Builder made(ByteString parentId, String name) {
        return made(step, step.commandId(), parentId, name);
    }

    /** A node that this command makes. */
    static Node.Builder made(Step step, ByteString nodeId, ByteString parentId, String name) {
        return step.changed(Node.getDefaultInstance())
                .setNodeId(nodeId)
                .setParentId(parentId)
                .setName(name)
                .setCreatedBy(step.caller)
                .setCreatedAtMillis(step.now)
                .setBodyHash(step.command.getMeta().getBodyHash());
    }

    private NamespaceDecision move(MoveNode move) {
        Node node = book.node(move.getNodeId());
        Place place = step.place(move.getNodeId());
        Optional<NamespaceRefusal> problem = step.unseenOrDeleted(node, place);
        if (problem.isPresent() || node == null) {
            return Step.refused(problem.orElseThrow());
        }
        ByteString parent = move.hasParentId() ? move.getParentId() : node.getParentId();
        String name = move.hasName() ? move.getName() : node.getName();
        problem = readOnlyPlace(node)
                .or(() -> parent.equals(node.getParentId()) ? Optional.empty() : step.closedFolder(parent))
                .or(() -> step.place(parent).path().contains(node.getNodeId())
                        ? Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_CYCLE, step.idText(parent)))
                        : Optional.empty())
                .or(() -> step.nameProblemOf(parent, name, node.getNodeId()));
        if (problem.isPresent()) {
            return Step.refused(problem.get());
        }
        if (parent.equals(node.getParentId()) && name.equals(node.getName())) {
            return Step.unchanged(Step.outcome(node));
        }
        Node moved = step.changed(node).setParentId(parent).setName(name).build();
        return Step.done(step.fact(ChangeKind.CHANGE_NODE_MOVED).addNodes(moved), Step.outcome(moved));
    }

    private NamespaceDecision delete(DeleteNode delete) {
        Node node = book.node(delete.getNodeId());
        Place place = step.place(delete.getNodeId());
        Optional<NamespaceRefusal> problem = step.unseen(node, place);
        if (problem.isPresent() || node == null) {
            return Step.refused(problem.orElseThrow());
        }
        problem = readOnlyPlace(node);
        if (problem.isPresent()) {
            return Step.refused(problem.get());
        }
        if (node.getStatus() == NodeStatus.NODE_DELETED) {
            return Step.unchanged(Step.outcome(node));
        }
        if (place.deleted()) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, step.idText(node.getNodeId()));
        }
        if (delete.hasBaseVersion() && delete.getBaseVersion() < node.getVersion()) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_EDITED_SINCE, "version " + node.getVersion());
        }
        Node deleted = TrashRules.deleted(step, node, step.now + DELETED_KEPT.toMillis());
        return Step.done(step.fact(ChangeKind.CHANGE_NODE_DELETED).addNodes(deleted), Step.outcome(deleted));
    }

    private NamespaceDecision restore(RestoreNode restore) {
        Node node = book.node(restore.getNodeId());
        Place place = step.place(restore.getNodeId());
        Optional<NamespaceRefusal> problem = step.unseen(node, place);
        if (problem.isPresent() || node == null) {
            return Step.refused(problem.orElseThrow());
        }
        boolean deleted = node.getStatus() == NodeStatus.NODE_DELETED;
        ByteString parent = restore.hasParentId() ? restore.getParentId() : node.getParentId();
        String name = restore.hasName() ? restore.getName() : node.getName();
        problem = versionProblemOf(node, restore.getVersion())
                .or(() -> deleted || restore.getVersion() != 0
                        ? Optional.empty()
                        : Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_NOT_DELETED, "")))
                .or(() -> deleted ? closedFolder(restore, parent) : inDeletedFolder(node, place))
                .or(() -> deleted ? step.nameProblemOf(parent, name, node.getNodeId()) : readOnlyPlace(node));
        if (problem.isPresent()) {
            return Step.refused(problem.get());
        }
        Node.Builder restored = step.changed(node);
        if (deleted) {
            restored.setParentId(parent)
                    .setName(name)
                    .setStatus(NodeStatus.NODE_COMPLETED)
                    .clearDeletedAtMillis()
                    .clearDeletedSequence()
                    .clearPurgeAtMillis();
        }
        if (restore.getVersion() != 0 && restore.getVersion() != node.getVersion()) {
            return restoreVersion(node, restored, restore.getVersion());
        }
        return deleted
                ? Step.done(
                        step.fact(ChangeKind.CHANGE_NODE_RESTORED).addNodes(restored), Step.outcome(restored.build()))
                : Step.unchanged(Step.outcome(node));
    }

    private Optional<NamespaceRefusal> versionProblemOf(Node node, long version) {
        if (node.getFolder()) {
            return version == 0
                    ? Optional.empty()
                    : Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_NOT_A_FILE, ""));
        }
        boolean there = version == 0 ? node.getVersion() != 0 : book.version(node.getNodeId(), version) != null;
        return there
                ? Optional.empty()
                : Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_VERSION_UNKNOWN, "version " + version));
    }

    /** Who can restore something may know that the folder it was in is gone, even if for good. */
    private Optional<NamespaceRefusal> closedFolder(RestoreNode restore, ByteString parent) {
        return step.closedFolder(parent)
                .map(refusal ->
                        restore.hasParentId() || refusal.getReason() != NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN
                                ? refusal
                                : Step.refusal(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, step.idText(parent)));
    }

    private Optional<NamespaceRefusal> inDeletedFolder(Node node, Place place) {
        return place.deleted()
                ? Optional.of(
                        Step.refusal(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, step.idText(node.getNodeId())))
                : Optional.empty();
    }

    /** An old version is the newest once more: a version of its own, so that none is lost. */
    private NamespaceDecision restoreVersion(Node node, Node.Builder restored, long number) {
        Version old =
                Optional.ofNullable(book.version(node.getNodeId(), number)).orElseThrow();
        Optional<NamespaceRefusal> problem = step.quotaProblemOf(old.getSizeBytes());
        if (problem.isPresent()) {
            return Step.refused(problem.get());
        }
        Version again = old.toBuilder()
                .setNumber(node.getVersion() + 1)
                .setBaseVersion(node.getVersion())
                .setCreatedBy(step.caller)
                .setDeviceId(step.command.getDeviceId())
                .setCreatedAtMillis(step.now)
                .clearUploadId()
                .setRestoredVersion(number)
                .build();
        Node after = UploadRules.newest(restored, again).build();
        Usage.Builder usage = step.usage().toBuilder();
        usage.setLiveBytes(usage.getLiveBytes() + again.getSizeBytes() - node.getSizeBytes());
        usage.setVersionBytes(usage.getVersionBytes() + node.getSizeBytes());
        return Step.done(
                step.fact(ChangeKind.CHANGE_VERSION_RESTORED)
                        .addNodes(after)
                        .setVersion(again)
                        .setUsage(usage),
                Step.outcome(after));
    }

    /** Whoever has a share of a node only may change what is in it, not where it is: that is its folder's matter. */
    private Optional<NamespaceRefusal> readOnlyPlace(Node node) {
        return step.place(node.getParentId()).writable()
                ? Optional.empty()
                : Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_READ_ONLY, ""));
    }

    private NamespaceDecision fallDue(Due due) {
        // What is due at no time has none, either.
        if (due.getAtMillis() <= 0 || step.now < due.getAtMillis()) {
            return Step.nothing();
        }
        return switch (due.getKind()) {
            case DUE_UPLOAD -> new UploadRules(step).fallDue(due);
            case DUE_SHARE -> new ShareRules(step).fallDue(due);
            case DUE_NODE -> new TrashRules(step).fallDue(due);
            case DUE_TRASH -> new TrashRules(step).goOn(due);
            case DUE_KIND_UNSPECIFIED, UNRECOGNIZED -> Step.nothing();
        };
    }

    /** The namespace's head after a fact; which changes are kept isn't decided by it. */
    public static NamespaceHead after(NamespaceHead head, NamespaceFact fact) {
        NamespaceHead.Builder after = head.toBuilder();
        if (fact.hasEmptiedTrash()) {
            after.setEmptiedTrash(fact.getEmptiedTrash());
        }
        return after.setOwnerId(fact.getOwnerId())
                .setSequence(fact.getSequence())
                .setUsage(fact.getUsage())
                .setOldestChange(Math.max(1, head.getOldestChange()))
                .setChangedOffset(fact.getPosition().getOffset())
                .setNowMillis(fact.getAtMillis())
                .build();
    }

    /** What is taken of a namespace's quota, and what that is. */
    public static Usage usageOf(NamespaceHead head) {
        return head.hasUsage()
                ? head.getUsage()
                : Usage.newBuilder().setQuotaBytes(QUOTA_BYTES).build();
    }

    /** The same to whoever asks: with what its versions save each other, if that was counted. */
    public static Usage toldOf(NamespaceHead head) {
        return head.hasSavings()
                ? usageOf(head).toBuilder().setSavings(head.getSavings()).build()
                : usageOf(head);
    }

    /**
     * Whether a node's end has come, even if not all of it is gone yet: nobody sees it any more.
     *
     * @param head of its namespace
     */
    public static boolean isPurged(NamespaceHead head, Node node, long nowMillis) {
        boolean due = node.getPurgeAtMillis() != 0 && node.getPurgeAtMillis() <= nowMillis;
        EmptiedTrash emptied = head.getEmptiedTrash();
        return due
                || (emptied.getDueAtMillis() != 0
                        && node.getStatus() == NodeStatus.NODE_DELETED
                        && node.getDeletedSequence() <= emptied.getThroughSequence());
    }

    /** Whether a node is in the bin, as far as it is not due to go. */
    public static boolean isInTrash(Node node, long nowMillis) {
        return node.getStatus() == NodeStatus.NODE_DELETED && node.getPurgeAtMillis() > nowMillis;
    }

    /** Whether a node's name is taken in its folder. */
    public static boolean isNamed(Node node) {
        return node.getStatus() != NodeStatus.NODE_DELETED && node.getStatus() != NodeStatus.NODE_REJECTED;
    }
}
