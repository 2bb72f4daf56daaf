package dev.millrace.tickets.serving;

import dev.millrace.serving.DatabaseWork;
import dev.millrace.serving.ProjectorOffsets;
import dev.millrace.serving.Reads;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** GET /events/search, for everybody. */
final class SearchRoutes {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Vertx vertx;
    private final DatabaseWork database;
    private final Duration positionWait;

    SearchRoutes(Vertx vertx, DatabaseWork database, Duration positionWait) {
        this.vertx = vertx;
        this.database = database;
        this.positionWait = positionWait;
    }

    void addTo(Router router) {
        Reads.route(router, "/events/search").handler(this::search);
    }

    private void search(RoutingContext ctx) {
        SearchQuery query = SearchQuery.of(ctx);
        Future<JsonObject> found = projected(Reads.position(ctx))
                .compose(yes -> database.read(connection -> EventSearch.run(connection, query)));
        Reads.answer(ctx, found, json -> {
            ctx.response().putHeader("Cache-Control", "public, max-age=1");
            Reads.endJson(ctx, json);
        });
    }

    /** Waits until the catalogue in the database includes a position. */
    private Future<Boolean> projected(Optional<Position> asked) {
        if (asked.isEmpty()) {
            return Future.succeededFuture(true);
        }
        Promise<Boolean> reached = Promise.promise();
        look(asked.get(), System.nanoTime() + positionWait.toNanos(), reached);
        return reached.future();
    }

    private void look(Position asked, long deadline, Promise<Boolean> reached) {
        database.read(connection -> ProjectorOffsets.includes(connection, EventProjection.NAME, asked))
                .onComplete(looked -> {
                    if (looked.failed()) {
                        reached.fail(looked.cause());
                    } else if (looked.result()) {
                        reached.complete(true);
                    } else if (System.nanoTime() >= deadline) {
                        reached.fail(Reads.notYetVisible(asked));
                    } else {
                        vertx.setTimer(LOOK_AGAIN.toMillis(), fired -> look(asked, deadline, reached));
                    }
                });
    }
}
