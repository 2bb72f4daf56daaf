package dev.millrace.feed.rules;

import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.topics.CommandId;
import java.util.Optional;

/** What a command on posts must be like to be decided at all. */
public final class PostCommandShape {
    private PostCommandShape() {}

    /** What is wrong with it; empty if nothing is. */
    public static Optional<String> problemOf(PostCommand command) {
        int idBytes = command.getMeta().getCommandId().size();
        if (idBytes != CommandId.BYTES) {
            return Optional.of("command id: " + idBytes + " bytes (expected: " + CommandId.BYTES + ")");
        }
        return switch (command.getKindCase()) {
            case CREATE_POST -> command.getCreatePost().getContent().isEmpty() ? noContent() : authorProblemOf(command);
            case EDIT_POST -> command.getEditPost().getContent().isEmpty() ? noContent() : authorProblemOf(command);
            case DELETE_POST -> authorProblemOf(command);
            case ADOPT_RULES -> Optional.empty();
            case KIND_NOT_SET -> Optional.of("command: of a kind this build doesn't know");
        };
    }

    private static Optional<String> authorProblemOf(PostCommand command) {
        return UserIds.problemOf("author id", command.getAuthorId());
    }

    private static Optional<String> noContent() {
        return Optional.of("content: empty (expected: a post's)");
    }
}
