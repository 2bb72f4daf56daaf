package dev.millrace.standalone.trial;

import dev.millrace.load.Calls;
import dev.millrace.standalone.history.Exchange;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where people make their calls; all of them, and their answers, are written down for the check. */
public final class Desk {
    private final Calls calls;
    private final int port;
    private final Consumer<Exchange> seen;

    /** An answer, or that none came: status 0. */
    public record Reply(int status, @Nullable MultiMap headers, String body) {
        public @Nullable String header(String name) {
            return headers == null ? null : headers.get(name);
        }

        public @Nullable String position() {
            return header("Millrace-Position");
        }

        public JsonObject json() {
            return new JsonObject(body);
        }

        /** "201", or "409 SEAT_TAKEN" where the answer gives a reason, or "no answer". */
        public String words() {
            if (status < 400) {
                return status == 0 ? "no answer" : Integer.toString(status);
            }
            return status + " " + reason();
        }

        public String reason() {
            try {
                return status < 400 ? "" : json().getString("reason", "");
            } catch (DecodeException e) {
                return "";
            }
        }
    }

    /** @param seen told of every call that is to be checked */
    public Desk(Calls calls, int port, Consumer<Exchange> seen) {
        this.calls = calls;
        this.port = port;
        this.seen = seen;
    }

    /** Never fails. */
    public Future<Reply> call(
            Person person,
            HttpMethod method,
            String path,
            @Nullable String key,
            String body,
            @Nullable String position) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Authorization", "Bearer " + person.token());
        if (key != null) {
            headers.put("Idempotency-Key", key);
        }
        if (!body.isEmpty()) {
            headers.put("Content-Type", "application/json");
        }
        if (position != null) {
            headers.put("Millrace-Position", position);
        }
        return send(method, path, headers, body)
                .onSuccess(reply -> seen.accept(new Exchange(
                        person.name(),
                        method.name(),
                        path,
                        key,
                        body,
                        position,
                        reply.status(),
                        reply.position(),
                        reply.body())));
    }

    /** A look without a name, as most people's. Never fails. */
    public Future<Reply> look(String path, Map<String, String> headers) {
        return send(HttpMethod.GET, path, headers, "");
    }

    private Future<Reply> send(HttpMethod method, String path, Map<String, String> headers, String body) {
        return calls.send(method, port, path, headers, Buffer.buffer(body))
                .map(answer -> new Reply(
                        answer.status(), answer.headers(), answer.body().toString()))
                .otherwise(broken -> new Reply(0, null, ""));
    }
}
