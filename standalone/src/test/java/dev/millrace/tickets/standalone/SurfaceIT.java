package dev.millrace.tickets.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.Api;
import dev.millrace.standalone.ContractWalk;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** Every call of the contract through the gateway, well and badly made: each answer that is documented, and no other. */
@ExtendWith(OneSystem.class)
class SurfaceIT extends ContractWalk {
    /** Answers that need a flood, a fault or luck; their own tests are with the roles. */
    private static final String SEEN_ELSEWHERE =
            ".* (429|503)|PUT /(admin/venues|admin/performers|users)/\\{id} 409|DELETE /users/\\{id} (409|422)"
                    + "|\\w+ /(feed|posts|users/\\{userId}).*|GET /users/\\{id}.*"
                    + "|\\w+ /(folders|files|trash|uploads|shares|links|devices|usage|changes).*";

    private static final String PERFORMER = "{\"name\":\"The Band\"}";
    private static final String VENUE = """
            {"name":"Hall","address":"1 Lane","city":"Delft","latitude":52.0,"longitude":4.36,
             "sections":[{"sectionId":"%s","name":"Stalls","rows":[{"label":"A","seats":20,"x":0,"y":0}]}]}""";
    private static final String EVENT = """
            {"title":"%s","type":"CONCERT","startsAt":"2027-05-01T18:00:00.000Z","venueId":"%s","performerIds":[%s],
             "tiers":[{"tierId":"T","name":"Any","price":0}],"currency":"EUR"}""";

    private final Organiser organiser;

    SurfaceIT(TestSystem system) {
        super(system);
        this.organiser = new Organiser(admin);
    }

    @TestFactory
    Stream<DynamicTest> everyCallAnswersAsTheContractSays() {
        return Stream.of(
                test("the contract is sound", contract::assertSound),
                test("operations", this::operations),
                test("events and seat maps", this::events),
                test("search", this::search),
                test("live seats", this::live),
                test("holding", this::holding),
                test("paying", this::paying),
                test("cancelling", this::cancelling),
                test("reading bookings", this::bookings),
                test("venues and performers", this::catalogue),
                test("defining events", this::definitions),
                test("sessions and live tickets", this::sessions),
                test("accounts", this::accounts),
                test("every documented answer was given", this::assertAllSeen));
    }

    private static DynamicTest test(String name, Executable walk) {
        return DynamicTest.dynamicTest(name, walk);
    }

    private void assertAllSeen() {
        assertThat(contract.documented().stream()
                        .filter(answer -> !answer.matches(SEEN_ELSEWHERE))
                        .filter(answer -> contract.seen().stream().noneMatch(s -> (s + " ").startsWith(answer + " "))))
                .as("seen: %s", contract.seen())
                .isEmpty();
    }

    private void operations() {
        expect(200, "", nobody, "GET", "/livez", null);
        expect(200, "", nobody, "GET", "/readyz", null);
        expect(200, "", nobody, "GET", "/metrics", null);
        for (String method : List.of("GET", "HEAD", "POST")) {
            String head = wire.head(method, "/session", "Expect", "100-continue", "Content-Length", "0");
            assertThat(wire.send(head.getBytes(ISO_8859_1), false)).isPresent();
        }
        Answer nowhere = nobody.get("/no/such/route");
        contract.checkStranger(
                "/no/such/route",
                nowhere.status(),
                nowhere.response().headers(),
                java.util.Optional.of(nowhere.text()));
    }

    private void events() {
        String event = event();
        for (String view : new String[] {"", "/seatmap"}) {
            String path = "/events/" + event + view;
            Answer full = expect(200, "", nobody, "GET", path, null);
            String tag = full.header("ETag").orElseThrow();
            expect(304, "", nobody, "GET", path, null, "If-None-Match", tag);
            expect(200, "", nobody, "GET", path, null, "If-None-Match", "\"other\"");
            expect(200, "", nobody, "GET", path, null, "Millrace-Position", position(full));
            expect(504, "NOT_YET_VISIBLE", nobody, "GET", path, null, "Millrace-Position", farAhead(full));
            expect(400, "INVALID_PARAMETER", nobody, "GET", path + "?nonsense=1", null);
            expect(400, "INVALID_HEADER", nobody, "GET", path, null, "Millrace-Position", "yesterday");
            expect(404, "UNKNOWN_EVENT", nobody, "GET", "/events/void" + view, null);
            expect(404, "UNKNOWN_EVENT", nobody, "GET", "/events/a.b" + view, null);
        }
        Answer summary = expect(200, "", nobody, "GET", "/events/" + event + "?view=summary", null);
        assertThat(summary.json().has("tickets")).isFalse();
        expect(400, "INVALID_PARAMETER", nobody, "GET", "/events/" + event + "?view=half", null);
        expect(400, "INVALID_PARAMETER", nobody, "GET", "/events/" + event + "?view=full&view=full", null);
    }

    private void search() {
        String event = event();
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        nobody.get("/events/search?keyword=" + event).text().contains("\"" + event + "\""));
        expect(200, "", nobody, "GET", "/events/search?keyword=" + event, null);
        expect(200, "", nobody, "GET", "/events/search?near=52,4.4&radiusKm=5&sort=distance&pageSize=100", null);
        expect(200, "", nobody, "GET", "/events/search?city=delft&type=concert&start=2027-01-01&end=2027-12-31", null);
        expect(200, "", nobody, "GET", "/events/search?priceMin=0&priceMax=10&sort=popularity&page=3", null);
        for (String wrong : List.of(
                "pageSize=0",
                "pageSize=101",
                "page=-1",
                "page=99999",
                "sort=worst",
                "sort=distance",
                "near=here",
                "near=91,0",
                "radiusKm=5",
                "priceMin=cheap",
                "priceMin=2&priceMax=1",
                "start=soon",
                "start=2027-02-01&end=2027-01-01",
                "city=%00",
                "keyword=" + "k".repeat(201),
                "nonsense=1",
                "page=1&page=1")) {
            expect(400, "INVALID_PARAMETER", nobody, "GET", "/events/search?" + wrong, null);
        }
        expect(400, "INVALID_HEADER", nobody, "GET", "/events/search", null, "Millrace-Position", "seats.1");
        String ahead = farAhead(nobody.get("/events/" + event));
        expect(504, "NOT_YET_VISIBLE", nobody, "GET", "/events/search", null, "Millrace-Position", ahead);
    }

    private void live() {
        String live = "/events/" + event() + "/live";
        String ticket = "?ticket=" + alice.post("/live-tickets", "").member("ticket");
        upgrade(101, live + ticket, "Origin", system.address());
        upgrade(101, live + ticket);
        upgrade(403, live + ticket, "Origin", "https://elsewhere.example");
        upgrade(403, live + ticket, "Origin", "null");
        upgrade(401, live);
        upgrade(401, live + "?ticket=x.y.z");
        upgrade(404, "/events/void/live" + ticket);
        upgrade(400, live + ticket, "Sec-WebSocket-Key", "short");
        upgrade(426, live + ticket, "Sec-WebSocket-Version", "7");
        expect(426, "UPGRADE_REQUIRED", nobody, "GET", live, null);
    }

    private void holding() {
        String path = "/bookings/" + event();
        String seat = Api.ticketIds(List.of("S-A-1"));
        String key = key();
        badCommand("POST", path, seat, alice);
        expect(201, "", alice, "POST", path, seat, "Idempotency-Key", key);
        expect(201, "", alice, "POST", path, seat, "Idempotency-Key", key);
        expect(422, "IDEMPOTENCY_KEY_REUSED", alice, "POST", path, seat + " ", "Idempotency-Key", key);
        expect(409, "SEAT_TAKEN", system.as("bob"), "POST", path, seat);
        String stale = "{\"ticketIds\":[\"S-A-2\"],\"expectedVersion\":0}";
        expect(409, "VERSION_CONFLICT", alice, "POST", path, stale);
        expect(422, "UNKNOWN_TICKET", alice, "POST", path, Api.ticketIds(List.of("S-Z-1")));
        expect(422, "TOO_MANY_SEATS", alice, "POST", path, Api.ticketIds(Organiser.row(0)));
        expect(400, "INVALID_BODY", alice, "POST", path, "{\"ticketIds\":[]}");
        expect(400, "INVALID_PARAMETER", alice, "POST", "/bookings/a.b", seat);
        expect(404, "UNKNOWN_EVENT", alice, "POST", "/bookings/void", seat);
        Answer pending =
                expect(202, "", alice, "POST", path, Api.ticketIds(List.of("S-A-3")), "Prefer", "respond-async");
        expect(200, "", alice, "GET", pending.header("Location").orElseThrow(), null);
    }

    private void paying() {
        String event = event();
        String path = held(event, "S-A-1") + "/payment";
        String card = "{\"paymentDetails\":{\"paymentMethod\":\"pm_card_visa\"}}";
        String key = key();
        badCommand("POST", path, "{}", alice);
        expect(400, "INVALID_BODY", alice, "POST", path, "{\"card\":\"4242\"}");
        expect(200, "", alice, "POST", path, "{}", "Idempotency-Key", key);
        expect(422, "IDEMPOTENCY_KEY_REUSED", alice, "POST", path, card, "Idempotency-Key", key);
        expect(404, "UNKNOWN_BOOKING", system.as("bob"), "POST", path, "{}");
        expect(404, "UNKNOWN_BOOKING", alice, "POST", "/bookings/nonsense/payment", "{}");
        expect(202, "", alice, "POST", held(event, "S-A-2") + "/payment", "{}", "Prefer", "respond-async");
        String cancelled = held(event, "S-A-3");
        expect(200, "", alice, "DELETE", cancelled, null);
        expect(409, "BOOKING_CLOSED", alice, "POST", cancelled + "/payment", "{}");
        expect(
                402,
                "PAYMENT_REQUIRED",
                alice,
                "POST",
                held(organiser.event(1, 600, 4_500), "S-A-1") + "/payment",
                card);
    }

    private void cancelling() {
        String event = event();
        String path = held(event, "S-A-1");
        String key = key();
        expect(403, "CSRF_TOKEN_WRONG", nobody, "DELETE", path, null, "Cookie", cookie());
        expect(401, "TOKEN_MISSING", nobody, "DELETE", path, null);
        expect(400, "INVALID_HEADER", alice, "DELETE", path, null, "Idempotency-Key", "\"half");
        expect(413, "BODY_TOO_LARGE", alice, "DELETE", path, LARGE);
        expect(404, "UNKNOWN_BOOKING", system.as("bob"), "DELETE", path, null);
        expect(200, "", alice, "DELETE", path, null, "Idempotency-Key", key);
        expect(200, "", alice, "DELETE", path, null);
        String lapsed = held(organiser.event(1, 1), "S-A-1");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> alice.get(lapsed).member("status").equals("LAPSED"));
        String another = key();
        expect(409, "BOOKING_CLOSED", alice, "DELETE", lapsed, null, "Idempotency-Key", another);
        expect(422, "IDEMPOTENCY_KEY_REUSED", alice, "DELETE", lapsed, "{}", "Idempotency-Key", another);
        expect(202, "", alice, "DELETE", held(event, "S-A-2"), null, "Prefer", "respond-async");
    }

    private void bookings() {
        String event = event();
        Answer made = expect(201, "", alice, "POST", "/bookings/" + event, Api.ticketIds(List.of("S-A-1")));
        held(event, "S-A-2");
        String one = "/bookings/" + made.member("bookingId");
        Answer first = expect(200, "", alice, "GET", "/bookings?pageSize=1", null, "Millrace-Position", position(made));
        String cursor = first.member("nextCursor");
        expect(200, "", alice, "GET", "/bookings?pageSize=1&cursor=" + cursor, null);
        expect(200, "", alice, "GET", one, null, "Millrace-Position", position(made));
        for (String path : List.of("/bookings", one)) {
            expect(401, "TOKEN_MISSING", nobody, "GET", path, null);
            expect(401, "TOKEN_EXPIRED", system.asYesterday("alice"), "GET", path, null);
            expect(400, "INVALID_PARAMETER", alice, "GET", path + "?nonsense=1", null);
            expect(400, "INVALID_HEADER", alice, "GET", path, null, "Millrace-Position", "seats.x.1");
            expect(504, "NOT_YET_VISIBLE", alice, "GET", path, null, "Millrace-Position", farAhead(made));
        }
        expect(400, "INVALID_PARAMETER", alice, "GET", "/bookings?pageSize=101", null);
        expect(400, "INVALID_PARAMETER", alice, "GET", "/bookings?cursor=AAAA", null);
        expect(400, "INVALID_PARAMETER", system.as("bob"), "GET", "/bookings?cursor=" + cursor, null);
        expect(404, "UNKNOWN_BOOKING", system.as("bob"), "GET", one, null);
        expect(404, "UNKNOWN_BOOKING", alice, "GET", "/bookings/nonsense", null);
    }

    private void catalogue() {
        String id = id();
        define("/admin/venues/", id, VENUE.formatted("S"), "x".repeat(9_000_000));
        define("/admin/performers/", id, PERFORMER, LARGE);
    }

    private void definitions() {
        String id = id();
        expect(200, "", admin, "PUT", "/admin/venues/" + id, VENUE.formatted("S"));
        expect(200, "", admin, "PUT", "/admin/performers/" + id, PERFORMER);
        define("/admin/events/", id, EVENT.formatted("Gig", id, "\"" + id + "\""), LARGE);
        String path = "/admin/events/" + id;
        expect(422, "UNKNOWN_VENUE", admin, "PUT", path, EVENT.formatted("Gig", "void", ""));
        expect(422, "UNKNOWN_PERFORMER", admin, "PUT", path, EVENT.formatted("Gig", id, "\"void\""));
        held(id, "S-A-1");
        expect(200, "", admin, "PUT", "/admin/venues/" + id, VENUE.formatted("R"));
        expect(409, "SEATS_IN_USE", admin, "PUT", path, EVENT.formatted("Gig", id, ""));
    }

    private void define(String folder, String id, String body, String large) {
        String path = folder + id;
        String key = key();
        badCommand("PUT", path, body, admin);
        expect(403, "ROLE_REQUIRED", alice, "PUT", path, body);
        expect(413, "BODY_TOO_LARGE", admin, "PUT", path, large);
        expect(400, "INVALID_BODY", admin, "PUT", path, "{}");
        expect(400, "INVALID_PARAMETER", admin, "PUT", folder + "a.b", body);
        expect(202, "", admin, "PUT", path, body, "Prefer", "respond-async");
        expect(200, "", admin, "PUT", path, body, "Idempotency-Key", key);
        expect(422, "IDEMPOTENCY_KEY_REUSED", admin, "PUT", path, body + " ", "Idempotency-Key", key);
    }

    private void sessions() {
        Answer signedIn = expect(200, "", nobody, "POST", "/session", "{\"user\":\"alice\"}");
        String cookie = cookie(signedIn);
        String csrf = signedIn.member("csrfToken");
        expect(200, "", nobody, "POST", "/session", "{\"token\":\"" + system.token("zoe", false) + "\"}");
        expect(401, "UNKNOWN_DEMO_USER", nobody, "POST", "/session", "{\"user\":\"mallory\"}");
        expect(401, "TOKEN_INVALID", nobody, "POST", "/session", "{\"token\":\"x\"}");
        expect(400, "INVALID_BODY", nobody, "POST", "/session", "{}");
        expect(400, "MALFORMED_JSON", nobody, "POST", "/session", "{");
        expect(413, "BODY_TOO_LARGE", nobody, "POST", "/session", LARGE);
        expect(415, "UNSUPPORTED_MEDIA_TYPE", nobody, "POST", "/session", "a=b", "Content-Type", "text/plain");

        Answer session = expect(200, "", nobody, "GET", "/session", null, "Cookie", cookie);
        assertThat(session.member("csrfToken")).isEqualTo(csrf);
        assertThat(expect(200, "", nobody, "GET", "/session", null)
                        .json()
                        .path("user")
                        .isNull())
                .isTrue();
        assertThat(expect(200, "", alice, "GET", "/session", null).member("user"))
                .isEqualTo("alice");
        expect(401, "TOKEN_EXPIRED", system.asYesterday("alice"), "GET", "/session", null);

        expect(201, "", alice, "POST", "/live-tickets", null);
        expect(201, "", nobody, "POST", "/live-tickets", null, "Cookie", cookie, "X-CSRF-Token", csrf);
        expect(401, "TOKEN_MISSING", nobody, "POST", "/live-tickets", null);
        expect(403, "CSRF_TOKEN_WRONG", nobody, "POST", "/live-tickets", null, "Cookie", cookie);

        expect(403, "CSRF_TOKEN_WRONG", nobody, "DELETE", "/session", null, "Cookie", cookie);
        expect(401, "TOKEN_INVALID", new Api(system.address(), "x"), "DELETE", "/session", null);
        expect(204, "", nobody, "DELETE", "/session", null, "Cookie", cookie, "X-CSRF-Token", csrf);
    }

    private void accounts() {
        String user = id();
        Api own = system.as(user);
        String path = "/users/" + user;
        String profile = "{\"name\":\"Ann\",\"email\":\"ann@example.org\"}";
        String key = key();
        badCommand("PUT", path, profile, own);
        expect(400, "INVALID_BODY", own, "PUT", path, "{}");
        expect(403, "NOT_YOURS", alice, "PUT", path, profile);
        expect(202, "", own, "PUT", path, profile, "Prefer", "respond-async");
        expect(200, "", own, "PUT", path, profile, "Idempotency-Key", key);
        expect(422, "IDEMPOTENCY_KEY_REUSED", own, "PUT", path, profile + " ", "Idempotency-Key", key);

        expect(401, "TOKEN_MISSING", nobody, "DELETE", path, null);
        expect(400, "INVALID_HEADER", own, "DELETE", path, null, "Idempotency-Key", "\"half");
        expect(403, "NOT_YOURS", alice, "DELETE", path, null);
        expect(413, "BODY_TOO_LARGE", own, "DELETE", path, LARGE);
        expect(202, "", own, "DELETE", path, null, "Prefer", "respond-async");
        expect(200, "", own, "DELETE", path, null);
        String token = "{\"token\":\"" + system.token(user, false) + "\"}";
        await().atMost(Duration.ofSeconds(20))
                .until(() -> own.get("/bookings").status() == 403
                        && own.post("/live-tickets", "").status() == 403);
        expect(403, "ACCOUNT_CLOSED", own, "GET", "/bookings", null);
        expect(403, "ACCOUNT_CLOSED", own, "GET", "/bookings/nonsense", null);
        expect(403, "ACCOUNT_CLOSED", own, "POST", "/live-tickets", null);
        expect(403, "ACCOUNT_CLOSED", nobody, "POST", "/session", token);
    }

    /** A free event with one row of seats, which serving has heard of. */
    private String event() {
        String event = organiser.event(1, 600);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> nobody.get("/events/" + event).status() == 200);
        return event;
    }

    /** Address of a new hold of alice's. */
    private String held(String event, String ticket) {
        Answer held = expect(201, "", alice, "POST", "/bookings/" + event, Api.ticketIds(List.of(ticket)));
        return held.header("Location").orElseThrow();
    }
}
