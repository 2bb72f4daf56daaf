package dev.millrace.feed.rules;

import dev.millrace.feed.topics.v1.AcknowledgeFollow;
import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.FollowOutcome;
import dev.millrace.feed.topics.v1.FollowRefusalReason;
import dev.millrace.feed.topics.v1.LearnBlock;
import dev.millrace.feed.topics.v1.ReaderHead;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.topics.v1.Position;
import java.util.Optional;

/**
 * Whom a reader follows, blocks and mutes: what is asked for twice happens once, and what other owners tell counts only
 * while it is news. A pure function of the partition's book and the command's record.
 */
public final class FollowRules {
    /** Newest rules this build knows. */
    public static final int VERSION_NEWEST = 1;

    private final FollowBook book;
    private final FollowCommand command;
    private final String other;
    private final ReaderHead head;
    private final long now;
    private final Position position;

    private FollowRules(FollowBook book, FollowCommand command, long recordedAtMillis, Position position) {
        this.book = book;
        this.command = command;
        this.other = FollowCommandShape.otherIn(command);
        this.head = book.reader(command.getReaderId());
        this.now = recordedAtMillis;
        this.position = position;
    }

    /**
     * Decides a command whose {@linkplain FollowCommandShape shape} is right.
     *
     * @param recordedAtMillis when the broker wrote the command
     * @param position where it wrote it
     */
    public static FollowDecision decide(
            FollowBook book, FollowCommand command, long recordedAtMillis, Position position) {
        FollowRules rules = new FollowRules(book, command, recordedAtMillis, position);
        if (rules.other.equals(command.getReaderId())) {
            return new FollowDecision(
                    Optional.empty(),
                    Optional.empty(),
                    FollowOutcome.newBuilder()
                            .setRefused(FollowRefusalReason.FOLLOW_YOURSELF)
                            .build());
        }
        return switch (command.getKindCase()) {
            case FOLLOW_AUTHOR -> rules.follow();
            case UNFOLLOW_AUTHOR -> rules.unfollow();
            case BLOCK_USER, UNBLOCK_USER, MUTE_USER, UNMUTE_USER -> rules.relate();
            case LEARN_BLOCK -> rules.learn(command.getLearnBlock());
            case ACKNOWLEDGE_FOLLOW -> rules.acknowledge(command.getAcknowledgeFollow());
            case ADOPT_RULES, KIND_NOT_SET ->
                throw new IllegalArgumentException("command: " + command.getKindCase() + " (expected: one on follows)");
        };
    }

    /** What is told of a command whose id was used with another body. */
    public static FollowOutcome keyReused() {
        return FollowOutcome.newBuilder()
                .setRefused(FollowRefusalReason.FOLLOW_IDEMPOTENCY_KEY_REUSED)
                .build();
    }

    private FollowDecision follow() {
        FollowEdge present = book.edge(command.getReaderId(), other);
        if (present != null) {
            return unchanged(follows(present));
        }
        FollowEdge edge = FollowEdge.newBuilder()
                .setAuthorId(other)
                .setVersion(nextVersion())
                .setSinceMillis(now)
                .build();
        // A reader's ordinal is for good, so that a late record about it never means somebody else.
        int ordinal = head.getOrdinal() == 0 ? Math.addExact(book.newestOrdinal(), 1) : head.getOrdinal();
        FollowFact fact =
                fact(nextVersion()).setReaderOrdinal(ordinal).setFollowed(edge).build();
        return new FollowDecision(Optional.of(fact), Optional.of(audience(edge, ordinal, true)), follows(edge));
    }

    private FollowDecision unfollow() {
        FollowOutcome gone = FollowOutcome.newBuilder().setFollowsNoMore(other).build();
        FollowEdge present = book.edge(command.getReaderId(), other);
        if (present == null) {
            return unchanged(gone);
        }
        FollowFact fact = fact(nextVersion()).setUnfollowed(present).build();
        return new FollowDecision(Optional.of(fact), Optional.of(audience(present, head.getOrdinal(), false)), gone);
    }

    private FollowDecision relate() {
        Relation before = relation();
        FollowFact.Builder fact = fact(nextVersion());
        Relation after = switch (command.getKindCase()) {
            case BLOCK_USER -> before.toBuilder().setBlocks(true).build();
            case UNBLOCK_USER -> before.toBuilder().setBlocks(false).build();
            case MUTE_USER -> before.toBuilder().setMutes(true).build();
            case UNMUTE_USER -> before.toBuilder().setMutes(false).build();
            default -> throw new IllegalArgumentException("command: " + command.getKindCase());
        };
        switch (command.getKindCase()) {
            case BLOCK_USER -> fact.setUserBlocked(after);
            case UNBLOCK_USER -> fact.setUserUnblocked(after);
            case MUTE_USER -> fact.setUserMuted(after);
            default -> fact.setUserUnmuted(after);
        }
        FollowOutcome outcome = FollowOutcome.newBuilder()
                // Whether the other one blocks is nobody's to ask.
                .setRelation(after.toBuilder().clearBlockedBy().clearBlockedByVersion())
                .build();
        return after.equals(before)
                ? unchanged(outcome)
                : new FollowDecision(Optional.of(fact.build()), Optional.empty(), outcome);
    }

    private FollowDecision learn(LearnBlock learned) {
        Relation before = relation();
        if (learned.getVersion() <= before.getBlockedByVersion()) {
            return unchanged(done());
        }
        Relation after = before.toBuilder()
                .setBlockedBy(learned.getBlocks())
                .setBlockedByVersion(learned.getVersion())
                .build();
        FollowFact fact = fact(nextVersion()).setBlockLearned(after).build();
        return new FollowDecision(Optional.of(fact), Optional.empty(), done());
    }

    private FollowDecision acknowledge(AcknowledgeFollow acknowledged) {
        FollowEdge present = book.edge(command.getReaderId(), other);
        if (present == null || present.getVersion() != acknowledged.getEdgeVersion() || present.getAcknowledged()) {
            return unchanged(done());
        }
        FollowEdge after = present.toBuilder()
                .setAcknowledged(true)
                .setAcknowledgedSequence(acknowledged.getPostSequence())
                .setAcknowledgedPostId(acknowledged.getNewestPostId())
                .build();
        FollowFact fact =
                fact(head.getBookVersion()).setFollowAcknowledged(after).build();
        return new FollowDecision(Optional.of(fact), Optional.empty(), done());
    }

    /** The reader's head after a fact. */
    public static ReaderHead after(ReaderHead head, FollowFact fact, boolean newRelation) {
        int following = switch (fact.getKindCase()) {
            case FOLLOWED -> 1;
            case UNFOLLOWED -> -1;
            default -> 0;
        };
        return head.toBuilder()
                .setBookVersion(fact.getBookVersion())
                .setOrdinal(fact.getReaderOrdinal())
                .setFollowing(head.getFollowing() + following)
                .setRelations(head.getRelations() + (newRelation ? 1 : 0))
                .setChangedOffset(fact.getPosition().getOffset())
                .build();
    }

    /** Whether a reader's feed has nothing of this user, whoever it was that wanted it so. */
    public static boolean hides(Relation relation) {
        return relation.getBlocks() || relation.getMutes() || relation.getBlockedBy();
    }

    private Relation relation() {
        return book.relation(command.getReaderId(), other).toBuilder()
                .setUserId(other)
                .build();
    }

    private long nextVersion() {
        return head.getBookVersion() + 1;
    }

    private FollowFact.Builder fact(long bookVersion) {
        return FollowFact.newBuilder()
                .setCommandId(command.getMeta().getCommandId())
                .setReaderId(command.getReaderId())
                .setPosition(position)
                .setAtMillis(now)
                .setBookVersion(bookVersion)
                .setReaderOrdinal(head.getOrdinal());
    }

    private AudienceChange audience(FollowEdge edge, int ordinal, boolean added) {
        return AudienceChange.newBuilder()
                .setAuthorId(other)
                .setReaderId(command.getReaderId())
                .setReaderPartition(position.getPartition())
                .setReaderOrdinal(ordinal)
                .setAdded(added)
                .setEdgeVersion(edge.getVersion())
                .setAtMillis(now)
                .setPosition(position)
                .build();
    }

    private static FollowOutcome follows(FollowEdge edge) {
        return FollowOutcome.newBuilder().setFollows(edge).build();
    }

    private static FollowOutcome done() {
        return FollowOutcome.newBuilder().setDone(true).build();
    }

    private static FollowDecision unchanged(FollowOutcome outcome) {
        return new FollowDecision(Optional.empty(), Optional.empty(), outcome);
    }
}
