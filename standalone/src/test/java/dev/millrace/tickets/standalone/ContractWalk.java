package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.Api;
import dev.millrace.standalone.TestSystem;
import dev.millrace.topics.http.contract.Contract;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Calls through the gateway, each answer held to the contract that is served there. */
abstract class ContractWalk {
    static final String LARGE = "x".repeat(70_000);

    final TestSystem system;
    final Contract contract;
    final Api admin;
    final Api alice;
    final Api nobody;

    ContractWalk(TestSystem system) {
        this.system = system;
        this.admin = system.asOrganiser();
        this.alice = system.as("alice");
        this.nobody = system.asNobody();
        this.contract = new Contract(nobody.get("/openapi.json").text());
    }

    /** What every call that changes something and has a body refuses alike. */
    final void badCommand(String method, String path, String good, Api caller) {
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

    final Answer expect(
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

    final String cookie() {
        return cookie(nobody.post("/session", "{\"user\":\"alice\"}"));
    }

    static String cookie(Answer signedIn) {
        return signedIn.header("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    static String position(Answer answer) {
        return answer.header("Millrace-Position").orElseThrow();
    }

    static String farAhead(Answer answer) {
        return position(answer).replaceFirst("\\d+$", "999999999999");
    }

    static String id() {
        return "surface-" + key().substring(0, 8);
    }

    static String key() {
        return UUID.randomUUID().toString();
    }
}
