package dev.millrace.feed.standalone.crowd;

import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A way to the running system on which answers are spoiled: what a checker of pages must find. */
final class FaultyGateway implements AutoCloseable {
    private static final int CONNECTIONS = 128;
    private static final String LOST = "0dyht1k5w2000";
    /** Whoever waits for a post reads pages of this size over and over. */
    private static final String LOOKED_FOR_ON = "100";

    private static final String ANOTHER_TIME = "2026-11-26T00:00:00.000Z";
    private static final List<String> PASSED_ON =
            List.of("Authorization", "Idempotency-Key", "Content-Type", "Millrace-Position");
    private static final List<String> PASSED_BACK =
            List.of("Content-Type", "Millrace-Position", "Location", "Retry-After", "Age");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    private final HttpServer server;
    private final int port;
    private final FaultyPages pages;
    private final Set<String> keysSeen = new HashSet<>();

    /**
     * @param port of the gateway behind it
     * @param faults bugs there are
     */
    FaultyGateway(int port, Set<PageFault> faults) {
        this.port = port;
        this.pages = new FaultyPages(faults);
        this.server = vertx.createHttpServer()
                .requestHandler(request -> request.body()
                        .compose(body -> pass(request, body))
                        // Whoever asked may be gone meanwhile.
                        .onFailure(broken -> request.connection().close()))
                .listen(0, "127.0.0.1")
                .await();
    }

    int port() {
        return server.actualPort();
    }

    private Future<Void> pass(HttpServerRequest request, Buffer body) {
        String key = request.getHeader("Idempotency-Key");
        boolean isPost =
                request.method().equals(HttpMethod.POST) && request.path().equals("/posts");
        if (isPost && loses()) {
            JsonObject made = new JsonObject().put("postId", LOST).put("createdAt", ANOTHER_TIME);
            return request.response()
                    .setStatusCode(201)
                    .putHeader("Millrace-Position", "posts.0.1")
                    .end(made.toBuffer());
        }
        return client.request(new RequestOptions()
                        .setMethod(request.method())
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setURI(request.uri()))
                .compose(onward -> {
                    PASSED_ON.forEach(name -> {
                        if (request.headers().contains(name)) {
                            onward.putHeader(name, request.getHeader(name));
                        }
                    });
                    return onward.send(body);
                })
                .compose(answer -> answer.body().compose(text -> {
                    PASSED_BACK.forEach(name -> {
                        if (answer.headers().contains(name)) {
                            request.response().putHeader(name, answer.getHeader(name));
                        }
                    });
                    request.response().setStatusCode(answer.statusCode());
                    return request.response().end(changed(request, body, answer.statusCode(), text, isPost, key));
                }));
    }

    /** Where bugs showed. */
    synchronized List<FaultyPages.Spoiled> spoiled() {
        return List.copyOf(pages.spoiled());
    }

    private synchronized boolean loses() {
        return pages.now() && pages.spoils(PageFault.LOST_POST, LOST);
    }

    private synchronized Buffer changed(
            HttpServerRequest request, Buffer body, int status, Buffer answer, boolean isPost, String key) {
        if (status >= 300) {
            return answer;
        }
        String user = userOf(request);
        if (request.method().equals(HttpMethod.GET)) {
            boolean newest = request.path().equals("/feed")
                    && request.getParam("cursor") == null
                    && request.getParam("since") == null
                    && !LOOKED_FOR_ON.equals(request.getParam("pageSize"));
            return newest ? pages.spoil(user, answer.toJsonObject()).toBuffer() : answer;
        }
        pages.did(
                user,
                request.method().name(),
                request.path(),
                body.length() == 0 ? new JsonObject() : body.toJsonObject());
        boolean again = isPost && status == 201 && !keysSeen.add(user + key);
        if (!again) {
            return answer;
        }
        JsonObject said = answer.toJsonObject();
        return pages.spoils(PageFault.OTHER_ANSWER, said.getString("postId"))
                ? said.put("createdAt", ANOTHER_TIME).toBuffer()
                : answer;
    }

    private static String userOf(HttpServerRequest request) {
        try {
            String token = request.getHeader("Authorization").substring("Bearer ".length());
            return SignedJWT.parse(token).getJWTClaimsSet().getSubject();
        } catch (ParseException e) {
            throw new IllegalArgumentException("token of a user (expected: a JWT)", e);
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
