package dev.millrace.feed.serving;

import dev.millrace.serving.Reads;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.v1.Position;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Who asks, and what the answer must include.
 *
 * @param positions at most one counts per log and partition: the newest
 */
record Asked(String caller, List<Position> positions) {
    /** @throws dev.millrace.topics.http.Problem 400 INVALID_HEADER */
    static Asked in(RoutingContext ctx) {
        return new Asked(Caller.of(ctx).subject(), Reads.positions(ctx));
    }

    /** Whether an answer as of this position includes what was asked for of its log and partition. */
    boolean isIncludedIn(Position position) {
        return positions.stream()
                .filter(one -> one.getLog().equals(position.getLog()))
                .filter(one -> one.getPartition() == position.getPartition())
                .allMatch(one -> one.getOffset() <= position.getOffset());
    }

    /** The same caller, whatever the answer includes. */
    Asked ofAnyTime() {
        return new Asked(caller, List.of());
    }
}
