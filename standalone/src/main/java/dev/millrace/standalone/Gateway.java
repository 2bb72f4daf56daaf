package dev.millrace.standalone;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.MediaType;
import io.vertx.httpproxy.OriginRequestProvider;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one address in front of all roles, as a load balancer is in a cluster: what may change something goes to ingest,
 * reads and WebSockets to serving. It trusts nobody's X-Forwarded-For and writes its own.
 */
final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final MediaType PROBLEM = MediaType.parse("application/problem+json");
    private static final int REQUESTS_IN_FLIGHT_MAX = 1_024;
    private static final int REQUESTS_WAITING_MAX = 4_096;
    private static final int WEB_SOCKETS_MAX = 16_384;
    /** A little less than the roles take, so that what is too large is refused here, whole, and not broken off there. */
    private static final int REQUEST_HEADER_BYTES_MAX = 16 * 1024;

    private static final int ANSWER_HEADER_BYTES_MAX = 32 * 1024;
    private static final String RETRY_AFTER_SECONDS = "2";
    /** Live sockets are pinged every 20 s, and no call takes longer. */
    private static final int IDLE_SECONDS_MAX = 120;

    private static final long CLOSE_SECONDS = 10;

    private final Vertx vertx;

    private Gateway(Vertx vertx) {
        this.vertx = vertx;
    }

    static Gateway start(Ports ports) {
        int loops = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
        Gateway gateway = new Gateway(vertx);
        try {
            vertx.deployVerticle(() -> new Front(ports), new DeploymentOptions().setInstances(loops))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(Child.START_WITHIN.toSeconds(), TimeUnit.SECONDS);
            return gateway;
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            gateway.close();
            throw new StartFailure("gateway", "can't listen at port " + ports.gateway() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            gateway.close();
            throw new StartFailure("gateway", "stopped while it was starting");
        }
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            LOG.atWarn().setCause(e).log("gateway didn't close in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static JsonObject awayProblem(String role, Throwable failure) {
        boolean refused =
                failure instanceof java.net.ConnectException || failure instanceof ConnectionPoolTooBusyException;
        LOG.atDebug()
                .addKeyValue("role", role)
                .addKeyValue("error", failure.toString())
                .log("role didn't answer");
        // Not sent: may be sent again. Broken off on the way: nobody knows whether it was done.
        JsonObject problem = refused
                ? problem(503, "Service Unavailable", "ROLE_AWAY", "The role that answers this isn't there.")
                : problem(502, "Bad Gateway", "ROLE_BROKE_OFF", "The answer broke off.");
        return problem.put("value", role).put("expected", "a retry with the same Idempotency-Key");
    }

    private static void answer(HttpServerRequest request, JsonObject problem) {
        if (request.response().headWritten() || request.response().closed()) {
            return;
        }
        var unused = request.response()
                .setStatusCode(problem.getInteger("status"))
                .putHeader("Content-Type", PROBLEM.toString())
                .end(problem.toBuffer());
    }

    private static JsonObject problem(int status, String title, String reason, String detail) {
        return new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("reason", reason)
                .put("detail", detail);
    }

    /** One per event loop; they share the port. */
    private static final class Front extends VerticleBase {
        private final Ports ports;

        Front(Ports ports) {
            this.ports = ports;
        }

        @Override
        public Future<?> start() {
            // An upgraded connection is never given back to its pool, so WebSockets have one of their own.
            HttpProxy requests = proxy(client(REQUESTS_IN_FLIGHT_MAX, REQUESTS_WAITING_MAX));
            SocketPassage webSockets = new SocketPassage(client(WEB_SOCKETS_MAX, 0), address(ports.serving()));
            HttpServerOptions options = new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(ports.gateway())
                    .setMaxHeaderSize(REQUEST_HEADER_BYTES_MAX)
                    .setIdleTimeout(IDLE_SECONDS_MAX)
                    .setHandle100ContinueAutomatically(true);
            return vertx.createHttpServer(options)
                    .requestHandler(request -> {
                        if (request.canUpgradeToWebSocket()) {
                            webSockets.pass(request).onFailure(failure -> answerAway(request, failure));
                        } else {
                            requests.handle(request);
                        }
                    })
                    .invalidRequestHandler(Front::refuse)
                    .listen();
        }

        /** Answers what wasn't even HTTP as the roles do. */
        private static void refuse(HttpServerRequest request) {
            Throwable cause = request.decoderResult() == null
                    ? null
                    : request.decoderResult().cause();
            JsonObject problem;
            if (cause instanceof TooLongHttpLineException) {
                problem = problem(414, "URI Too Long", "URI_TOO_LONG", "The request line is too long.");
            } else if (cause instanceof TooLongHttpHeaderException) {
                problem =
                        problem(431, "Headers Too Large", "HEADERS_TOO_LARGE", "The request's headers are too large.");
            } else {
                problem = problem(400, "Bad Request", "INVALID_REQUEST", "This is not HTTP as it should be.");
            }
            request.response().putHeader("Connection", "close");
            answer(request, problem);
        }

        private static void answerAway(HttpServerRequest request, Throwable failure) {
            request.resume();
            if (!request.response().headWritten()) {
                request.response().putHeader("Retry-After", RETRY_AFTER_SECONDS);
            }
            answer(request, awayProblem("serving", failure));
        }

        private HttpClient client(int connectionsMax, int waitingMax) {
            return vertx.createHttpClient(
                    new HttpClientOptions().setConnectTimeout(1_000).setMaxHeaderSize(ANSWER_HEADER_BYTES_MAX),
                    new PoolOptions().setHttp1MaxSize(connectionsMax).setMaxWaitQueueSize(waitingMax));
        }

        private HttpProxy proxy(HttpClient client) {
            return HttpProxy.reverseProxy(client)
                    .origin(OriginRequestProvider.selector(
                            context -> Future.succeededFuture(address(portFor(context)))))
                    .addInterceptor(new Forwarding(), true);
        }

        private int portFor(ProxyContext context) {
            return SAFE.contains(context.request().getMethod()) ? ports.serving() : ports.ingest();
        }

        private static SocketAddress address(int port) {
            return SocketAddress.inetSocketAddress(port, "127.0.0.1");
        }
    }

    /** Says for whom a request is made; answers in the API's own form when nobody takes it. */
    private static final class Forwarding implements ProxyInterceptor {
        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            String client = context.request().proxiedRequest().remoteAddress().hostAddress();
            context.request().putHeader("X-Forwarded-For", client);
            // The gateway has said "continue" already; the role would say it to nobody who waits for it.
            if ("100-continue".equalsIgnoreCase(context.request().headers().get("Expect"))) {
                context.request().headers().remove("Expect");
            }
            return context.sendRequest().recover(failure -> Future.succeededFuture(away(context, failure)));
        }

        private static ProxyResponse away(ProxyContext context, Throwable failure) {
            boolean safe = SAFE.contains(context.request().getMethod());
            JsonObject problem = awayProblem(safe ? "serving" : "ingest", failure);
            context.request().release();
            return context.request()
                    .response()
                    .setStatusCode(problem.getInteger("status"))
                    .putHeader("Retry-After", RETRY_AFTER_SECONDS)
                    .setBody(Body.body(problem.toBuffer(), PROBLEM));
        }
    }
}
