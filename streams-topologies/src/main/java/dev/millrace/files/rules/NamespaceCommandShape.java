package dev.millrace.files.rules;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.StartUpload;
import dev.millrace.topics.CommandId;
import java.util.Optional;

/** What a command on a namespace must be like to be decided at all. */
public final class NamespaceCommandShape {
    private static final int HASH_BYTES = 32;
    private static final int TEXT_CHARS_MAX = 255;

    private NamespaceCommandShape() {}

    /** What is wrong with it; empty if nothing is. */
    public static Optional<String> problemOf(NamespaceCommand command) {
        int idBytes = command.getMeta().getCommandId().size();
        if (idBytes != CommandId.BYTES) {
            return Optional.of("command id: " + idBytes + " bytes (expected: " + CommandId.BYTES + ")");
        }
        if (command.hasAdoptRules()) {
            return Optional.empty();
        }
        if (command.getNamespaceId().length() != FileIds.NAMESPACE_CHARS) {
            return Optional.of("namespace id: " + command.getNamespaceId().length() + " characters (expected: "
                    + FileIds.NAMESPACE_CHARS + ")");
        }
        return kindProblemOf(command);
    }

    private static Optional<String> kindProblemOf(NamespaceCommand command) {
        return switch (command.getKindCase()) {
            case CREATE_FOLDER -> idProblemOf(command.getCreateFolder().getParentId());
            case START_UPLOAD -> uploadProblemOf(command.getStartUpload());
            case CANCEL_UPLOAD -> idProblemOf(command.getCancelUpload().getUploadId());
            case COMPLETE_UPLOAD -> idProblemOf(command.getCompleteUpload().getUploadId());
            case CONTENT_VERIFIED ->
                idProblemOf(command.getContentVerified().getUploadId())
                        .or(() -> hashProblemOf(command.getContentVerified().getSha256()));
            case CONTENT_REJECTED -> idProblemOf(command.getContentRejected().getUploadId());
            case MOVE_NODE ->
                idProblemOf(command.getMoveNode().getNodeId())
                        .or(() -> command.getMoveNode().hasParentId()
                                ? idProblemOf(command.getMoveNode().getParentId())
                                : Optional.empty());
            case DELETE_NODE -> idProblemOf(command.getDeleteNode().getNodeId());
            case RESTORE_NODE ->
                idProblemOf(command.getRestoreNode().getNodeId())
                        .or(() -> command.getRestoreNode().hasParentId()
                                ? idProblemOf(command.getRestoreNode().getParentId())
                                : Optional.empty());
            case PURGE_NODE -> idProblemOf(command.getPurgeNode().getNodeId());
            case PURGE_VERSION -> idProblemOf(command.getPurgeVersion().getNodeId());
            case SHARE_NODE ->
                idProblemOf(command.getShareNode().getNodeId())
                        .or(() ->
                                textProblemOf("user id", command.getShareNode().getUserId()));
            case CREATE_LINK -> idProblemOf(command.getCreateLink().getNodeId());
            case END_SHARE -> idProblemOf(command.getEndShare().getShareId());
            case OPEN_LINK -> idProblemOf(command.getOpenLink().getShareId());
            case REGISTER_DEVICE ->
                textProblemOf("device id", command.getRegisterDevice().getDeviceId())
                        .or(() -> textProblemOf(
                                "device's name", command.getRegisterDevice().getName()));
            case REMOVE_DEVICE ->
                textProblemOf("device id", command.getRemoveDevice().getDeviceId());
            case LEARN_SHARE -> idProblemOf(command.getLearnShare().getShare().getShareId());
            case FALL_DUE -> idProblemOf(command.getFallDue().getDue().getId());
            case MARK_EPOCH -> markerProblemOf(command.getMarkEpoch());
            case ADOPT_RULES, EMPTY_TRASH -> Optional.empty();
            case KIND_NOT_SET -> Optional.of("command: of a kind this build doesn't know");
        };
    }

    private static Optional<String> uploadProblemOf(StartUpload start) {
        if (start.getSizeBytes() < 0 || start.getBaseVersion() < 0) {
            return Optional.of("size, base version: " + start.getSizeBytes() + ", " + start.getBaseVersion()
                    + " (expected: not negative)");
        }
        return idProblemOf(start.getNodeId().isEmpty() ? start.getParentId() : start.getNodeId())
                .or(() -> start.getDeclaredSha256().isEmpty()
                        ? Optional.empty()
                        : hashProblemOf(start.getDeclaredSha256()));
    }

    private static Optional<String> markerProblemOf(MarkEpoch marker) {
        return marker.getEpoch() < 1
                ? Optional.of("epoch: " + marker.getEpoch() + " (expected: at least 1)")
                : idProblemOf(marker.getRun());
    }

    private static Optional<String> idProblemOf(ByteString id) {
        return id.size() == FileIds.LOCAL_BYTES
                ? Optional.empty()
                : Optional.of("id: " + id.size() + " bytes (expected: " + FileIds.LOCAL_BYTES + ")");
    }

    private static Optional<String> hashProblemOf(ByteString hash) {
        return hash.size() == HASH_BYTES
                ? Optional.empty()
                : Optional.of("SHA-256: " + hash.size() + " bytes (expected: " + HASH_BYTES + ")");
    }

    /** Keys of stores end such a text with a zero byte, so none may have one. */
    private static Optional<String> textProblemOf(String what, String text) {
        if (text.isEmpty() || text.length() > TEXT_CHARS_MAX) {
            return Optional.of(what + ": " + text.length() + " characters (expected: 1.." + TEXT_CHARS_MAX + ")");
        }
        return text.chars().anyMatch(Character::isISOControl)
                ? Optional.of(what + ": with control characters (expected: none)")
                : Optional.empty();
    }
}
