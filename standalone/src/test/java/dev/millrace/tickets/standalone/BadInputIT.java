package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.Api;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every kind of bad input gets its documented answer from the running system, through the gateway. */
@ExtendWith(OneSystem.class)
class BadInputIT {
    private final TestSystem system;
    private final String event;
    private final Api alice;
    private final String booking;

    BadInputIT(TestSystem system) {
        this.system = system;
        this.event = new Organiser(system.asOrganiser()).event(2, 600);
        this.alice = system.as("alice");
        this.booking = alice.hold(event, key(), List.of("S-A-1")).member("bookingId");
    }

    private record Case(String what, int status, String reason, Supplier<Answer> call) {}

    @TestFactory
    Stream<DynamicTest> badInputGetsItsDocumentedAnswer() {
        String bookings = "/bookings/" + event;
        String seat = Api.ticketIds(List.of("S-B-1"));
        return Stream.of(
                        new Case(
                                "no token",
                                401,
                                "TOKEN_MISSING",
                                () -> system.asNobody().post(bookings, seat, "Idempotency-Key", key())),
                        new Case(
                                "a token that isn't one",
                                401,
                                "TOKEN_INVALID",
                                () -> new Api(system.address(), "abc.def.ghi")
                                        .post(bookings, seat, "Idempotency-Key", key())),
                        new Case(
                                "a token of yesterday's",
                                401,
                                "TOKEN_EXPIRED",
                                () -> system.asYesterday("alice").post(bookings, seat, "Idempotency-Key", key())),
                        new Case(
                                "an ordinary user as organiser",
                                403,
                                "ROLE_REQUIRED",
                                () -> alice.put("/admin/performers/x", "{\"name\":\"X\"}", "Idempotency-Key", key())),
                        new Case("half a JSON", 400, "MALFORMED_JSON", () -> post("{\"ticketIds\":[")),
                        new Case(
                                "deep JSON", 400, "MALFORMED_JSON", () -> post("{\"ticketIds\":" + "[".repeat(20_000))),
                        new Case(
                                "an unknown field",
                                400,
                                "INVALID_BODY",
                                () -> post("{\"ticketIds\":[\"S-B-1\"],\"x\":1}")),
                        new Case(
                                "an unknown event",
                                404,
                                "UNKNOWN_EVENT",
                                () -> alice.hold("no-such-event", key(), List.of("S-B-1"))),
                        new Case("an unknown seat", 422, "UNKNOWN_TICKET", () -> hold(List.of("S-B-99"))),
                        new Case("no seats", 400, "INVALID_BODY", () -> hold(List.of())),
                        new Case(
                                "a thousand seats",
                                422,
                                "TOO_MANY_SEATS",
                                () -> hold(IntStream.range(0, 1_000)
                                        .mapToObj(i -> "S-B-" + i)
                                        .toList())),
                        new Case(
                                "more seats than a booking may have",
                                422,
                                "TOO_MANY_SEATS",
                                () -> hold(Organiser.row(1).subList(0, 9))),
                        new Case(
                                "a body of 9 MB",
                                413,
                                "BODY_TOO_LARGE",
                                () -> post("\"" + "x".repeat(9_000_000) + "\"")),
                        new Case(
                                "a key that is too long",
                                400,
                                "INVALID_HEADER",
                                () -> alice.post(bookings, seat, "Idempotency-Key", "k".repeat(1_000))),
                        new Case(
                                "a form instead of JSON",
                                415,
                                "UNSUPPORTED_MEDIA_TYPE",
                                () -> alice.form(bookings, "a=b")),
                        new Case(
                                "somebody else's booking",
                                404,
                                "UNKNOWN_BOOKING",
                                () -> system.as("bob").get("/bookings/" + booking)),
                        new Case(
                                "cancelling somebody else's booking",
                                404,
                                "UNKNOWN_BOOKING",
                                () -> system.as("bob").delete("/bookings/" + booking, "Idempotency-Key", key())),
                        new Case(
                                "a booking that can't exist",
                                404,
                                "UNKNOWN_BOOKING",
                                () -> alice.get("/bookings/nonsense")),
                        new Case("no such route", 404, "NO_SUCH_ROUTE", () -> alice.get("/no/such/route")),
                        new Case(
                                "a method nobody has",
                                405,
                                "METHOD_NOT_ALLOWED",
                                () -> alice.put("/bookings/" + event, seat)))
                .map(c -> DynamicTest.dynamicTest(c.what, () -> {
                    Answer answer = c.call.get();
                    assertThat(answer.status()).as(answer.toString()).isEqualTo(c.status);
                    assertThat(answer.reason()).isEqualTo(c.reason);
                    assertThat(answer.header("Content-Type").orElse("")).startsWith("application/problem+json");
                }));
    }

    private Answer post(String body) {
        return alice.post("/bookings/" + event, body, "Idempotency-Key", key());
    }

    private Answer hold(List<String> tickets) {
        return alice.hold(event, key(), tickets);
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }
}
