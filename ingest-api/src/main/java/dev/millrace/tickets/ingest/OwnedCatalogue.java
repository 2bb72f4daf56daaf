package dev.millrace.tickets.ingest;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.tickets.topics.TicketsQueries;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.Performer;
import dev.millrace.tickets.topics.v1.Venue;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StateClient;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Venues and performers as their owners have them. Only an owner's answer counts, never a standby's: what is found is
 * copied into an event, and must include a definition that was accepted a moment ago.
 */
final class OwnedCatalogue {
    private static final long AGAIN_MILLIS = 100;
    private static final int ATTEMPTS_MAX = 20;
    private static final Duration SOON = Duration.ofSeconds(1);

    private final StateClient state;
    private final Vertx vertx;

    private interface Parsing<T> {
        T parse(ByteString bytes) throws InvalidProtocolBufferException;
    }

    OwnedCatalogue(StateClient state, Vertx vertx) {
        this.state = state;
        this.vertx = vertx;
    }

    /** Fails with 422 UNKNOWN_VENUE or 503 STATE_UNAVAILABLE. */
    Future<Venue> venue(String venueId) {
        return look(
                TicketsQueries.VENUE,
                CatalogueRoutes.venueKey(venueId),
                Problem.of(422, "UNKNOWN_VENUE", "venueId", venueId, "a venue that was defined"),
                Venue::parseFrom,
                ATTEMPTS_MAX);
    }

    /** Fails with 422 UNKNOWN_PERFORMER or 503 STATE_UNAVAILABLE. */
    Future<Performer> performer(String performerId) {
        return look(
                TicketsQueries.PERFORMER,
                CatalogueRoutes.performerKey(performerId),
                Problem.of(422, "UNKNOWN_PERFORMER", "performerIds", performerId, "a performer that was defined"),
                Performer::parseFrom,
                ATTEMPTS_MAX);
    }

    private <T> Future<T> look(String query, String key, Problem unknown, Parsing<T> parsing, int attemptsLeft) {
        StateQuery question =
                StateQuery.newBuilder().setName(query).setOwner(key).setKey(key).build();
        return state.ask(TicketsTopics.CATALOGUE, question).compose(answer -> {
            if (!answer.getStandby() && answer.getStatus() == StateAnswer.Status.NOT_FOUND) {
                return Future.failedFuture(unknown);
            }
            if (!answer.getStandby() && answer.getStatus() == StateAnswer.Status.FOUND) {
                try {
                    return Future.succeededFuture(parsing.parse(answer.getValue()));
                } catch (InvalidProtocolBufferException e) {
                    return Future.failedFuture(e);
                }
            }
            if (attemptsLeft <= 1) {
                return Future.failedFuture(
                        Problem.of(503, "STATE_UNAVAILABLE", "The owner of " + key + " can't be asked right now.")
                                .retryAfter(SOON));
            }
            return vertx.timer(AGAIN_MILLIS).transform(waited -> look(query, key, unknown, parsing, attemptsLeft - 1));
        });
    }
}
