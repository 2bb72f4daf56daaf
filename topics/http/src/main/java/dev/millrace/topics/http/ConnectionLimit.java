package dev.millrace.topics.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections a role keeps: each takes memory, and without a bound a crowd's connections alone end the process.
 * While there are too many, requests are answered 503 OVERLOADED and their connections closed; at twice as many a new
 * connection is closed unheard.
 */
final class ConnectionLimit implements Handler<RoutingContext> {
    private static final Duration SOON = Duration.ofSeconds(2);

    private final int connectionsMax;
    private final AtomicInteger open = new AtomicInteger();

    ConnectionLimit(int connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    int open() {
        return open.get();
    }

    /** Hears of every new connection. */
    void opened(HttpConnection connection) {
        int now = open.incrementAndGet();
        connection.closeHandler(closed -> open.decrementAndGet());
        if (now > 2 * connectionsMax) {
            var unused = connection.close();
        }
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (open.get() <= connectionsMax) {
            ctx.next();
            return;
        }
        ctx.response().putHeader("Connection", "close");
        // The header alone closes nothing.
        ctx.addEndHandler(ended -> ctx.request().connection().close());
        ctx.fail(Problem.of(503, "OVERLOADED", "More connections are open here than can be served.")
                .retryAfter(SOON));
    }
}
