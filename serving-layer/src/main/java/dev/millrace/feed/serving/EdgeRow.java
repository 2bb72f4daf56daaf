package dev.millrace.feed.serving;

import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowFact;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * What a fact says of an edge: that it began, or that it ended. Each of the two is written by one fact only, in columns
 * of its own, so it doesn't matter how often and in which order they are written; and an edge that has ended stays, as
 * it is history.
 *
 * @param version the reader's book version at the edge's beginning; tells it from others between the same two
 * @param sinceMillis when it began
 * @param month in UTC, of its beginning: one partition of rows
 * @param ended whether this says that it ended
 * @param atMillis when what this says happened
 * @param offset of the command that did it, in the reader's partition of follows
 */
record EdgeRow(
        String readerId,
        String authorId,
        long version,
        long sinceMillis,
        String month,
        boolean ended,
        long atMillis,
        int partition,
        long offset) {

    /** Empty for what isn't about an edge, or changes nothing about when it began and ended. */
    static Optional<EdgeRow> of(FollowFact fact) {
        return switch (fact.getKindCase()) {
            case FOLLOWED -> Optional.of(of(fact, fact.getFollowed(), false));
            case UNFOLLOWED -> Optional.of(of(fact, fact.getUnfollowed(), true));
            case FOLLOW_ACKNOWLEDGED, USER_BLOCKED, USER_UNBLOCKED, USER_MUTED, USER_UNMUTED, BLOCK_LEARNED ->
                Optional.empty();
            case KIND_NOT_SET ->
                throw new IllegalArgumentException("follow fact without a kind: offset "
                        + fact.getPosition().getOffset());
        };
    }

    private static EdgeRow of(FollowFact fact, FollowEdge edge, boolean ended) {
        return new EdgeRow(
                fact.getReaderId(),
                edge.getAuthorId(),
                edge.getVersion(),
                edge.getSinceMillis(),
                monthOf(edge.getSinceMillis()),
                ended,
                fact.getAtMillis(),
                fact.getPosition().getPartition(),
                fact.getPosition().getOffset());
    }

    /** As in "2026-11". */
    static String monthOf(long millis) {
        return YearMonth.from(Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC))
                .toString();
    }
}
