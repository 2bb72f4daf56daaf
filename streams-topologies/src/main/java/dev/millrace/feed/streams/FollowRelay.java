package dev.millrace.feed.streams;

import dev.millrace.feed.topics.v1.AcknowledgeFollow;
import dev.millrace.feed.topics.v1.AudienceFact;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.LearnBlock;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;
import java.util.Optional;

/** What one owner's facts about follows mean to another owner. Each may be told any number of times. */
public final class FollowRelay {
    private static final String SUBJECT = "millrace:relay";

    private FollowRelay() {}

    /** The reader's owner hears from which post on its edge counts. */
    public static Optional<FollowCommand> acknowledgement(AudienceFact fact) {
        if (!fact.getChange().getAdded()) {
            return Optional.empty();
        }
        return Optional.of(command(fact.getChange().getReaderId())
                .setAcknowledgeFollow(AcknowledgeFollow.newBuilder()
                        .setAuthorId(fact.getChange().getAuthorId())
                        .setEdgeVersion(fact.getChange().getEdgeVersion())
                        .setPostSequence(fact.getPostSequence())
                        .setNewestPostId(fact.getNewestPostId()))
                .build());
    }

    /** A user's owner hears that somebody else blocks that user, or no longer does. */
    public static Optional<FollowCommand> block(FollowFact fact) {
        return switch (fact.getKindCase()) {
            case USER_BLOCKED -> Optional.of(learned(fact, fact.getUserBlocked().getUserId(), true));
            case USER_UNBLOCKED ->
                Optional.of(learned(fact, fact.getUserUnblocked().getUserId(), false));
            default -> Optional.empty();
        };
    }

    private static FollowCommand learned(FollowFact fact, String userId, boolean blocks) {
        return command(userId)
                .setLearnBlock(LearnBlock.newBuilder()
                        .setByUserId(fact.getReaderId())
                        .setBlocks(blocks)
                        .setVersion(fact.getBookVersion()))
                .build();
    }

    private static FollowCommand.Builder command(String readerId) {
        return FollowCommand.newBuilder()
                .setReaderId(readerId)
                .setMeta(CommandMeta.newBuilder()
                        .setCommandId(CommandId.random().bytes())
                        .setSubject(SUBJECT));
    }
}
