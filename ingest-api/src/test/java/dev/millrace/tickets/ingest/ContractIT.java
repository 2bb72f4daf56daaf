package dev.millrace.tickets.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.ingest.TestBroker;
import dev.millrace.ingest.TestIngest;
import dev.millrace.ingest.TestIngest.Client;
import dev.millrace.ingest.TestIssuer;
import dev.millrace.topics.http.contract.Contract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every call of ingest, well and badly made, against the contract it serves. */
class ContractIT {
    private static final String HOLD = "{\"ticketIds\":[\"A-1-1\"]}";
    private static final String BOOKING = "gig." + "0".repeat(32);

    @TempDir
    private static Path dir;

    private static TestBroker broker;
    private static TestDecider decider;
    private static TestState state;
    private static TestIngest ingest;
    private static Contract contract;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        broker.makeTopics();
        decider = new TestDecider(broker.address());
        decider.start();
        state = new TestState(decider);
        ingest = TestIngest.start(
                dir,
                broker.address(),
                Map.of("state.endpoints", state.address(), "rate.user.burst", "400", "rate.user.per.second", "40"));
        await().atMost(Duration.ofSeconds(20)).until(ingest::ready);
        contract = new Contract(ingest.as("").get("/openapi.json").body());
    }

    @AfterAll
    static void stop() {
        ingest.close();
        state.close();
        decider.close();
        broker.close();
    }

    @Test
    void contractIsSound() {
        contract.assertSound();
    }

    @Test
    void wellMadeCallsAreAnsweredAsTheContractSays() {
        Client admin = ingest.user("organiser", "admin");
        expect(200, "", admin, "PUT", "/admin/venues/hall", venue().encode());
        expect(200, "", admin, "PUT", "/admin/performers/band", "{\"name\":\"The Band\"}");
        expect(200, "", admin, "PUT", "/admin/events/gig", event().encode());
        HttpResponse<String> held = expect(201, "", ingest.user("alice"), "POST", "/bookings/gig", HOLD);
        String booking = "/bookings/" + new JsonObject(held.body()).getString("bookingId");
        expect(200, "", ingest.user("alice"), "POST", booking + "/payment", "{}");
        expect(200, "", ingest.user("alice"), "POST", booking + "/payment", null);
        expect(200, "", ingest.user("alice"), "DELETE", booking, null);
        expect(201, "", ingest.user("alice"), "POST", "/live-tickets", null);
        expect(200, "", ingest.as(""), "POST", "/session", "{\"user\":\"alice\"}");
        expect(204, "", ingest.as(""), "DELETE", "/session", null);
        expect(200, "", ingest.as(""), "GET", "/livez", null);
        expect(200, "", ingest.as(""), "GET", "/readyz", null);
        Client hurried = ingest.user("alice").with("Prefer", "respond-async");
        expect(202, "", hurried, "POST", "/bookings/silent-a", HOLD);
        expect(202, "", hurried, "DELETE", booking, null);
        expect(202, "", admin.with("Prefer", "respond-async"), "PUT", "/admin/venues/hall", venue().encode());
    }

    @Test
    void callersAreAskedWhoTheyAre() {
        String expired = ingest.issuer().token("alice", Instant.now().minusSeconds(30));
        String forged = new TestIssuer().token("alice");
        for (String[] call : new String[][] {
            {"POST", "/bookings/gig", HOLD},
            {"POST", "/bookings/" + BOOKING + "/payment", "{}"},
            {"PUT", "/admin/venues/hall", "{}"},
            {"PUT", "/admin/performers/band", "{}"},
            {"PUT", "/admin/events/gig", "{}"},
            {"POST", "/live-tickets", ""}
        }) {
            expect(401, "TOKEN_MISSING", ingest.as(""), call[0], call[1], call[2]);
            expect(401, "TOKEN_EXPIRED", ingest.as(expired), call[0], call[1], call[2]);
            expect(401, "TOKEN_INVALID", ingest.as(forged), call[0], call[1], call[2]);
            expect(401, "TOKEN_INVALID", ingest.as("x.y.z"), call[0], call[1], call[2]);
            if (call[1].startsWith("/admin")) {
                expect(403, "ROLE_REQUIRED", ingest.user("alice"), call[0], call[1], call[2]);
            }
        }
        expect(401, "UNKNOWN_DEMO_USER", ingest.as(""), "POST", "/session", "{\"user\":\"mallory\"}");
    }

    @Test
    void aSessionCookieNeedsItsToken() {
        HttpResponse<String> signedIn = ingest.as("").send("POST", "/session", "{\"user\":\"alice\"}");
        String cookie = signedIn.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie.toLowerCase(Locale.ROOT)).contains("httponly", "samesite=lax", "path=/");
        Client page = ingest.as("").with("Cookie", cookie.substring(0, cookie.indexOf(';')));
        String csrf = new JsonObject(signedIn.body()).getString("csrfToken");

        expect(403, "CSRF_TOKEN_WRONG", page, "POST", "/bookings/gig", HOLD);
        expect(403, "CSRF_TOKEN_WRONG", page.with("X-CSRF-Token", "x"), "POST", "/live-tickets", null);
        expect(201, "", page.with("X-CSRF-Token", csrf), "POST", "/bookings/gig", HOLD);
        expect(403, "ROLE_REQUIRED", page.with("X-CSRF-Token", csrf), "PUT", "/admin/venues/x", "{}");
    }

    @Test
    void badlyShapedHoldsAreRefused() {
        Client alice = ingest.user("alice");
        for (String body : new String[] {"", "{", "[", "{\"a\":1,\"a\":2}", HOLD + "x", "[".repeat(10_000), "\u0000"}) {
            expect(400, "MALFORMED_JSON", alice, "POST", "/bookings/gig", body);
        }
        for (String body : new String[] {
            "null",
            "[]",
            "1",
            "{}",
            "{\"ticketIds\":[]}",
            "{\"ticketIds\":\"A-1-1\"}",
            "{\"ticketIds\":[null]}",
            "{\"ticketIds\":[1]}",
            "{\"ticketIds\":[\"nonsense\"]}",
            "{\"ticketIds\":[\"A-1-1\",\"A-1-1\"]}",
            "{\"ticketIds\":[\"A-1-1\"],\"userId\":\"bob\"}",
            "{\"ticketIds\":[\"A-1-1\"],\"expectedVersion\":-1}",
            "{\"ticketIds\":[\"A-1-1\"],\"expectedVersion\":\"7\"}",
            "{\"ticketIds\":[\"A-1-1\"],\"expectedVersion\":1.5}",
            "{\"ticketIds\":[\"A-1-1\"],\"expectedVersion\":1e30}"
        }) {
            expect(400, "INVALID_BODY", alice, "POST", "/bookings/gig", body);
        }
        HttpResponse<String> unknown =
                expect(400, "INVALID_BODY", alice, "POST", "/bookings/gig", "{\"ticketIds\":[\"A-1-1\"],\"seats\":2}");
        assertThat(new JsonObject(unknown.body()).getString("detail")).contains("seats");
        JsonArray many = new JsonArray(
                IntStream.range(0, 1_000).mapToObj(i -> "A-1-" + i).toList());
        expect(
                422,
                "TOO_MANY_SEATS",
                alice,
                "POST",
                "/bookings/gig",
                new JsonObject().put("ticketIds", many).encode());
        expect(413, "BODY_TOO_LARGE", alice, "POST", "/bookings/gig", "x".repeat(9_000_000));
        expect(415, "UNSUPPORTED_MEDIA_TYPE", alice.with("Content-Type", "text/plain"), "POST", "/bookings/gig", HOLD);
        expect(400, "INVALID_PARAMETER", alice, "POST", "/bookings/a.b", HOLD);
        expect(400, "INVALID_PARAMETER", alice, "POST", "/bookings/" + "a".repeat(91), HOLD);
        expect(400, "INVALID_HEADER", alice.with("Idempotency-Key", "\"half"), "POST", "/bookings/gig", HOLD);
        expect(400, "INVALID_HEADER", alice.key("k".repeat(256)), "POST", "/bookings/gig", HOLD);
        expect(404, "UNKNOWN_BOOKING", alice, "DELETE", "/bookings/nonsense", null);
        expect(404, "UNKNOWN_BOOKING", alice, "POST", "/bookings/nonsense/payment", "{}");
        expect(400, "INVALID_BODY", alice, "POST", "/bookings/" + BOOKING + "/payment", "{\"card\":\"4242\"}");
    }

    @Test
    void badlyShapedDefinitionsAreRefused() {
        Client admin = ingest.user("organiser", "admin");
        expect(413, "BODY_TOO_LARGE", admin, "PUT", "/admin/venues/hall", "x".repeat(9_000_000));
        expect(413, "BODY_TOO_LARGE", admin, "PUT", "/admin/events/gig", "x".repeat(70_000));
        expect(400, "INVALID_PARAMETER", admin, "PUT", "/admin/venues/a.b", venue().encode());
        for (JsonObject wrong : List.of(
                venue().put("latitude", 91),
                venue().put("city", ""),
                venue().put("sections", new JsonArray()),
                venue().put("sections", new JsonArray().add(section("A!", row("1", 2)))),
                venue().put("sections", new JsonArray().add(section("A", row("1", 0)))),
                venue().put("sections", new JsonArray().add(section("A", row("1", 501)))),
                venue().put("sections", new JsonArray().add(section("A", row("1", 2), row("1", 2)))),
                venue().put(
                                "sections",
                                new JsonArray().add(section("A", row("1", 2).put("x", 1e9)))),
                venue().put(
                                "sections",
                                new JsonArray()
                                        .add(section("A", row("1", 2).put("accessible", new JsonArray().add(3))))))) {
            expect(400, "INVALID_BODY", admin, "PUT", "/admin/venues/hall", wrong.encode());
        }
        for (JsonObject wrong : List.of(
                event().put("title", ""),
                event().put("type", "concert"),
                event().put("startsAt", "tomorrow"),
                event().put("currency", "XYZ"),
                event().put("tiers", new JsonArray()),
                event().put("tiers", new JsonArray().add(tier("a")).add(tier("a"))),
                event().put("tiers", new JsonArray().add(tier("a")).add(tier("b"))),
                event().put("tiers", new JsonArray().add(tier("a").put("price", -1))),
                event().put("holdSeconds", 59),
                event().put("seatsPerBookingMax", 51),
                event().put("venueId", "no.such"))) {
            expect(400, "INVALID_BODY", admin, "PUT", "/admin/events/gig2", wrong.encode());
        }
    }

    @Test
    void anEventMustFitWhatIsDefined() {
        Client admin = ingest.user("organiser", "admin");
        expect(200, "", admin, "PUT", "/admin/venues/small", venue().encode());
        JsonObject event = event().put("venueId", "small").put("performerIds", new JsonArray());
        expect(200, "", admin, "PUT", "/admin/events/fits", event.encode());
        expect(
                422,
                "UNKNOWN_VENUE",
                admin,
                "PUT",
                "/admin/events/x",
                event.copy().put("venueId", "void").encode());
        expect(
                422,
                "UNKNOWN_PERFORMER",
                admin,
                "PUT",
                "/admin/events/x",
                event.copy().put("performerIds", new JsonArray().add("nobody")).encode());
        JsonArray elsewhere = new JsonArray().add(tier("a").put("sections", new JsonArray().add("Z")));
        expect(
                422,
                "UNKNOWN_SECTION",
                admin,
                "PUT",
                "/admin/events/x",
                event.copy().put("tiers", elsewhere).encode());
        JsonArray half = new JsonArray().add(tier("a").put("sections", new JsonArray().add("A")));
        expect(
                422,
                "SECTION_WITHOUT_TIER",
                admin,
                "PUT",
                "/admin/events/x",
                event.copy().put("tiers", half).encode());
    }

    @Test
    void whoSendsTooMuchIsToldWhenToComeBack() {
        Client hasty = ingest.user("hasty");
        List<HttpResponse<String>> refused = IntStream.range(0, 3_000)
                .mapToObj(i -> hasty.send("POST", "/bookings/a.b", HOLD))
                .filter(answer -> answer.statusCode() == 429)
                .limit(1)
                .toList();
        assertThat(refused).hasSize(1);
        contract.check("POST", "/bookings/a.b", refused.get(0));
        expect(400, "INVALID_PARAMETER", ingest.user("calm"), "POST", "/bookings/a.b", HOLD);
    }

    private static HttpResponse<String> expect(
            int status, String reason, Client client, String method, String path, @Nullable String body) {
        Client once = reason.equals("INVALID_HEADER") || !path.contains("booking") ? client : keyed(client);
        HttpResponse<String> answer = contract.check(method, path, once.send(method, path, body));
        assertThat(answer.statusCode())
                .as(method + " " + path + " " + answer.body())
                .isEqualTo(status);
        if (!reason.isEmpty()) {
            assertThat(new JsonObject(answer.body()).getString("reason"))
                    .as(answer.body())
                    .isEqualTo(reason);
        }
        return answer;
    }

    private static Client keyed(Client client) {
        return client.key(UUID.randomUUID().toString());
    }

    private static JsonObject venue() {
        return new JsonObject()
                .put("name", "The Hall")
                .put("address", "1 Main Street")
                .put("city", "Graz")
                .put("latitude", 47.07)
                .put("longitude", 15.44)
                .put("sections", new JsonArray().add(section("A", row("1", 2))).add(section("B", row("1", 3))));
    }

    private static JsonObject section(String id, JsonObject... rows) {
        return new JsonObject()
                .put("sectionId", id)
                .put("name", "Section " + id)
                .put("rows", new JsonArray(List.of(rows)));
    }

    private static JsonObject row(String label, int seats) {
        return new JsonObject()
                .put("label", label)
                .put("seats", seats)
                .put("x", 0)
                .put("y", 1.5);
    }

    private static JsonObject tier(String id) {
        return new JsonObject().put("tierId", id).put("name", "Tier " + id).put("price", 0);
    }

    private static JsonObject event() {
        return new JsonObject()
                .put("title", "A night with The Band")
                .put("type", "CONCERT")
                .put("startsAt", "2027-06-01T19:30:00Z")
                .put("venueId", "hall")
                .put("performerIds", new JsonArray().add("band"))
                .put("currency", "EUR")
                .put(
                        "tiers",
                        new JsonArray().add(tier("rest")).add(tier("front").put("sections", new JsonArray().add("A"))));
    }
}
