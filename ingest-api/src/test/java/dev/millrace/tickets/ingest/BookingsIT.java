package dev.millrace.tickets.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.ingest.TestBroker;
import dev.millrace.ingest.TestIngest;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.tickets.topics.v1.SeatRefusal;
import dev.millrace.tickets.topics.v1.SeatRefusalReason;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Positions;
import dev.millrace.topics.v1.CommandMeta;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bookings over real HTTP and a real broker; only the owner's decision is a test's. */
class BookingsIT {
    private static final int INSTANCE = 3;

    @TempDir
    private static Path dir;

    private static TestBroker broker;
    private static TestDecider decider;
    private static TestIngest ingest;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        broker.makeTopics();
        decider = new TestDecider(broker.address());
        decider.start();
        ingest = TestIngest.start(
                dir, broker.address(), Map.of("instance", String.valueOf(INSTANCE), "ingest.waiting.max", "4"));
        await().atMost(Duration.ofSeconds(20)).until(ingest::ready);
    }

    @AfterAll
    static void stop() {
        ingest.close();
        decider.close();
        broker.close();
    }

    @Test
    void heldSeatsAreAnsweredWithTheBookingAndItsPlaceInTheLog() {
        HttpResponse<String> answer = ingest.user("alice").key(fresh()).post("/bookings/gig", seats("A-1-1", "A-1-2"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonObject booking = new JsonObject(answer.body());
        assertThat(booking.getString("status")).isEqualTo("RESERVED");
        assertThat(booking.getString("userId")).isEqualTo("alice");
        assertThat(booking.getLong("total")).isEqualTo(9_000);
        assertThat(booking.getLong("expiresInMs")).isBetween(1L, TestDecider.HOLD_MILLIS);
        assertThat(Instant.parse(booking.getString("createdAt"))).isBeforeOrEqualTo(Instant.now());
        assertThat(booking.getJsonArray("tickets").getJsonObject(1).getInteger("seat"))
                .isEqualTo(2);
        assertThat(answer.headers().firstValue("Location")).contains("/bookings/" + idOf(answer));
        assertThat(answer.headers().firstValue("Millrace-Position").flatMap(Positions::parse))
                .hasValueSatisfying(p -> assertThat(p.getLog()).isEqualTo("seats"));
    }

    @Test
    void aRepeatedRequestGetsTheFirstAnswer() {
        String key = fresh();
        HttpResponse<String> first = ingest.user("alice").key(key).post("/bookings/gig", seats("A-1-3"));
        HttpResponse<String> second = ingest.user("alice").key(key).post("/bookings/gig", seats("A-1-3"));

        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(withoutCountdown(second)).isEqualTo(withoutCountdown(first));
        assertThat(second.headers().firstValue("Millrace-Position"))
                .isEqualTo(first.headers().firstValue("Millrace-Position"));
    }

    @Test
    void aBareTokenAndAStructuredStringAreTheSameKey() {
        String key = fresh();
        HttpResponse<String> first = ingest.user("alice").key(key).post("/bookings/gig", seats("A-1-4"));
        HttpResponse<String> second =
                ingest.user("alice").with("Idempotency-Key", key).post("/bookings/gig", seats("A-1-4"));

        assertThat(withoutCountdown(second)).isEqualTo(withoutCountdown(first));
    }

    @Test
    void aKeyBelongsToItsUser() {
        String key = fresh();
        HttpResponse<String> alice = ingest.user("alice").key(key).post("/bookings/gig", seats("A-1-5"));
        HttpResponse<String> bob = ingest.user("bob").key(key).post("/bookings/gig", seats("A-1-6"));

        assertThat(bob.statusCode()).isEqualTo(201);
        assertThat(idOf(bob)).isNotEqualTo(idOf(alice));
    }

    @Test
    void aKeyWithAnotherBodyIsRefusedByTheOwner() {
        String key = fresh();
        ingest.user("alice").key(key).post("/bookings/gig", seats("A-1-7"));

        assertProblem(
                ingest.user("alice").key(key).post("/bookings/gig", seats("A-1-8")), 422, "IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void everyRefusalOfTheOwnerHasItsStatus() {
        for (SeatRefusalReason reason : SeatRefusalReason.values()) {
            if (reason.name().endsWith("UNSPECIFIED") || reason == SeatRefusalReason.UNRECOGNIZED) {
                continue;
            }
            HttpResponse<String> answer = ingest.user("alice").post("/bookings/refuse-" + reason, seats("A-1-1"));
            assertProblem(answer, SeatRefusals.status(reason), reason.name());
            assertThat(new JsonObject(answer.body()).getString("expected")).isEqualTo("something else");
        }
    }

    @Test
    void takenSeatsAreNamed() {
        HttpResponse<String> answer = ingest.user("alice").post("/bookings/refuse-SEAT_TAKEN", seats("A-1-1"));

        assertThat(new JsonObject(answer.body()).getJsonArray("tickets")).isEqualTo(new JsonArray().add("A-1-1"));
    }

    @Test
    void whatIsNotDecidedInTimeIsPendingAndGetsItsAnswerLater() {
        String key = fresh();
        HttpResponse<String> pending = ingest.user("alice").key(key).post("/bookings/silent-1", seats("A-1-1"));

        assertThat(pending.statusCode()).isEqualTo(202);
        assertThat(new JsonObject(pending.body()).getString("status")).isEqualTo("PENDING");
        assertThat(pending.headers().firstValue("Location")).contains("/bookings/" + idOf(pending));
        assertThat(pending.headers().firstValue("Millrace-Position")).isPresent();

        decider.release("silent-1");
        HttpResponse<String> decided = ingest.user("alice").key(key).post("/bookings/silent-1", seats("A-1-1"));
        assertThat(decided.statusCode()).isEqualTo(201);
        assertThat(idOf(decided)).isEqualTo(idOf(pending));
    }

    @Test
    void whoPrefersNotToWaitIsAnsweredOnceItIsWritten() {
        HttpResponse<String> answer = ingest.user("alice")
                .key(fresh())
                .with("Prefer", "respond-async")
                .post("/bookings/silent-2", seats("A-1-1"));

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Preference-Applied")).contains("respond-async");
        assertThat(answer.headers().firstValue("Millrace-Position")).isPresent();
    }

    @Test
    void aSecondRequestWithTheSameKeyIsToldThatTheFirstIsInProgress() {
        String key = fresh();
        var first = CompletableFuture.supplyAsync(
                () -> ingest.user("alice").key(key).post("/bookings/silent-3", seats("A-1-1")));
        await().until(() -> decider.hasSeen("silent-3"));

        HttpResponse<String> second = ingest.user("alice").key(key).post("/bookings/silent-3", seats("A-1-1"));
        assertProblem(second, 409, "IN_PROGRESS");
        assertThat(second.headers().firstValue("Retry-After")).contains("1");
        assertProblem(
                ingest.user("alice").key(key).post("/bookings/silent-3", seats("A-1-2")),
                422,
                "IDEMPOTENCY_KEY_REUSED");

        decider.release("silent-3");
        assertThat(first.join().statusCode()).isEqualTo(201);
    }

    @Test
    void moreThanMayWaitAreRefusedAtOnce() {
        List<CompletableFuture<HttpResponse<String>>> sent = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> ingest.user("alice").post("/bookings/silent-4", seats("A-1-1")),
                        task -> new Thread(task).start()))
                .toList();
        List<HttpResponse<String>> answers =
                sent.stream().map(CompletableFuture::join).toList();

        assertThat(answers).filteredOn(r -> r.statusCode() == 202).hasSize(4);
        assertThat(answers)
                .filteredOn(r -> r.statusCode() != 202)
                .hasSize(4)
                .allSatisfy(r -> assertProblem(r, 503, "OVERLOADED"));
    }

    /** As after an abort, when a command is decided again and its key waits with another body by then. */
    @Test
    void aRepliedBodyIsNotTakenForAnotherOneWithTheSameKey() {
        String key = fresh();
        CommandId id = CommandId.of("alice", "POST", "/bookings/silent-7", key);
        var waiting = CompletableFuture.supplyAsync(
                () -> ingest.user("alice").key(key).post("/bookings/silent-7", seats("A-1-1")));
        await().until(() -> decider.hasSeen("silent-7"));
        SeatOutcome ofAnother = SeatOutcome.newBuilder()
                .setRefused(SeatRefusal.newBuilder().setReason(SeatRefusalReason.UNKNOWN_EVENT))
                .build();
        long epoch = theirs("silent-7").getReplyTo().getEpoch();
        decider.replyTo(INSTANCE, epoch, id, CommandId.hashOf(new byte[] {1}), ofAnother);
        decider.release("silent-7");

        assertThat(waiting.join().statusCode()).isEqualTo(201);
    }

    /** What the command of this event carried. */
    private static CommandMeta theirs(String event) {
        return decider.seen().stream()
                .filter(command -> command.getEventId().equals(event))
                .findFirst()
                .orElseThrow()
                .getMeta();
    }

    @Test
    void repliesToAnEarlierInstanceAreLeftAlone() {
        String key = fresh();
        CommandId id = CommandId.of("alice", "POST", "/bookings/silent-5", key);
        var waiting = CompletableFuture.supplyAsync(
                () -> ingest.user("alice").key(key).post("/bookings/silent-5", seats("A-1-1")));
        await().until(() -> decider.hasSeen("silent-5"));
        SeatOutcome wrong = SeatOutcome.newBuilder()
                .setRefused(SeatRefusal.newBuilder().setReason(SeatRefusalReason.UNKNOWN_EVENT))
                .build();
        decider.replyTo(INSTANCE, 42, id, theirs("silent-5").getBodyHash(), wrong);
        decider.release("silent-5");

        assertThat(waiting.join().statusCode()).isEqualTo(201);
    }

    @Test
    void aBookingIsConfirmedAndCancelled() {
        String bookingId = idOf(ingest.user("alice").post("/bookings/gig", seats("A-2-1")));

        HttpResponse<String> paid =
                ingest.user("alice").key(fresh()).send("POST", "/bookings/" + bookingId + "/payment", "{}");
        assertThat(paid.statusCode()).as(paid.body()).isEqualTo(200);
        assertThat(new JsonObject(paid.body()).getString("status")).isEqualTo("CONFIRMED");

        HttpResponse<String> gone = ingest.user("alice").key(fresh()).send("DELETE", "/bookings/" + bookingId, null);
        assertThat(gone.statusCode()).as(gone.body()).isEqualTo(200);
        assertThat(new JsonObject(gone.body()).getString("status")).isEqualTo("CANCELLED");
    }

    @Test
    void anIdThatIsNoBookingsIsUnknown() {
        assertProblem(ingest.user("alice").send("DELETE", "/bookings/nonsense", null), 404, "UNKNOWN_BOOKING");
        assertProblem(ingest.user("alice").send("POST", "/bookings/a.b/payment", "{}"), 404, "UNKNOWN_BOOKING");
    }

    private static String idOf(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getString("bookingId");
    }

    private static JsonObject withoutCountdown(HttpResponse<String> answer) {
        JsonObject body = new JsonObject(answer.body());
        body.remove("expiresInMs");
        return body;
    }

    private static String fresh() {
        return UUID.randomUUID().toString();
    }

    private static JsonObject seats(String... ids) {
        return new JsonObject().put("ticketIds", new JsonArray(List.of(ids)));
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String reason) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(new JsonObject(answer.body()).getString("reason")).isEqualTo(reason);
    }
}
