package dev.millrace.ingest;

import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.RoleServer;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Sets up routes of commands, so that none misses its checks: rate by address, caller, rate by user, size of body. */
public final class CommandRoutes {
    private final Router router;
    private final Identities identities;
    private final RateLimits rates;

    public CommandRoutes(Router router, Identities identities, RateLimits rates) {
        this.router = router;
        this.identities = identities;
        this.rates = rates;
    }

    /** A route for every signed-in caller. */
    public Route forUsers(HttpMethod method, String path) {
        return checked(method, path).handler(RoleServer.body(RoleServer.BODY_BYTES_MAX));
    }

    /** A route for every signed-in caller, those with a closed account too. */
    Route forUsersEvenIfClosed(HttpMethod method, String path) {
        return checked(method, path, identities.requiredEvenIfClosed())
                .handler(RoleServer.body(RoleServer.BODY_BYTES_MAX));
    }

    /** A route for callers of one role, with a body of so many bytes. */
    public Route forRole(String role, HttpMethod method, String path, int bodyBytesMax) {
        return checked(method, path).handler(Identities.role(role)).handler(RoleServer.body(bodyBytesMax));
    }

    private Route checked(HttpMethod method, String path) {
        return checked(method, path, identities.required());
    }

    private Route checked(HttpMethod method, String path, Handler<RoutingContext> who) {
        return router.route(method, path)
                .handler(rates.perAddress())
                .handler(who)
                .handler(rates.perUser());
    }
}
