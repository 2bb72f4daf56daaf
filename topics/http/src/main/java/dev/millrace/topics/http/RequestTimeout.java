package dev.millrace.topics.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** Answers a request that takes too long, be it in its handler or because its body never ends. */
final class RequestTimeout implements Handler<RoutingContext> {
    private final long millis;

    RequestTimeout(Duration timeout) {
        this.millis = timeout.toMillis();
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (ctx.request().canUpgradeToWebSocket()) {
            ctx.next();
            return;
        }
        long timer = ctx.vertx().setTimer(millis, fired -> {
            if (!ctx.response().headWritten()) {
                boolean bodyCame = ctx.request().isEnded();
                ctx.response().putHeader("Connection", "close");
                ctx.fail(
                        bodyCame
                                ? Problem.of(503, "TIMED_OUT", "No answer within " + millis + " ms; try again.")
                                        .retryAfter(Duration.ofSeconds(1))
                                : Problem.of(408, "REQUEST_TIMEOUT", "The body didn't come within " + millis + " ms."));
            }
        });
        ctx.addEndHandler(ended -> ctx.vertx().cancelTimer(timer));
        ctx.next();
    }
}
