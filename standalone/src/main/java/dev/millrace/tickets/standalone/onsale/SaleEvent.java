package dev.millrace.tickets.standalone.onsale;

import dev.millrace.load.Calls;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An event of the sale: rows of seats, the first row the one everybody wants. It costs nothing, so it can be confirmed. */
record SaleEvent(String eventId, List<String> tickets, int holdSeconds) {
    static final int ROW_SEATS = 30;
    private static final int ROWS = 40;
    private static final int SEATS_PER_BOOKING_MAX = 4;
    /** Each time until the gateway no longer waits for a decision. */
    private static final int ASKED_MAX = 20;

    /**
     * Puts an event on sale through the API.
     *
     * @param holdSeconds how long a hold should last; where the system doesn't allow holds so short, its shortest
     */
    static SaleEvent open(Calls calls, int port, String organiserToken, String id, int holdSeconds) {
        Map<String, String> headers =
                Map.of("Authorization", "Bearer " + organiserToken, "Content-Type", "application/json");
        JsonArray rows = new JsonArray();
        List<String> tickets = new ArrayList<>();
        for (int row = 1; row <= ROWS; row++) {
            rows.add(new JsonObject()
                    .put("label", Integer.toString(row))
                    .put("seats", ROW_SEATS)
                    .put("x", 0)
                    .put("y", row));
            for (int seat = 1; seat <= ROW_SEATS; seat++) {
                tickets.add("S-" + row + "-" + seat);
            }
        }
        JsonObject venue = new JsonObject()
                .put("name", "Hall of " + id)
                .put("address", "1 Mill Lane")
                .put("city", "Lowmoor")
                .put("latitude", 53.75)
                .put("longitude", -1.76)
                .put(
                        "sections",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("sectionId", "S")
                                        .put("name", "Stalls")
                                        .put("rows", rows)));
        expect(200, decided(calls, port, "/admin/venues/" + id, headers, venue));
        JsonObject event = new JsonObject()
                .put("title", "On sale: " + id)
                .put("type", "CONCERT")
                .put(
                        "startsAt",
                        Instant.now()
                                .plus(Duration.ofDays(60))
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString())
                .put("venueId", id)
                .put(
                        "tiers",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("tierId", "all")
                                        .put("name", "All seats")
                                        .put("price", 0)))
                .put("currency", "EUR")
                .put("seatsPerBookingMax", SEATS_PER_BOOKING_MAX);
        int seconds = holdSeconds;
        String path = "/admin/events/" + id;
        Calls.Answer defined = decided(calls, port, path, headers, event.put("holdSeconds", seconds));
        if (defined.status() == 400) {
            seconds = 60;
            defined = decided(calls, port, path, headers, event.put("holdSeconds", seconds));
        }
        expect(200, defined);
        expect(
                200,
                calls.now(
                        HttpMethod.GET,
                        port,
                        "/events/" + id + "?view=summary",
                        Map.of("Millrace-Position", defined.headers().get("Millrace-Position")),
                        Buffer.buffer()));
        return new SaleEvent(id, tickets, seconds);
    }

    /** Puts, and again while it isn't decided, which with the same key is one call. */
    private static Calls.Answer decided(
            Calls calls, int port, String path, Map<String, String> headers, JsonObject body) {
        Map<String, String> keyed = new HashMap<>(headers);
        keyed.put("Idempotency-Key", UUID.randomUUID().toString());
        Calls.Answer answer = calls.now(HttpMethod.PUT, port, path, keyed, body.toBuffer());
        for (int again = 0; again < ASKED_MAX && answer.status() == 202; again++) {
            answer = calls.now(HttpMethod.PUT, port, path, keyed, body.toBuffer());
        }
        return answer;
    }

    private static void expect(int status, Calls.Answer answer) {
        if (answer.status() != status) {
            throw new IllegalStateException(
                    "answer: " + answer.status() + " " + answer.body() + " (expected: " + status + ")");
        }
    }
}
