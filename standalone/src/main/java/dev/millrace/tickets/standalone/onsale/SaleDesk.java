package dev.millrace.tickets.standalone.onsale;

import dev.millrace.load.Calls;
import dev.millrace.tickets.standalone.history.Exchange;
import dev.millrace.tickets.standalone.history.Observations;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where buyers make their calls; all of them, and their answers, are written down for the check. */
final class SaleDesk {
    private final Calls calls;
    private final int port;
    private final Observations seen;

    /** An answer, or that none came: status 0. */
    record Reply(int status, @Nullable MultiMap headers, String body) {
        @Nullable String header(String name) {
            return headers == null ? null : headers.get(name);
        }

        @Nullable String position() {
            return header("Millrace-Position");
        }

        JsonObject json() {
            return new JsonObject(body);
        }

        /** "201", or "409 SEAT_TAKEN" where the answer gives a reason, or "no answer". */
        String words() {
            if (status < 400) {
                return status == 0 ? "no answer" : Integer.toString(status);
            }
            return status + " " + reason();
        }

        String reason() {
            try {
                return status < 400 ? "" : json().getString("reason", "");
            } catch (DecodeException e) {
                return "";
            }
        }
    }

    SaleDesk(Calls calls, int port, Observations seen) {
        this.calls = calls;
        this.port = port;
        this.seen = seen;
    }

    /** Never fails. */
    Future<Reply> call(
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
                .onSuccess(reply -> seen.called(new Exchange(
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
    Future<Reply> look(String path, Map<String, String> headers) {
        return send(HttpMethod.GET, path, headers, "");
    }

    private Future<Reply> send(HttpMethod method, String path, Map<String, String> headers, String body) {
        return calls.send(method, port, path, headers, Buffer.buffer(body))
                .map(answer -> new Reply(
                        answer.status(), answer.headers(), answer.body().toString()))
                .otherwise(broken -> new Reply(0, null, ""));
    }
}
