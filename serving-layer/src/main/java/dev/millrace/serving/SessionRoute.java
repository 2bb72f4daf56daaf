package dev.millrace.serving;

import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.Sessions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** GET /session: who is signed in, and what a page needs to act for them. */
final class SessionRoute {
    private final Identities identities;

    SessionRoute(Identities identities) {
        this.identities = identities;
    }

    void addTo(Router router) {
        Reads.route(router, "/session").handler(identities.optional()).handler(this::tell);
    }

    private void tell(RoutingContext ctx) {
        Optional<Caller> caller = Caller.in(ctx);
        JsonObject session = new JsonObject();
        session.put("user", caller.map(Caller::subject).orElse(null));
        session.put(
                "roles", caller.map(c -> c.roles().stream().sorted().toList()).orElse(List.of()));
        session.put(
                "csrfToken",
                Sessions.Session.in(ctx).map(Sessions.Session::csrfToken).orElse(null));
        session.put("demoUsers", new JsonArray(identities.demoUsers()));
        ctx.response().putHeader("Cache-Control", "private, no-store").putHeader("Vary", "Cookie, Authorization");
        Reads.endJson(ctx, session);
    }
}
