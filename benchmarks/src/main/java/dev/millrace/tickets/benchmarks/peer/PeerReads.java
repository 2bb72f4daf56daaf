package dev.millrace.tickets.benchmarks.peer;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.ingest.Expect;
import dev.millrace.topics.http.StrictJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Seat map and summary of an event, from memory for a second: with a hundred reads for each claim, nobody would ask the
 * database for each. So what is read may be a second old, which Millrace's never is.
 */
final class PeerReads {
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final SeatTables tables;
    private final AsyncCache<String, Buffer> answers =
            Caffeine.newBuilder().expireAfterWrite(FRESH).buildAsync();

    PeerReads(SeatTables tables) {
        this.tables = tables;
    }

    void addTo(Router router) {
        router.get("/events/:eventId/seatmap").handler(this::map);
        router.get("/events/:eventId").handler(this::summary);
    }

    private void map(RoutingContext ctx) {
        String eventId = Expect.pathId("eventId", ctx.pathParam("eventId"));
        answer(ctx, "map " + eventId, () -> tables.map(eventId).map(map -> Map.of("eventId", eventId, "status", map)));
    }

    private void summary(RoutingContext ctx) {
        String eventId = Expect.pathId("eventId", ctx.pathParam("eventId"));
        answer(
                ctx,
                "summary " + eventId,
                () -> tables.left(eventId).map(rows -> {
                    Map<String, Long> left = new TreeMap<>();
                    rows.forEach(row -> left.put(row.getString("tier_id"), row.getLong("left")));
                    return Map.of("eventId", eventId, "left", left);
                }));
    }

    private void answer(RoutingContext ctx, String what, Supplier<Future<? extends Map<String, ?>>> ask) {
        var answer = answers.get(
                what,
                (key, executor) -> ask.get()
                        .map(value -> Buffer.buffer(StrictJson.bytes(value)))
                        .toCompletionStage()
                        .toCompletableFuture());
        Future.fromCompletionStage(answer, ctx.vertx().getOrCreateContext())
                .onFailure(ctx::fail)
                .onSuccess(body -> {
                    var unused = ctx.response()
                            .putHeader("Content-Type", "application/json")
                            .end(body);
                });
    }
}
