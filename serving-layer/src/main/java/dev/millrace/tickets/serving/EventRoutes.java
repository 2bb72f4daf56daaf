package dev.millrace.tickets.serving;

import dev.millrace.serving.Reads;
import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** GET /events/{id} and GET /events/{id}/seatmap, for everybody. */
final class EventRoutes {
    static final Pattern EVENT_ID = Pattern.compile("[A-Za-z0-9_~-]{1,90}");

    /** Writing more seats than this down takes milliseconds, which aren't the event loop's to spend. */
    private static final int SEATS_ON_EVENT_LOOP_MAX = 1_000;
    /** How long one written full view serves everybody who doesn't ask for a position. */
    private static final Duration FULL_VIEW_LASTS = Duration.ofMillis(250);

    private final Vertx vertx;
    private final SeatMaps maps;
    private final Freshness freshness;

    EventRoutes(Vertx vertx, SeatMaps maps, Freshness freshness) {
        this.vertx = vertx;
        this.maps = maps;
        this.freshness = freshness;
    }

    void addTo(Router router) {
        Reads.route(router, "/events/:eventId").handler(this::event);
        Reads.route(router, "/events/:eventId/seatmap").handler(this::seatMap);
    }

    static String eventId(RoutingContext ctx) {
        String id = ctx.pathParam("eventId");
        if (id == null || !EVENT_ID.matcher(id).matches()) {
            throw Problem.of(404, "UNKNOWN_EVENT", "eventId", id, "an event on sale");
        }
        return id;
    }

    private void event(RoutingContext ctx) {
        String eventId = eventId(ctx);
        Function<SeatSnapshot, Written> form = switch (Reads.parameter(ctx, "view")
                .orElse("full")) {
            case "full" -> SeatSnapshot::full;
            case "summary" -> SeatSnapshot::summary;
            default ->
                throw Problem.of(400, "INVALID_PARAMETER", "view", ctx.request().getParam("view"), "summary, or none");
        };
        boolean full = !Reads.parameter(ctx, "view").orElse("full").equals("summary");
        Reads.only(ctx, "view");
        var position = Reads.position(ctx);
        Reads.answer(ctx, maps.seats(eventId, position), seats -> {
            SeatSnapshot snapshot = full && position.isEmpty() ? seats.recent(FULL_VIEW_LASTS) : seats.snapshot();
            write(ctx, snapshot, form);
        });
    }

    private void seatMap(RoutingContext ctx) {
        String eventId = eventId(ctx);
        Reads.only(ctx);
        Reads.answer(
                ctx,
                maps.seats(eventId, Reads.position(ctx)),
                seats -> write(ctx, seats.snapshot(), SeatSnapshot::seatMap));
    }

    private void write(RoutingContext ctx, SeatSnapshot snapshot, Function<SeatSnapshot, Written> form) {
        boolean zip = takesGzip(ctx.request());
        if (snapshot.layout().seats() <= SEATS_ON_EVENT_LOOP_MAX) {
            send(ctx, snapshot, form.apply(snapshot), zip);
            return;
        }
        Future<Written> written = vertx.executeBlocking(
                () -> {
                    Written w = form.apply(snapshot);
                    if (zip && w.compresses()) {
                        w.compressed();
                    }
                    return w;
                },
                false);
        Reads.answer(ctx, written, w -> send(ctx, snapshot, w, zip));
    }

    private void send(RoutingContext ctx, SeatSnapshot snapshot, Written written, boolean zip) {
        boolean compressed = zip && written.compresses();
        String etag = written.etag(compressed);
        HttpServerResponse response = ctx.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "public, max-age=1")
                .putHeader("Vary", "Accept-Encoding")
                .putHeader("ETag", etag)
                .putHeader("Millrace-Position", snapshot.positionText());
        Reads.tellAge(ctx, freshness.ageSeconds());
        if (matches(ctx.request().getHeader("If-None-Match"), etag)) {
            var unused = response.setStatusCode(304).end();
            return;
        }
        if (compressed) {
            response.putHeader("Content-Encoding", "gzip");
        }
        Reads.end(ctx, compressed ? written.compressed() : written.plain());
    }

    private static boolean matches(@Nullable String wanted, String etag) {
        if (wanted == null) {
            return false;
        }
        for (String tag : wanted.split(",", -1)) {
            String t = tag.strip();
            // If-None-Match compares weakly: a proxy that compressed for itself may have weakened the tag.
            if (t.equals("*")
                    || t.equals(etag)
                    || (t.startsWith("W/") && t.substring(2).equals(etag))) {
                return true;
            }
        }
        return false;
    }

    private static boolean takesGzip(HttpServerRequest request) {
        String accepted = request.getHeader("Accept-Encoding");
        if (accepted == null) {
            return false;
        }
        for (String coding : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
            String c = coding.replace(" ", "");
            if (c.startsWith("gzip") || c.startsWith("*")) {
                return !c.matches(".*;q=0(\\.0*)?");
            }
        }
        return false;
    }
}
