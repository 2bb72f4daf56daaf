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
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.MediaType;
import io.vertx.httpproxy.OriginRequestProvider;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import java.net.ConnectException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one address in front of all roles, as a load balancer is in a cluster: what may change something goes to ingest,
 * reads and WebSockets to serving. A read that gets no answer from one instance is asked of another; what may change
 * something goes on only if it can't have arrived. It trusts nobody's X-Forwarded-For and writes its own.
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

    /** A read that hears nothing for so long is asked of another instance, if there is one: this one may be stopped. */
    private static final long FIRST_ANSWER_MILLIS_MAX = 1_000;

    private static final String TRIED = "tried";
    private static final long CLOSE_SECONDS = 10;

    private final Vertx vertx;

    private Gateway(Vertx vertx) {
        this.vertx = vertx;
    }

    static Gateway start(Ports ports) {
        int loops = Math.max(1, Math.min(4, Machine.cores()));
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
        boolean refused = failure instanceof ConnectException || failure instanceof ConnectionPoolTooBusyException;
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
            HttpClient client = client(REQUESTS_IN_FLIGHT_MAX, REQUESTS_WAITING_MAX);
            RoleInstances ingest = new RoleInstances("ingest", ports.ingests());
            RoleInstances serving = new RoleInstances("serving", ports.servings());
            ingest.watch(vertx, client);
            serving.watch(vertx, client);
            HttpProxy requests = HttpProxy.reverseProxy(client)
                    .origin(new Passage(ingest, serving))
                    .addInterceptor(new Forwarding(ingest, serving), true);
            SocketPassage webSockets = new SocketPassage(client(WEB_SOCKETS_MAX, 0), serving);
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
    }

    private static boolean isSafe(ProxyContext context) {
        return SAFE.contains(context.request().getMethod());
    }

    /** Opens the request to the instance whose turn it is. */
    private record Passage(RoleInstances ingest, RoleInstances serving) implements OriginRequestProvider {
        @Override
        public Future<HttpClientRequest> create(ProxyContext context) {
            boolean safe = isSafe(context);
            RoleInstances role = safe ? serving : ingest;
            SocketAddress tried = context.get(TRIED, SocketAddress.class);
            SocketAddress next = role.next(tried);
            context.set(TRIED, next);
            RequestOptions options = new RequestOptions().setServer(next);
            if (safe && tried == null && role.hasOthers()) {
                options.setIdleTimeout(FIRST_ANSWER_MILLIS_MAX);
            }
            return context.client().request(options);
        }
    }

    /** Says for whom a request is made; goes on to another instance; answers in the API's own form when nobody takes it. */
    private record Forwarding(RoleInstances ingest, RoleInstances serving) implements ProxyInterceptor {
        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            ProxyRequest request = context.request();
            String client = request.proxiedRequest().remoteAddress().hostAddress();
            request.putHeader("X-Forwarded-For", client);
            // The gateway has said "continue" already; the role would say it to nobody who waits for it.
            if ("100-continue".equalsIgnoreCase(request.headers().get("Expect"))) {
                request.headers().remove("Expect");
            }
            if (isSafe(context)) {
                leaveOutBody(request);
            }
            return context.sendRequest()
                    .recover(failure -> again(context, failure))
                    .recover(failure -> Future.succeededFuture(away(context, failure)));
        }

        /** A body means nothing in a safe request, and couldn't be sent twice. */
        private static void leaveOutBody(ProxyRequest request) {
            request.setBody(null);
            request.headers().remove("Content-Length");
            request.headers().remove("Content-Encoding");
            request.proxiedRequest().resume();
        }

        /** Once more, if the request can't have done anything yet. */
        private Future<ProxyResponse> again(ProxyContext context, Throwable failure) {
            RoleInstances role = role(context);
            SocketAddress tried = context.get(TRIED, SocketAddress.class);
            // One that is late may wait for a position, as it should; whether it is stopped the next question tells.
            boolean late = failure instanceof TimeoutException;
            if (tried != null && !late && !(failure instanceof ConnectionPoolTooBusyException)) {
                role.brokeOff(tried);
            }
            boolean notSent = failure instanceof ConnectException;
            // A connection kept from before may have been closed just then: the same instance may well be there.
            boolean worthwhile = role.hasOthers() ? isSafe(context) || notSent : isSafe(context) && !notSent;
            return worthwhile ? context.sendRequest() : Future.failedFuture(failure);
        }

        private RoleInstances role(ProxyContext context) {
            return isSafe(context) ? serving : ingest;
        }

        private ProxyResponse away(ProxyContext context, Throwable failure) {
            JsonObject problem = awayProblem(role(context).role(), failure);
            context.request().release();
            return context.request()
                    .response()
                    .setStatusCode(problem.getInteger("status"))
                    .putHeader("Retry-After", RETRY_AFTER_SECONDS)
                    .setBody(Body.body(problem.toBuffer(), PROBLEM));
        }
    }
}
