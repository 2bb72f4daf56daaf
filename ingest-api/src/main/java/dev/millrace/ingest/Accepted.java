package dev.millrace.ingest;

import dev.millrace.topics.Positions;
import dev.millrace.topics.http.StrictJson;
import io.vertx.ext.web.RoutingContext;

/** Writes the answers to accepted commands; each carries its place in the log. */
public final class Accepted {
    /** Header that a read sends back to see at least this change. */
    public static final String POSITION = "Millrace-Position";

    private Accepted() {}

    public static void answer(RoutingContext ctx, int status, Decision decision, Object body) {
        ctx.response().putHeader(POSITION, Positions.text(decision.position()));
        var unused = StrictJson.answer(ctx, status, body);
    }

    /** @param location where the outcome will be */
    public static void pending(RoutingContext ctx, Decision.Pending decision, String location, Object body) {
        ctx.response().putHeader("Location", location);
        if (Preferences.respondAsync(ctx.request())) {
            ctx.response().putHeader("Preference-Applied", "respond-async");
        }
        answer(ctx, 202, decision, body);
    }
}
