package dev.millrace.ingest;

import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.http.Sessions;
import dev.millrace.topics.http.StrictJson;
import dev.millrace.topics.http.Times;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Signing in and out of pages, and the tickets that open a WebSocket. These calls write nothing to the log. */
final class SessionRoutes {
    private static final String SESSION = "/session";
    private static final String LIVE_TICKETS = "/live-tickets";

    private final Identities identities;
    private final RateLimits rates;

    record SignIn(@Nullable String token, @Nullable String user) {}

    record SignedIn(String user, List<String> roles, String csrfToken, String expiresAt) {}

    record Ticket(String ticket, String expiresAt) {}

    SessionRoutes(Identities identities, RateLimits rates) {
        this.identities = identities;
        this.rates = rates;
    }

    /** Whether a path is of one of these calls. */
    static boolean has(String path) {
        return path.equals(SESSION) || path.equals(LIVE_TICKETS);
    }

    void addTo(Router router) {
        router.post(SESSION)
                .handler(rates.perAddress())
                .handler(RoleServer.body(RoleServer.BODY_BYTES_MAX))
                .handler(this::signIn);
        router.delete(SESSION)
                .handler(rates.perAddress())
                .handler(identities.optional())
                .handler(this::signOut);
        router.post(LIVE_TICKETS)
                .handler(rates.perAddress())
                .handler(identities.required())
                .handler(rates.perUser())
                .handler(this::liveTicket);
    }

    private void signIn(RoutingContext ctx) {
        SignIn who = StrictJson.body(ctx, SignIn.class);
        callerOf(who)
                .map(caller -> {
                    identities.refuseClosed(caller);
                    return caller;
                })
                .onSuccess(caller -> {
                    Sessions.Session session = identities.sessions().start(ctx, caller);
                    var unused = StrictJson.answer(
                            ctx,
                            200,
                            new SignedIn(
                                    caller.subject(),
                                    caller.roles().stream()
                                            .sorted(Comparator.naturalOrder())
                                            .toList(),
                                    session.csrfToken(),
                                    Times.text(session.expiresAt())));
                })
                .onFailure(ctx::fail);
    }

    private Future<Caller> callerOf(SignIn who) {
        if (who.token != null && who.user == null) {
            return identities.ofToken(who.token);
        }
        if (who.token != null || who.user == null) {
            throw Problem.of(400, "INVALID_BODY", "body", "not one of the two", "either token or user");
        }
        return identities
                .demoUser(who.user)
                .map(Future::succeededFuture)
                .orElseThrow(() -> Problem.of(
                        401,
                        "UNKNOWN_DEMO_USER",
                        "user",
                        who.user,
                        identities.demoUsers().isEmpty()
                                ? "a token, as nobody signs in by name here"
                                : "one of " + identities.demoUsers()));
    }

    private void signOut(RoutingContext ctx) {
        identities.sessions().end(ctx);
        var unused = ctx.response().setStatusCode(204).end();
    }

    private void liveTicket(RoutingContext ctx) {
        Sessions.LiveTicket ticket = identities.sessions().liveTicket(Caller.of(ctx));
        var unused = StrictJson.answer(ctx, 201, new Ticket(ticket.ticket(), Times.text(ticket.expiresAt())));
    }
}
