package dev.millrace.topics.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Times every request by method, route and status. */
final class RequestMetrics implements Handler<RoutingContext> {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5)
    };

    private final MeterRegistry registry;
    /** Bounded by the routes there are, as its keys hold a route's pattern and never a path. */
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    private record Key(String method, String route, int status) {}

    RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void handle(RoutingContext ctx) {
        long began = System.nanoTime();
        ctx.addEndHandler(ended -> {
            var route = ctx.currentRoute();
            String pattern = route == null || route.getPath() == null ? "(none)" : route.getPath();
            String method = ctx.request().method().name();
            timers.computeIfAbsent(
                            new Key(
                                    method.length() > 8 ? "(other)" : method,
                                    pattern,
                                    ctx.response().getStatusCode()),
                            this::timer)
                    .record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
        });
        ctx.next();
    }

    private Timer timer(Key key) {
        return Timer.builder("http.requests")
                .description("Requests from their first byte to the end of the answer")
                .tag("method", key.method)
                .tag("route", key.route)
                .tag("status", Integer.toString(key.status))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
