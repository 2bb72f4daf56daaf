package dev.millrace.feed.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.feed.topics.v1.AcknowledgeFollow;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.FollowOutcome;
import dev.millrace.feed.topics.v1.FollowRefusalReason;
import dev.millrace.feed.topics.v1.LearnBlock;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.topics.v1.Position;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one partition's readers follow, block and mute, decided again the plain way. */
final class FollowModel {
    private final Map<String, Reader> readers = new HashMap<>();
    private final Map<ByteString, Answered> answered = new HashMap<>();
    private int newestOrdinal;

    private static final class Reader {
        private final Map<String, FollowEdge> follows = new HashMap<>();
        private final Map<String, Relation> relations = new HashMap<>();
        private long version;
        private int ordinal;
    }

    private record Answered(ByteString body, FollowOutcome outcome) {}

    /** @param fact null if nothing happened */
    record Decided(@Nullable FollowFact fact, FollowOutcome outcome) {}

    Decided decide(Written<FollowCommand> written) {
        FollowCommand command = written.message();
        ByteString id = command.getMeta().getCommandId();
        ByteString body = command.getMeta().getBodyHash();
        Answered before = answered.get(id);
        if (before != null) {
            boolean same = before.body().equals(body);
            return new Decided(
                    null, same ? before.outcome() : refused(FollowRefusalReason.FOLLOW_IDEMPOTENCY_KEY_REUSED));
        }
        Decided decided = decideNew(written);
        if (!body.isEmpty()) {
            answered.put(id, new Answered(body, decided.outcome()));
        }
        return decided;
    }

    private Decided decideNew(Written<FollowCommand> written) {
        FollowCommand command = written.message();
        Reader reader = readers.computeIfAbsent(command.getReaderId(), r -> new Reader());
        return switch (command.getKindCase()) {
            case FOLLOW_AUTHOR ->
                follow(written, reader, command.getFollowAuthor().getAuthorId());
            case UNFOLLOW_AUTHOR ->
                unfollow(written, reader, command.getUnfollowAuthor().getAuthorId());
            case BLOCK_USER, UNBLOCK_USER, MUTE_USER, UNMUTE_USER -> relate(written, reader);
            case LEARN_BLOCK -> learn(written, reader, command.getLearnBlock());
            case ACKNOWLEDGE_FOLLOW -> acknowledge(written, reader, command.getAcknowledgeFollow());
            case ADOPT_RULES, KIND_NOT_SET -> new Decided(null, done());
        };
    }

    private Decided follow(Written<FollowCommand> written, Reader reader, String author) {
        if (author.equals(written.message().getReaderId())) {
            return yourself();
        }
        FollowEdge before = reader.follows.get(author);
        if (before != null) {
            return new Decided(
                    null, FollowOutcome.newBuilder().setFollows(before).build());
        }
        if (reader.ordinal == 0) {
            newestOrdinal++;
            reader.ordinal = newestOrdinal;
        }
        reader.version++;
        FollowEdge edge = FollowEdge.newBuilder()
                .setAuthorId(author)
                .setVersion(reader.version)
                .setSinceMillis(written.atMillis())
                .build();
        reader.follows.put(author, edge);
        return new Decided(
                fact(written, reader).setFollowed(edge).build(),
                FollowOutcome.newBuilder().setFollows(edge).build());
    }

    private static Decided unfollow(Written<FollowCommand> written, Reader reader, String author) {
        if (author.equals(written.message().getReaderId())) {
            return yourself();
        }
        FollowOutcome gone = FollowOutcome.newBuilder().setFollowsNoMore(author).build();
        FollowEdge edge = reader.follows.remove(author);
        if (edge == null) {
            return new Decided(null, gone);
        }
        reader.version++;
        return new Decided(fact(written, reader).setUnfollowed(edge).build(), gone);
    }

    private static Decided relate(Written<FollowCommand> written, Reader reader) {
        FollowCommand command = written.message();
        String other = switch (command.getKindCase()) {
            case BLOCK_USER -> command.getBlockUser().getUserId();
            case UNBLOCK_USER -> command.getUnblockUser().getUserId();
            case MUTE_USER -> command.getMuteUser().getUserId();
            default -> command.getUnmuteUser().getUserId();
        };
        if (other.equals(command.getReaderId())) {
            return yourself();
        }
        Relation before = relation(reader, other);
        Relation.Builder after = before.toBuilder();
        switch (command.getKindCase()) {
            case BLOCK_USER -> after.setBlocks(true);
            case UNBLOCK_USER -> after.setBlocks(false);
            case MUTE_USER -> after.setMutes(true);
            default -> after.setMutes(false);
        }
        // Whether the other one blocks isn't told.
        FollowOutcome outcome = FollowOutcome.newBuilder()
                .setRelation(Relation.newBuilder()
                        .setUserId(other)
                        .setBlocks(after.getBlocks())
                        .setMutes(after.getMutes()))
                .build();
        if (after.build().equals(before)) {
            return new Decided(null, outcome);
        }
        reader.relations.put(other, after.build());
        reader.version++;
        FollowFact.Builder fact = fact(written, reader);
        switch (command.getKindCase()) {
            case BLOCK_USER -> fact.setUserBlocked(after);
            case UNBLOCK_USER -> fact.setUserUnblocked(after);
            case MUTE_USER -> fact.setUserMuted(after);
            default -> fact.setUserUnmuted(after);
        }
        return new Decided(fact.build(), outcome);
    }

    private static Decided learn(Written<FollowCommand> written, Reader reader, LearnBlock learned) {
        Relation before = relation(reader, learned.getByUserId());
        if (learned.getVersion() <= before.getBlockedByVersion()) {
            return new Decided(null, done());
        }
        Relation after = before.toBuilder()
                .setBlockedBy(learned.getBlocks())
                .setBlockedByVersion(learned.getVersion())
                .build();
        reader.relations.put(learned.getByUserId(), after);
        reader.version++;
        return new Decided(fact(written, reader).setBlockLearned(after).build(), done());
    }

    private static Decided acknowledge(Written<FollowCommand> written, Reader reader, AcknowledgeFollow told) {
        FollowEdge edge = reader.follows.get(told.getAuthorId());
        if (edge == null || edge.getAcknowledged() || edge.getVersion() != told.getEdgeVersion()) {
            return new Decided(null, done());
        }
        FollowEdge after = edge.toBuilder()
                .setAcknowledged(true)
                .setAcknowledgedSequence(told.getPostSequence())
                .setAcknowledgedPostId(told.getNewestPostId())
                .build();
        reader.follows.put(told.getAuthorId(), after);
        return new Decided(fact(written, reader).setFollowAcknowledged(after).build(), done());
    }

    private static Relation relation(Reader reader, String other) {
        return reader.relations.getOrDefault(
                other, Relation.newBuilder().setUserId(other).build());
    }

    private static FollowFact.Builder fact(Written<FollowCommand> written, Reader reader) {
        return FollowFact.newBuilder()
                .setCommandId(written.message().getMeta().getCommandId())
                .setReaderId(written.message().getReaderId())
                .setPosition(Position.newBuilder()
                        .setLog(FeedLog.FOLLOWS)
                        .setPartition(written.partition())
                        .setOffset(written.offset()))
                .setAtMillis(written.atMillis())
                .setBookVersion(reader.version)
                .setReaderOrdinal(reader.ordinal);
    }

    private static Decided yourself() {
        return new Decided(null, refused(FollowRefusalReason.FOLLOW_YOURSELF));
    }

    private static FollowOutcome done() {
        return FollowOutcome.newBuilder().setDone(true).build();
    }

    private static FollowOutcome refused(FollowRefusalReason reason) {
        return FollowOutcome.newBuilder().setRefused(reason).build();
    }
}
