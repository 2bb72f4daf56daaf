package dev.millrace.topics.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections a role keeps: each takes memory, and without a bound a crowd's connections alone end the process.
 * One that comes when there are enough is told so, 503 OVERLOADED, and closed; those that were there before keep being
 * served, as closing them would only have them opened again. With a quarter more than enough, a new connection is closed
 * unheard.
 */
final class ConnectionLimit implements Handler<RoutingContext> {
    private static final Duration SOON = Duration.ofSeconds(2);

    private final int connectionsMax;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<HttpConnection> tooMany = ConcurrentHashMap.newKeySet();

    ConnectionLimit(int connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    int open() {
        return open.get();
    }

    /** Hears of every new connection. */
    void opened(HttpConnection connection) {
        int now = open.incrementAndGet();
        if (now > connectionsMax) {
            tooMany.add(connection);
        }
        connection.closeHandler(closed -> {
            open.decrementAndGet();
            tooMany.remove(connection);
        });
        if (now > connectionsMax + Math.max(1, connectionsMax / 4)) {
            var unused = connection.close();
        }
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (tooMany.isEmpty() || !tooMany.contains(ctx.request().connection())) {
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
