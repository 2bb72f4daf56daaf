package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.topics.http.contract.Contract;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls through the gateway, each answer held to the contract that is served there. */
public abstract class ContractWalk {
    protected static final String LARGE = "x".repeat(70_000);

    protected final TestSystem system;
    protected final Contract contract;
    protected final Wire wire;
    protected final Api admin;
    protected final Api alice;
    protected final Api nobody;

    protected ContractWalk(TestSystem system) {
        this.system = system;
        this.wire = new Wire(system.address());
        this.admin = system.asOrganiser();
        this.alice = system.as("alice");
        this.nobody = system.asNobody();
        this.contract = new Contract(nobody.get("/openapi.json").text());
    }

    /** What every call that changes something and has a body refuses alike. */
    protected final void badCommand(String method, String path, String good, Api caller) {
        expect(401, "TOKEN_MISSING", nobody, method, path, good);
        expect(401, "TOKEN_EXPIRED", system.asYesterday("alice"), method, path, good);
        expect(401, "TOKEN_INVALID", new Api(system.address(), "x.y.z"), method, path, good);
        expect(403, "CSRF_TOKEN_WRONG", nobody, method, path, good, "Cookie", cookie());
        expect(400, "INVALID_HEADER", caller, method, path, good, "Idempotency-Key", "\"half");
        expect(400, "MALFORMED_JSON", caller, method, path, "{");
        expect(400, "MALFORMED_JSON", caller, method, path, "[".repeat(10_000));
        expect(415, "UNSUPPORTED_MEDIA_TYPE", caller, method, path, good, "Content-Type", "text/plain");
        if (!path.startsWith("/admin/venues")) {
            expect(413, "BODY_TOO_LARGE", caller, method, path, LARGE);
        }
    }

    protected final Answer expect(
            int status,
            String reason,
            Api caller,
            String method,
            String path,
            @Nullable String body,
            String... headers) {
        Answer answer = caller.call(method, path, body, headers);
        contract.check(method, path, answer.response());
        assertThat(answer.status()).as("%s %s: %s", method, path, answer).isEqualTo(status);
        if (!reason.isEmpty()) {
            assertThat(answer.reason()).as("%s %s: %s", method, path, answer).isEqualTo(reason);
        }
        return answer;
    }

    /** Asks for a WebSocket; headers, by name and value, may spoil it. */
    protected final void upgrade(int status, String path, String... headers) {
        Map<String, String> handshake = new TreeMap<>(Map.of(
                "Connection", "Upgrade",
                "Upgrade", "websocket",
                "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version", "13"));
        for (int i = 0; i < headers.length; i += 2) {
            handshake.put(headers[i], headers[i + 1]);
        }
        String[] all = handshake.entrySet().stream()
                .flatMap(header -> Stream.of(header.getKey(), header.getValue()))
                .toArray(String[]::new);
        Wire.Heard heard = wire.send(wire.head("GET", path, all).getBytes(ISO_8859_1), false)
                .orElseThrow(() -> new AssertionError("no answer: " + path));
        contract.check("GET", path, heard.status(), heard.headers(), heard.body());
        assertThat(heard.status()).as(heard.body()).isEqualTo(status);
    }

    protected final String cookie() {
        return cookie(nobody.post("/session", "{\"user\":\"alice\"}"));
    }

    protected static String cookie(Answer signedIn) {
        return signedIn.header("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    protected static String position(Answer answer) {
        return answer.header("Millrace-Position").orElseThrow();
    }

    protected static String farAhead(Answer answer) {
        return position(answer).replaceFirst("\\d+$", "999999999999");
    }

    protected static String id() {
        return "surface-" + key().substring(0, 8);
    }

    protected static String key() {
        return UUID.randomUUID().toString();
    }
}
