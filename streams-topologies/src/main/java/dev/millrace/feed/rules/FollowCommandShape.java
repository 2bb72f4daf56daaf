package dev.millrace.feed.rules;

import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.topics.CommandId;
import java.util.Optional;

/** What a command on follows must be like to be decided at all. */
public final class FollowCommandShape {
    private FollowCommandShape() {}

    /** What is wrong with it; empty if nothing is. */
    public static Optional<String> problemOf(FollowCommand command) {
        int idBytes = command.getMeta().getCommandId().size();
        if (idBytes != CommandId.BYTES) {
            return Optional.of("command id: " + idBytes + " bytes (expected: " + CommandId.BYTES + ")");
        }
        return switch (command.getKindCase()) {
            case ADOPT_RULES -> Optional.empty();
            case KIND_NOT_SET -> Optional.of("command: of a kind this build doesn't know");
            default ->
                UserIds.problemOf("reader id", command.getReaderId())
                        .or(() -> UserIds.problemOf("other user's id", otherIn(command)));
        };
    }

    /** The user a command is about beside its reader. */
    static String otherIn(FollowCommand command) {
        return switch (command.getKindCase()) {
            case FOLLOW_AUTHOR -> command.getFollowAuthor().getAuthorId();
            case UNFOLLOW_AUTHOR -> command.getUnfollowAuthor().getAuthorId();
            case BLOCK_USER -> command.getBlockUser().getUserId();
            case UNBLOCK_USER -> command.getUnblockUser().getUserId();
            case MUTE_USER -> command.getMuteUser().getUserId();
            case UNMUTE_USER -> command.getUnmuteUser().getUserId();
            case LEARN_BLOCK -> command.getLearnBlock().getByUserId();
            case ACKNOWLEDGE_FOLLOW -> command.getAcknowledgeFollow().getAuthorId();
            case ADOPT_RULES, KIND_NOT_SET ->
                throw new IllegalArgumentException("command: " + command.getKindCase() + " (expected: one on follows)");
        };
    }
}
