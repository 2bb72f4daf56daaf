package dev.millrace.topics.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of one role: its routes, and what every role answers alike (liveness, readiness, metrics, the
 * contract, problems). Routes are added to {@link #router}, and what is refused
 * is said by {@link #refuse}, before {@link #start}.
 */
public final class RoleServer implements AutoCloseable {
    /** Largest body of a call that doesn't say otherwise. */
    public static final int BODY_BYTES_MAX = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(RoleServer.class);
    /** What a client may send, and room for what gateways add. */
    private static final int HEADER_BYTES_MAX = 17 * 1024;

    private static final int REQUEST_LINE_BYTES_MAX = 4 * 1024;
    /** Below this, compressing costs more than it saves. */
    private static final int COMPRESSED_BYTES_MIN = 1_024;

    private static final int CLOSE_SECONDS = 10;
    private static final Set<String> PROBES = Set.of("/livez", "/readyz", "/metrics");

    private final String role;
    private final HttpSettings settings;
    private final Vertx vertx;
    private final Router router;
    private Handler<HttpServerRequest> requests;
    private final ConnectionLimit connections;
    private final Readiness readiness = new Readiness();
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    private RoleServer(String role, HttpSettings settings) {
        this.role = role;
        this.settings = settings;
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(settings.threads())
                .setPreferNativeTransport(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.router = Router.router(vertx);
        this.requests = router;
        this.connections = new ConnectionLimit(settings.connectionsMax());
        metrics.config().commonTags("role", role);
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        JvmGcMetrics gc = new JvmGcMetrics();
        gc.bindTo(metrics);
        Gauge.builder("http.connections", connections, ConnectionLimit::open)
                .description("Open connections, WebSockets among them")
                .register(metrics);
        Problems.handleIn(router);
        router.route().handler(new RequestMetrics(metrics));
        router.route().handler(new RequestTimeout(settings.requestTimeout()));
        router.get("/livez").handler(this::live);
        router.get("/readyz").handler(this::ready);
        router.get("/metrics").handler(this::scrape);
        // Whoever asks whether we live is answered all the same.
        router.route().handler(connections);
        new ContractPages(vertx).addTo(router);
    }

    /** @param role name of the role, as on metrics: "ingest" */
    public static RoleServer create(String role, HttpSettings settings) {
        return new RoleServer(role, settings);
    }

    public Vertx vertx() {
        return vertx;
    }

    public Router router() {
        return router;
    }

    public Readiness readiness() {
        return readiness;
    }

    public MeterRegistry metrics() {
        return metrics;
    }

    /** Takes in the body of a request, up to so many bytes; goes before the handler that reads it. */
    public static Handler<RoutingContext> body(int bytesMax) {
        BodyHandler body = BodyHandler.create(false).setBodyLimit(bytesMax);
        // Not returned as it is: the router would insist on having it first, but a caller without a token shouldn't be
        // able to make us read 8 MiB.
        return ctx -> body.handle(ctx);
    }

    /** Whether this asks how the process is, which is answered whatever else goes on. */
    public static boolean isProbe(HttpServerRequest request) {
        return PROBES.contains(request.path());
    }

    /**
     * While this holds for a request, it is answered with the problem before anything else is done for it. For more
     * requests than can be served: sending them away must cost next to nothing. Counted in {@code http.refused}.
     */
    public void refuse(Predicate<HttpServerRequest> when, Problem problem) {
        Buffer rendered = Problems.rendered(problem);
        Counter refused = Counter.builder("http.refused")
                .description("Requests that were sent away unread, as there were too many")
                .register(metrics);
        Handler<HttpServerRequest> otherwise = requests;
        requests = request -> {
            if (when.test(request)) {
                refused.increment();
                Problems.answer(request.response(), problem, rendered);
            } else {
                otherwise.handle(request);
            }
        };
    }

    /** Begins to listen; completes with the port. */
    public Future<Integer> start() {
        // A negative port is one free port shared by all event loops; 0 would be another one for each.
        int port = settings.port() == 0 ? -1 : settings.port();
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.host())
                .setPort(port)
                .setReuseAddress(true)
                .setIdleTimeout((int) settings.idleTimeout().toSeconds())
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setCompressionSupported(true)
                .setCompressionLevel(4)
                .setCompressionContentSizeThreshold(COMPRESSED_BYTES_MIN)
                // Deflate contexts would cost 100 KB for every socket.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setHandle100ContinueAutomatically(true);
        return vertx.deployVerticle(
                        () -> new Listener(options), new DeploymentOptions().setInstances(settings.threads()))
                .map(id -> port())
                .onSuccess(at -> LOG.atInfo()
                        .addKeyValue("role", role)
                        .addKeyValue("host", settings.host())
                        .addKeyValue("port", at)
                        .log("listening"));
    }

    /** The port that is listened on, once {@link #start} has completed. */
    public int port() {
        return servers.get(0).actualPort();
    }

    /** Stops taking requests, finishes those begun, ends the event loops. Blocks; not for an event loop. */
    @Override
    public void close() {
        Future<?> closed = Future.join(servers.stream()
                        .map(s -> s.shutdown(CLOSE_SECONDS / 2, TimeUnit.SECONDS))
                        .toList())
                .eventually(vertx::close);
        try {
            closed.toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn().addKeyValue("role", role).setCause(e).log("server didn't close in time");
        } finally {
            metrics.close();
        }
    }

    private final class Listener extends VerticleBase {
        private final HttpServerOptions options;

        Listener(HttpServerOptions options) {
            this.options = options;
        }

        @Override
        public Future<?> start() {
            HttpServer server = vertx.createHttpServer(options)
                    .connectionHandler(connections::opened)
                    .requestHandler(requests)
                    .invalidRequestHandler(Problems::answerInvalid);
            return server.listen().onSuccess(servers::add);
        }
    }

    private void live(RoutingContext ctx) {
        var unused = StrictJson.answer(
                ctx, 200, Map.of("role", role, "pid", ProcessHandle.current().pid()));
    }

    private void ready(RoutingContext ctx) {
        Map<String, String> report = readiness.report();
        boolean ready = Set.of("ok").containsAll(report.values());
        var unused =
                StrictJson.answer(ctx, ready ? 200 : 503, Map.of("role", role, "ready", ready, "conditions", report));
    }

    private void scrape(RoutingContext ctx) {
        var unused = ctx.response()
                .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                .end(metrics.scrape());
    }
}
