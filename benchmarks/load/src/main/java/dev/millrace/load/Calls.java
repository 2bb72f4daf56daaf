package dev.millrace.load;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** HTTP calls to a role on this machine. */
public final class Calls implements AutoCloseable {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final HttpClient http;
    private final long answerWithinMillis;

    /** @param connections most that are open to one port */
    public Calls(Vertx vertx, int connections) {
        this(vertx, connections, ANSWER_WITHIN);
    }

    /** @param answerWithin after this a call fails */
    public Calls(Vertx vertx, int connections, Duration answerWithin) {
        this.answerWithinMillis = answerWithin.toMillis();
        this.http = vertx.createHttpClient(
                new HttpClientOptions().setKeepAliveTimeout(120),
                new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(-1));
    }

    /** What came back. */
    public record Answer(int status, MultiMap headers, Buffer body) {
        /** "201", or "409 SEAT_TAKEN" where the answer gives a reason. */
        public String words() {
            String reason = status < 400 ? null : reason();
            return reason == null ? Integer.toString(status) : status + " " + reason;
        }

        public JsonObject json() {
            return body.toJsonObject();
        }

        private String reason() {
            try {
                return json().getString("reason", "without a reason");
            } catch (DecodeException e) {
                return "not JSON";
            }
        }
    }

    public Future<Answer> send(HttpMethod method, int port, String path, Map<String, String> headers, Buffer body) {
        RequestOptions request = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(path)
                .setTimeout(answerWithinMillis);
        headers.forEach(request::putHeader);
        return http.request(request)
                .compose(sent -> sent.send(body))
                .compose(
                        response -> response.body().map(b -> new Answer(response.statusCode(), response.headers(), b)));
    }

    /** Waits for the answer; for preparations, which aren't measured. */
    public Answer now(HttpMethod method, int port, String path, Map<String, String> headers, Buffer body) {
        try {
            return send(method, port, path, headers, body).await(answerWithinMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer to " + method + " " + path, e);
        }
    }

    @Override
    public void close() {
        http.close().await();
    }
}
