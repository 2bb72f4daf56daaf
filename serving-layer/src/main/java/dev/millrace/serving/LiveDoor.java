package dev.millrace.serving;

import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Lets live sockets in, of all products together, pings them, and notices when they have gone. */
public final class LiveDoor implements AutoCloseable {
    private static final Pattern SOCKET_KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

    private final Vertx vertx;
    private final Identities identities;
    private final LiveSettings settings;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<SocketConnection> connections = ConcurrentHashMap.newKeySet();
    private final Counter resyncs;
    private final long pings;

    /** Takes a socket in, at once, and says what is to be done when it has closed. */
    public interface Host {
        Runnable seat(LiveConnection connection);
    }

    LiveDoor(Vertx vertx, Identities identities, LiveSettings settings, MeterRegistry registry) {
        this.vertx = vertx;
        this.identities = identities;
        this.settings = settings;
        Gauge.builder("millrace.live.sockets", open, AtomicInteger::get)
                .description("Live sockets open")
                .register(registry);
        resyncs = Counter.builder("millrace.live.resyncs")
                .description("Times a slow live socket was left out, to be told later that it has to begin again")
                .register(registry);
        pings = vertx.setPeriodic(settings.ping().toMillis(), fired -> connections.forEach(SocketConnection::ping));
    }

    /**
     * Adds a route for sockets, which needs a session cookie or a ticket.
     *
     * @param before what has to succeed before one is let in; its failure is the answer
     */
    public void addTo(
            Router router,
            String path,
            Function<RoutingContext, Future<Void>> before,
            Function<RoutingContext, Host> host) {
        Handler<RoutingContext> enter = ctx -> enter(ctx, before, host.apply(ctx));
        router.get(path).handler(identities.optionalUnlessClosed()).handler(enter);
    }

    /** For whoever leaves a slow socket out. */
    public Counter resyncs() {
        return resyncs;
    }

    private void enter(RoutingContext ctx, Function<RoutingContext, Future<Void>> before, Host host) {
        HttpServerRequest request = ctx.request();
        if (!request.canUpgradeToWebSocket()) {
            throw Problem.of(426, "UPGRADE_REQUIRED", "This address takes WebSockets only.")
                    .header("Upgrade", "websocket");
        }
        checkHandshake(request);
        checkOrigin(request);
        Caller caller = caller(ctx);
        if (open.incrementAndGet() > settings.socketsMax()) {
            open.decrementAndGet();
            throw Problem.of(503, "OVERLOADED", "live sockets", settings.socketsMax(), "fewer; try again later")
                    .retryAfter(Duration.ofSeconds(5));
        }
        // Nothing may be read past the handshake before there is somebody to read it.
        request.pause();
        Future.succeededFuture()
                .compose(now -> before.apply(ctx))
                .compose(may -> request.toWebSocket())
                .onComplete(upgraded -> {
                    if (upgraded.succeeded()) {
                        letIn(upgraded.result(), caller, host);
                    } else {
                        open.decrementAndGet();
                        request.resume();
                        ctx.fail(upgraded.cause());
                    }
                });
    }

    private void letIn(ServerWebSocket socket, Caller caller, Host host) {
        SocketConnection connection = new SocketConnection(socket, caller);
        connections.add(connection);
        Runnable leave = host.seat(connection);
        socket.closeHandler(closed -> {
            open.decrementAndGet();
            connections.remove(connection);
            leave.run();
        });
    }

    private Caller caller(RoutingContext ctx) {
        return Caller.in(ctx).orElseGet(() -> {
            String ticket = ctx.request().getParam("ticket");
            if (ticket == null) {
                throw Problem.of(
                                401,
                                "TOKEN_MISSING",
                                "A live socket needs a session cookie, or a ticket of POST /live-tickets.")
                        .header("WWW-Authenticate", "Bearer realm=\"millrace\"");
            }
            return identities.ofLiveTicket(ticket);
        });
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
        connections.forEach(SocketConnection::goAway);
    }
}
