package dev.millrace.tickets.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.ingest.TestBroker;
import dev.millrace.ingest.TestIngest;
import dev.millrace.ingest.TestIngest.Client;
import dev.millrace.topics.http.contract.Contract;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Describing and closing accounts, and what a closed one may still do, in products too; held to the contract. */
class AccountsIT {
    private static final String HOLD = "{\"ticketIds\":[\"A-1-1\"]}";

    @TempDir
    private static Path dir;

    private static TestBroker broker;
    private static TestDecider decider;
    private static TestIngest ingest;
    private static Contract contract;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        broker.makeTopics();
        decider = new TestDecider(broker.address());
        decider.start();
        ingest = TestIngest.start(dir, broker.address(), Map.of());
        await().atMost(Duration.ofSeconds(30)).until(ingest::ready);
        contract = new Contract(ingest.as("").get("/openapi.json").body());
    }

    @AfterAll
    static void stop() {
        ingest.close();
        decider.close();
        broker.close();
    }

    @Test
    void aUserIsCalledWhatTheySay() {
        HttpResponse<String> answer = expect(200, "", ingest.user("ann"), "PUT", "/users/ann", profile());

        assertThat(new JsonObject(answer.body()))
                .isEqualTo(new JsonObject(profile()).put("userId", "ann").put("version", 1));
        expect(202, "", ingest.user("ann").with("Prefer", "respond-async"), "PUT", "/users/ann", profile());
        expect(200, "", ingest.user("auth0|7"), "PUT", "/users/auth0%7C7", profile());
    }

    @Test
    void theSameKeyGetsTheFirstAnswerAndAnotherBodyNone() {
        Client keyed = ingest.user("kim").key("k");
        HttpResponse<String> first = expect(200, "", keyed, "PUT", "/users/kim", profile());

        HttpResponse<String> again = expect(200, "", keyed, "PUT", "/users/kim", profile());

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Millrace-Position"))
                .isEqualTo(first.headers().firstValue("Millrace-Position"));
        Client refused = ingest.user("refuse-ACCOUNT_IDEMPOTENCY_KEY_REUSED");
        String path = "/users/refuse-ACCOUNT_IDEMPOTENCY_KEY_REUSED";
        expect(422, "IDEMPOTENCY_KEY_REUSED", refused, "PUT", path, profile());
    }

    @Test
    void othersAccountsAreOthers() {
        expect(401, "TOKEN_MISSING", ingest.as(""), "PUT", "/users/ann", profile());
        expect(401, "TOKEN_MISSING", ingest.as(""), "DELETE", "/users/ann", null);
        expect(403, "NOT_YOURS", ingest.user("bob"), "PUT", "/users/ann", profile());
        expect(403, "NOT_YOURS", ingest.user("bob"), "DELETE", "/users/ann", null);
        expect(403, "NOT_YOURS", ingest.user("organiser", "admin"), "PUT", "/users/ann", profile());
        expect(200, "", ingest.user("organiser", "admin"), "DELETE", "/users/unruly", null);
    }

    @Test
    void badlyShapedProfilesAreRefused() {
        Client ann = ingest.user("ann");
        for (JsonObject wrong : List.of(
                new JsonObject(),
                new JsonObject(profile()).put("name", ""),
                new JsonObject(profile()).put("name", "n".repeat(201)),
                new JsonObject(profile()).put("email", "ann"),
                new JsonObject(profile()).put("email", "ann@localhost"),
                new JsonObject(profile()).put("email", "ann@@example.org"),
                new JsonObject(profile()).put("email", "ann@example..org"),
                new JsonObject(profile()).put("email", "a nn@example.org"),
                new JsonObject(profile()).put("email", "ann@" + "x".repeat(247) + ".org"),
                new JsonObject(profile()).put("age", 7))) {
            expect(400, "INVALID_BODY", ann, "PUT", "/users/ann", wrong.encode());
        }
        expect(400, "MALFORMED_JSON", ann, "PUT", "/users/ann", "{");
        expect(413, "BODY_TOO_LARGE", ann, "PUT", "/users/ann", "x".repeat(70_000));
        expect(400, "INVALID_PARAMETER", ann, "PUT", "/users/" + "a".repeat(129), profile());
        expect(400, "INVALID_PARAMETER", ann, "DELETE", "/users/millrace:lapse", null);
    }

    @Test
    void aClosedAccountDoesNothingMoreButCloseAgain() {
        Client leaver = ingest.user("leaver", "admin");
        HttpResponse<String> signedIn = signIn(ingest.issuer().token("leaver"));
        String cookie = signedIn.headers().firstValue("Set-Cookie").orElseThrow();
        Client page = ingest.as("")
                .with("Cookie", cookie.substring(0, cookie.indexOf(';')))
                .with("X-CSRF-Token", new JsonObject(signedIn.body()).getString("csrfToken"));
        HttpResponse<String> closed = expect(200, "", leaver.key("bye"), "DELETE", "/users/leaver", null);

        assertThat(new JsonObject(closed.body()))
                .isEqualTo(new JsonObject().put("userId", "leaver").put("closed", true));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> leaver.send("POST", "/live-tickets", null).statusCode() == 403);
        expect(403, "ACCOUNT_CLOSED", leaver, "POST", "/bookings/gig", HOLD);
        expect(403, "ACCOUNT_CLOSED", leaver, "DELETE", "/bookings/gig." + "0".repeat(32), null);
        expect(403, "ACCOUNT_CLOSED", leaver, "PUT", "/admin/performers/band", "{\"name\":\"The Band\"}");
        expect(403, "ACCOUNT_CLOSED", leaver, "POST", "/live-tickets", null);
        expect(403, "ACCOUNT_CLOSED", leaver, "PUT", "/users/leaver", profile());
        expect(403, "ACCOUNT_CLOSED", leaver, "DELETE", "/users/somebody", null);
        assertThat(signIn(ingest.issuer().token("leaver")).statusCode()).isEqualTo(403);
        expect(403, "ACCOUNT_CLOSED", page, "POST", "/bookings/gig", HOLD);
        expect(204, "", page, "DELETE", "/session", null);

        HttpResponse<String> again = expect(200, "", leaver.key("bye"), "DELETE", "/users/leaver", null);
        assertThat(again.body()).isEqualTo(closed.body());
        expect(200, "", leaver, "DELETE", "/users/leaver", null);
        expect(201, "", ingest.user("ann").key("hold"), "POST", "/bookings/gig", HOLD);
    }

    @Test
    void anInstanceKnowsTheAccountsThatWereClosedBeforeItsStart() throws Exception {
        expect(200, "", ingest.user("early"), "DELETE", "/users/early", null);
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        ingest.user("early").send("POST", "/live-tickets", null).statusCode() == 403);

        try (TestIngest later = TestIngest.start(dir, broker.address(), Map.of("instance", "1"))) {
            await().atMost(Duration.ofSeconds(30)).until(later::ready);
            assertThat(later.user("early").send("POST", "/live-tickets", null).statusCode())
                    .isEqualTo(403);
            assertThat(later.user("ann").send("POST", "/live-tickets", null).statusCode())
                    .isEqualTo(201);
        }
    }

    private static HttpResponse<String> signIn(String token) {
        HttpResponse<String> answer = ingest.as("").post("/session", new JsonObject().put("token", token));
        return contract.check("POST", "/session", answer);
    }

    private static HttpResponse<String> expect(
            int status, String reason, Client client, String method, String path, @Nullable String body) {
        HttpResponse<String> answer = contract.check(method, path, client.send(method, path, body));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (!reason.isEmpty()) {
            assertThat(new JsonObject(answer.body()).getString("reason")).isEqualTo(reason);
        }
        return answer;
    }

    private static String profile() {
        return new JsonObject()
                .put("name", "Ann")
                .put("email", "ann@example.org")
                .encode();
    }
}
