package dev.millrace.tickets.serving;

import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** WS /events/{id}/live: lets viewers in, tells them what changes, and notices when they have gone. */
final class LiveSockets implements AutoCloseable {
    private static final Pattern SOCKET_KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

    private final Vertx vertx;
    private final SeatMaps maps;
    private final Identities identities;
    private final LiveSettings settings;
    private final Counter resyncs;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<LiveSocket> sockets = ConcurrentHashMap.newKeySet();
    /** Guarded by itself for joining and leaving; read freely. */
    private final Map<String, LiveEvent> events = new ConcurrentHashMap<>();

    private final long pings;

    LiveSockets(Vertx vertx, SeatMaps maps, Identities identities, LiveSettings settings, MeterRegistry registry) {
        this.vertx = vertx;
        this.maps = maps;
        this.identities = identities;
        this.settings = settings;
        this.resyncs = Counter.builder("millrace.live.resyncs")
                .description("Times a slow live socket was left out, to get a snapshot later")
                .register(registry);
        Gauge.builder("millrace.live.sockets", open, AtomicInteger::get)
                .description("Live sockets open")
                .register(registry);
        maps.whenPinnedChanges(eventId -> {
            LiveEvent event = events.get(eventId);
            if (event != null) {
                event.schedule();
            }
        });
        pings = vertx.setPeriodic(settings.ping().toMillis(), fired -> sockets.forEach(LiveSocket::ping));
    }

    void addTo(Router router) {
        router.get("/events/:eventId/live")
                .handler(identities.optionalUnlessClosed())
                .handler(this::enter);
    }

    private void enter(RoutingContext ctx) {
        String eventId = EventRoutes.eventId(ctx);
        HttpServerRequest request = ctx.request();
        if (!request.canUpgradeToWebSocket()) {
            throw Problem.of(426, "UPGRADE_REQUIRED", "This address takes WebSockets only.")
                    .header("Upgrade", "websocket");
        }
        checkHandshake(request);
        checkOrigin(request);
        checkCaller(ctx);
        if (open.incrementAndGet() > settings.socketsMax()) {
            open.decrementAndGet();
            throw Problem.of(503, "OVERLOADED", "live sockets", settings.socketsMax(), "fewer; try again later")
                    .retryAfter(Duration.ofSeconds(5));
        }
        // Nothing may be read past the handshake before there is somebody to read it.
        request.pause();
        maps.seats(eventId, java.util.Optional.empty())
                .compose(known -> request.toWebSocket())
                .onComplete(upgraded -> {
                    if (upgraded.succeeded()) {
                        seat(eventId, upgraded.result());
                    } else {
                        open.decrementAndGet();
                        request.resume();
                        ctx.fail(upgraded.cause());
                    }
                });
    }

    private void seat(String eventId, ServerWebSocket socket) {
        LiveSocket viewer = new LiveSocket(socket);
        sockets.add(viewer);
        socket.closeHandler(closed -> {
            open.decrementAndGet();
            sockets.remove(viewer);
            leave(eventId, viewer);
            maps.unpin(eventId);
        });
        socket.exceptionHandler(broken -> {
            // The close handler follows.
        });
        maps.pin(eventId).onComplete(pinned -> {
            if (pinned.failed()) {
                viewer.goAway();
            } else if (!socket.isClosed()) {
                LiveEvent event = join(eventId, pinned.result(), viewer);
                socket.drainHandler(room -> {
                    if (viewer.isBehind()) {
                        event.schedule();
                    }
                });
                if (socket.isClosed()) {
                    leave(eventId, viewer);
                }
            }
        });
    }

    private LiveEvent join(String eventId, EventSeats seats, LiveSocket viewer) {
        synchronized (events) {
            LiveEvent event = events.computeIfAbsent(
                    eventId, id -> new LiveEvent(vertx, seats, settings.batch().toMillis(), resyncs));
            event.join(viewer);
            return event;
        }
    }

    private void leave(String eventId, LiveSocket viewer) {
        synchronized (events) {
            LiveEvent event = events.get(eventId);
            if (event != null && event.leave(viewer)) {
                events.remove(eventId);
            }
        }
    }

    private void checkCaller(RoutingContext ctx) {
        if (Caller.in(ctx).isPresent()) {
            return;
        }
        String ticket = ctx.request().getParam("ticket");
        if (ticket == null) {
            throw Problem.of(
                            401,
                            "TOKEN_MISSING",
                            "A live socket needs a session cookie, or a ticket of POST /live-tickets.")
                    .header("WWW-Authenticate", "Bearer realm=\"millrace\"");
        }
        identities.ofLiveTicket(ticket);
    }

    /** Vert.x would refuse these without a reason, or take drafts of the protocol that nobody speaks any more. */
    private static void checkHandshake(HttpServerRequest request) {
        String version = request.getHeader("Sec-WebSocket-Version");
        if (!"13".equals(version)) {
            throw Problem.of(426, "UPGRADE_REQUIRED", "Sec-WebSocket-Version", version, "13")
                    .header("Upgrade", "websocket")
                    .header("Sec-WebSocket-Version", "13");
        }
        String key = request.getHeader("Sec-WebSocket-Key");
        if (key == null || !SOCKET_KEY.matcher(key).matches()) {
            throw Problem.of(400, "INVALID_HEADER", "Sec-WebSocket-Key", key, "16 bytes in base64");
        }
    }

    /** Browsers send cookies along to any host, whatever page opens the socket; so the page's host is looked at. */
    private void checkOrigin(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        if (origin == null || settings.allowedOrigins().contains(origin)) {
            return;
        }
        String host = request.getHeader("Host");
        if (host == null || !host.equalsIgnoreCase(authorityOf(origin))) {
            throw Problem.of(403, "ORIGIN_NOT_ALLOWED", "Origin", origin, "a page of " + host);
        }
    }

    private static String authorityOf(String origin) {
        try {
            return String.valueOf(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    @Override
    public void close() {
        vertx.cancelTimer(pings);
        sockets.forEach(LiveSocket::goAway);
    }
}
