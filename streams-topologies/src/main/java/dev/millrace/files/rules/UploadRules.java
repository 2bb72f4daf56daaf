package dev.millrace.files.rules;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ContentRejected;
import dev.millrace.files.topics.v1.ContentVerified;
import dev.millrace.files.topics.v1.Due;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceRefusal;
import dev.millrace.files.topics.v1.NamespaceRefusalReason;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.files.topics.v1.StartUpload;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.topics.CommandId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From a session that reserves quota to a version: committed once its content is verified, by compare-and-set on the
 * file and the version that was edited. Whoever loses becomes a file of its own in the same step, and an edit wins over
 * a deletion.
 */
final class UploadRules {
    /** Longer than any device is away in the middle of something. */
    static final Duration OPEN_AT_MOST = Duration.ofDays(7);
    /** How long its end can be asked for. */
    static final Duration ENDED_KEPT = Duration.ofDays(7);

    private static final int UPLOADS_MAX = 1_000;

    private final Step step;

    UploadRules(Step step) {
        this.step = step;
    }

    NamespaceDecision start(StartUpload start) {
        Upload before = step.book.upload(step.commandId());
        if (before != null) {
            Node node = Optional.ofNullable(step.book.node(before.getNodeId())).orElse(Node.getDefaultInstance());
            return step.repeated(before.getBodyHash(), Step.outcome(before, node));
        }
        boolean newFile = start.getNodeId().isEmpty();
        Node known = newFile ? step.book.node(step.commandId()) : step.book.node(start.getNodeId());
        if (newFile && known != null) {
            // The session is forgotten, what became of it isn't.
            return Step.refused(NamespaceRefusalReason.NAMESPACE_UPLOAD_ENDED, step.idText(step.commandId()));
        }
        Optional<NamespaceRefusal> problem = newFile
                ? step.closedFolder(start.getParentId())
                        .or(() -> step.nameProblemOf(start.getParentId(), start.getName(), step.commandId()))
                : versionProblemOf(known, start);
        problem = problem.or(() -> sizeProblemOf(start));
        if (problem.isPresent()) {
            return Step.refused(problem.get());
        }
        Node node = (known == null
                        ? NamespaceRules.made(step, step.commandId(), start.getParentId(), start.getName())
                                .setStatus(NodeStatus.NODE_UPLOADING)
                        : step.changed(known))
                .setUploads(known == null ? 1 : known.getUploads() + 1)
                .build();
        Upload upload = started(start, node, newFile);
        Usage.Builder usage = step.usage().toBuilder();
        usage.setReservedBytes(usage.getReservedBytes() + start.getSizeBytes());
        usage.setUploads(usage.getUploads() + 1);
        return Step.done(
                step.fact(ChangeKind.CHANGE_UPLOAD_STARTED)
                        .addNodes(node)
                        .setUpload(upload)
                        .setUsage(usage),
                Step.outcome(upload, node));
    }

    private Upload started(StartUpload start, Node node, boolean newFile) {
        PartPlan parts = PartPlan.of(start.getSizeBytes());
        return Upload.newBuilder()
                .setUploadId(step.commandId())
                .setNodeId(node.getNodeId())
                .setNewFile(newFile)
                .setBaseVersion(start.getBaseVersion())
                .setSizeBytes(start.getSizeBytes())
                .setDeclaredSha256(start.getDeclaredSha256())
                .setMimeType(start.getMimeType())
                .setPartBytes(parts.partBytes())
                .setPartCount(parts.partCount())
                .setStatus(UploadStatus.UPLOAD_OPEN)
                .setStartedBy(step.caller)
                .setDeviceId(step.command.getDeviceId())
                .setStartedAtMillis(step.now)
                .setDueAtMillis(step.now + OPEN_AT_MOST.toMillis())
                .setBodyHash(step.command.getMeta().getBodyHash())
                .build();
    }

    /** That it is deleted is no problem: the edit wins. */
    private Optional<NamespaceRefusal> versionProblemOf(@Nullable Node node, StartUpload start) {
        Place place = step.place(start.getNodeId());
        Optional<NamespaceRefusal> unseen = step.unseen(node, place);
        if (unseen.isPresent() || node == null) {
            return unseen;
        }
        if (node.getFolder()) {
            return Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_NOT_A_FILE, ""));
        }
        if (!place.writable()) {
            return Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_READ_ONLY, ""));
        }
        return start.getBaseVersion() <= node.getVersion()
                ? Optional.empty()
                : Optional.of(Step.refusal(
                        NamespaceRefusalReason.NAMESPACE_VERSION_UNKNOWN, "version " + start.getBaseVersion()));
    }

    private Optional<NamespaceRefusal> sizeProblemOf(StartUpload start) {
        if (start.getSizeBytes() > PartPlan.FILE_BYTES_MAX) {
            return Optional.of(
                    Step.refusal(NamespaceRefusalReason.NAMESPACE_FILE_TOO_LARGE, start.getSizeBytes() + " bytes"));
        }
        if (step.usage().getUploads() >= UPLOADS_MAX) {
            return Optional.of(Step.refusal(NamespaceRefusalReason.NAMESPACE_UPLOADS_TOO_MANY, UPLOADS_MAX + " open"));
        }
        return step.quotaProblemOf(start.getSizeBytes());
    }

    NamespaceDecision cancel(ByteString uploadId) {
        Upload upload = step.book.upload(uploadId);
        if (upload == null || !mayEnd(upload)) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_UPLOAD_UNKNOWN, "");
        }
        return switch (upload.getStatus()) {
            case UPLOAD_OPEN -> ended(upload, UploadStatus.UPLOAD_ABANDONED, ChangeKind.CHANGE_UPLOAD_ABANDONED);
            case UPLOAD_ABANDONED -> Step.unchanged(Step.outcome(upload, file(upload)));
            default -> Step.refused(NamespaceRefusalReason.NAMESPACE_UPLOAD_ENDED, step.idText(uploadId));
        };
    }

    NamespaceDecision complete(ByteString uploadId) {
        Upload upload = step.book.upload(uploadId);
        if (upload == null || !mayEnd(upload)) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_UPLOAD_UNKNOWN, "");
        }
        if (upload.getStatus() == UploadStatus.UPLOAD_ABANDONED) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_UPLOAD_ENDED, step.idText(uploadId));
        }
        Node node = file(upload);
        if (upload.getStatus() != UploadStatus.UPLOAD_OPEN) {
            return Step.unchanged(Step.outcome(upload, node));
        }
        Upload completed = upload.toBuilder()
                .setStatus(UploadStatus.UPLOAD_VERIFYING)
                .clearDueAtMillis()
                .build();
        Node.Builder verifying = step.changed(node);
        if (node.getStatus() == NodeStatus.NODE_UPLOADING) {
            verifying.setStatus(NodeStatus.NODE_VERIFYING);
        }
        return Step.done(
                step.fact(ChangeKind.CHANGE_UPLOAD_COMPLETED)
                        .addNodes(verifying)
                        .setUpload(completed),
                Step.outcome(completed, verifying.build()));
    }

    private boolean mayEnd(Upload upload) {
        return step.owner || upload.getStartedBy().equals(step.caller);
    }

    private Node file(Upload upload) {
        // Nothing purges a file that is being uploaded to; after that it may be gone.
        return Optional.ofNullable(step.book.node(upload.getNodeId())).orElse(Node.getDefaultInstance());
    }

    NamespaceDecision verified(ContentVerified found) {
        Upload upload = step.book.upload(found.getUploadId());
        if (upload == null || upload.getStatus() != UploadStatus.UPLOAD_VERIFYING) {
            return Step.nothing();
        }
        if (found.getSizeBytes() != upload.getSizeBytes()) {
            return rejected(upload, RejectionReason.REJECTION_SIZE_MISMATCH);
        }
        boolean declared = !upload.getDeclaredSha256().isEmpty();
        if (declared && !upload.getDeclaredSha256().equals(found.getSha256())) {
            return rejected(upload, RejectionReason.REJECTION_HASH_MISMATCH);
        }
        Node node = file(upload);
        if (node.getVersion() != 0
                && node.getSizeBytes() == found.getSizeBytes()
                && node.getSha256().equals(found.getSha256())) {
            return sameContent(upload, node);
        }
        return node.getVersion() == upload.getBaseVersion()
                ? commit(upload, node, found)
                : conflict(upload, node, found);
    }

    NamespaceDecision rejected(ContentRejected found) {
        Upload upload = step.book.upload(found.getUploadId());
        return upload == null || upload.getStatus() != UploadStatus.UPLOAD_VERIFYING
                ? Step.nothing()
                : rejected(upload, found.getReason());
    }

    private NamespaceDecision rejected(Upload upload, RejectionReason reason) {
        return ended(
                upload.toBuilder().setRejection(reason).build(),
                UploadStatus.UPLOAD_REJECTED,
                ChangeKind.CHANGE_UPLOAD_REJECTED);
    }

    /** Nothing came of it: its quota is free again, and the name of a file that it would have made. */
    private NamespaceDecision ended(Upload upload, UploadStatus status, ChangeKind kind) {
        Upload after = over(upload, status).build();
        Node.Builder node = step.changed(file(upload));
        node.setUploads(node.getUploads() - 1);
        boolean neverWas = node.getVersion() == 0 && node.getUploads() == 0;
        if (neverWas && NamespaceRules.isNamed(node.build())) {
            node.setStatus(NodeStatus.NODE_REJECTED).setPurgeAtMillis(after.getDueAtMillis());
        }
        NamespaceFact.Builder fact =
                step.fact(kind).addNodes(node).setUpload(after).setUsage(released(upload));
        return Step.done(fact, Step.outcome(after, node.build()));
    }

    private Upload.Builder over(Upload upload, UploadStatus status) {
        return upload.toBuilder().setStatus(status).setDueAtMillis(step.now + ENDED_KEPT.toMillis());
    }

    private Usage.Builder released(Upload upload) {
        Usage.Builder usage = step.usage().toBuilder();
        return usage.setReservedBytes(usage.getReservedBytes() - upload.getSizeBytes())
                .setUploads(usage.getUploads() - 1);
    }

    /** Two who wrote the same don't disagree. */
    private NamespaceDecision sameContent(Upload upload, Node node) {
        Upload after = over(upload, UploadStatus.UPLOAD_COMPLETED)
                .setVersion(node.getVersion())
                .build();
        Node.Builder file = inItsPlace(node).setUploads(node.getUploads() - 1);
        return committed(step.fact(ChangeKind.CHANGE_VERSION_UNCHANGED)
                .addNodes(file)
                .setUpload(after)
                .setUsage(released(upload)));
    }

    private NamespaceDecision commit(Upload upload, Node node, ContentVerified found) {
        Version version = version(upload, found, node.getVersion() + 1);
        Upload after = over(upload, UploadStatus.UPLOAD_COMPLETED)
                .setVersion(version.getNumber())
                .build();
        Node.Builder file = newest(inItsPlace(node), version).setUploads(node.getUploads() - 1);
        Usage.Builder usage = released(upload);
        usage.setLiveBytes(usage.getLiveBytes() + version.getSizeBytes() - node.getSizeBytes());
        usage.setVersionBytes(usage.getVersionBytes() + node.getSizeBytes());
        return committed(step.fact(ChangeKind.CHANGE_VERSION_COMMITTED)
                .addNodes(file)
                .setVersion(version)
                .setUpload(after)
                .setUsage(usage));
    }

    private NamespaceDecision conflict(Upload upload, Node node, ContentVerified found) {
        ByteString copyId = copyId(upload);
        Version version = version(upload, found, 1);
        ByteString folder = step.place(node.getNodeId()).livingFolder();
        Node copy = newest(
                        NamespaceRules.made(step, copyId, folder, freeName(folder, node.getName(), "conflict"))
                                .setCreatedBy(upload.getStartedBy())
                                .clearBodyHash(),
                        version)
                .setStatus(NodeStatus.NODE_COMPLETED)
                .build();
        Upload after = over(upload, UploadStatus.UPLOAD_CONFLICT)
                .setVersion(version.getNumber())
                .setConflictNodeId(copyId)
                .build();
        Usage.Builder usage = released(upload);
        usage.setLiveBytes(usage.getLiveBytes() + version.getSizeBytes());
        return committed(step.fact(ChangeKind.CHANGE_VERSION_CONFLICTED)
                .addNodes(copy)
                .addNodes(step.changed(node).setUploads(node.getUploads() - 1))
                .setVersion(version)
                .setUpload(after)
                .setUsage(usage));
    }

    /** Follows from the upload's; nobody's yet, even if an upload of this id was forgotten and came again. */
    private ByteString copyId(Upload upload) {
        ByteString id = CommandId.hashOf(upload.getUploadId().toByteArray());
        while (step.book.node(id) != null) {
            id = CommandId.hashOf(id.toByteArray());
        }
        return id;
    }

    /** Says who made the version: it is the hashing job that this command is from. */
    private static NamespaceDecision committed(NamespaceFact.Builder fact) {
        return Step.done(
                fact.setUserId(fact.getUpload().getStartedBy())
                        .setDeviceId(fact.getUpload().getDeviceId()),
                Step.nobodyWaits());
    }

    private Version version(Upload upload, ContentVerified found, long number) {
        Version.Builder version = Version.newBuilder()
                .setNumber(number)
                .setSizeBytes(upload.getSizeBytes())
                .setSha256(found.getSha256())
                .setMimeType(upload.getMimeType())
                .setCreatedBy(upload.getStartedBy())
                .setDeviceId(upload.getDeviceId())
                .setBaseVersion(upload.getBaseVersion())
                .setCreatedAtMillis(step.now)
                .setUploadId(upload.getUploadId());
        if (found.hasManifest()) {
            version.setManifest(found.getManifest());
        }
        return version.build();
    }

    /** A node whose newest version is this one. */
    static Node.Builder newest(Node.Builder node, Version version) {
        return node.setVersion(version.getNumber())
                .setSizeBytes(version.getSizeBytes())
                .setSha256(version.getSha256())
                .setMimeType(version.getMimeType());
    }

    /** A file where it can be found: what was deleted is back, and out of a folder that is deleted. */
    private Node.Builder inItsPlace(Node node) {
        Node.Builder file = step.changed(node).setStatus(NodeStatus.NODE_COMPLETED);
        Place place = step.place(node.getNodeId());
        if (!place.deleted()) {
            return file;
        }
        ByteString folder = place.livingFolder();
        ByteString holder = step.book.named(folder, FileNames.folded(node.getName()));
        boolean free = holder == null || holder.equals(node.getNodeId());
        return file.setParentId(folder)
                .setName(free ? node.getName() : freeName(folder, node.getName(), "restored"))
                .clearDeletedAtMillis()
                .clearDeletedSequence()
                .clearPurgeAtMillis();
    }

    /**
     * A name that nobody has in the folder.
     *
     * @param why the file can't be called what it should be, in a word
     */
    private String freeName(ByteString folder, String name, String why) {
        String day = Instant.ofEpochMilli(step.now)
                .atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .toString();
        String marked = FileNames.marked(name, why + " " + day);
        // Most often the day is enough; nearly always the sequence is.
        for (long n = step.head.getSequence() + 1; step.book.named(folder, FileNames.folded(marked)) != null; n++) {
            marked = FileNames.marked(name, why + " " + day + " " + n);
        }
        return marked;
    }

    NamespaceDecision fallDue(Due due) {
        Upload upload = step.book.upload(due.getId());
        if (upload == null || upload.getDueAtMillis() != due.getAtMillis()) {
            return Step.nothing();
        }
        if (upload.getStatus() == UploadStatus.UPLOAD_OPEN) {
            NamespaceDecision ended = ended(upload, UploadStatus.UPLOAD_ABANDONED, ChangeKind.CHANGE_UPLOAD_ABANDONED);
            return new NamespaceDecision(ended.fact(), Step.nobodyWaits());
        }
        Upload forgotten =
                upload.toBuilder().setStatus(UploadStatus.UPLOAD_FORGOTTEN).build();
        return Step.done(step.fact(ChangeKind.CHANGE_UPLOAD_FORGOTTEN).setUpload(forgotten), Step.nobodyWaits());
    }
}
