package dev.millrace.standalone;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
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
    private static final int HEADER_BYTES_MAX = 32 * 1024;
    private static final int RETRY_AFTER_SECONDS = 2;
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

    /** One per event loop; they share the port. */
    private static final class Front extends VerticleBase {
        private final Ports ports;

        Front(Ports ports) {
            this.ports = ports;
        }

        @Override
        public Future<?> start() {
            // An upgraded connection is never given back to its pool, so WebSockets have one of their own.
            HttpProxy requests = proxy(REQUESTS_IN_FLIGHT_MAX, REQUESTS_WAITING_MAX);
            HttpProxy webSockets = proxy(WEB_SOCKETS_MAX, 0);
            HttpServerOptions options = new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(ports.gateway())
                    .setMaxHeaderSize(HEADER_BYTES_MAX)
                    .setHandle100ContinueAutomatically(true);
            return vertx.createHttpServer(options)
                    .requestHandler(
                            request -> (request.canUpgradeToWebSocket() ? webSockets : requests).handle(request))
                    .listen();
        }

        private HttpProxy proxy(int connectionsMax, int waitingMax) {
            HttpClient client = vertx.createHttpClient(
                    new HttpClientOptions().setConnectTimeout(1_000).setMaxHeaderSize(HEADER_BYTES_MAX),
                    new PoolOptions().setHttp1MaxSize(connectionsMax).setMaxWaitQueueSize(waitingMax));
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
            return context.sendRequest().recover(failure -> Future.succeededFuture(away(context, failure)));
        }

        private static ProxyResponse away(ProxyContext context, Throwable failure) {
            boolean refused =
                    failure instanceof java.net.ConnectException || failure instanceof ConnectionPoolTooBusyException;
            // Not sent: may be sent again. Broken off on the way: nobody knows whether it was done.
            int status = refused ? 503 : 502;
            String reason = refused ? "ROLE_AWAY" : "ROLE_BROKE_OFF";
            String role = SAFE.contains(context.request().getMethod()) ? "serving" : "ingest";
            LOG.atDebug()
                    .addKeyValue("role", role)
                    .addKeyValue("error", failure.toString())
                    .log("role didn't answer");
            Buffer body = new JsonObject()
                    .put("type", "about:blank")
                    .put("title", refused ? "Service Unavailable" : "Bad Gateway")
                    .put("status", status)
                    .put("reason", reason)
                    .put("detail", refused ? "The role that answers this isn't there." : "The answer broke off.")
                    .put("value", role)
                    .put("expected", "a retry with the same Idempotency-Key")
                    .toBuffer();
            context.request().release();
            return context.request()
                    .response()
                    .setStatusCode(status)
                    .putHeader("Retry-After", Integer.toString(RETRY_AFTER_SECONDS))
                    .setBody(Body.body(body, PROBLEM));
        }
    }
}
