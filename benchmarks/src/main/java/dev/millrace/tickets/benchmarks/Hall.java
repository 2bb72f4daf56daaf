package dev.millrace.tickets.benchmarks;

import dev.millrace.benchmarks.Target;
import dev.millrace.load.Calls;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A venue in rows of 50 seats, and free events on sale in it. */
record Hall(List<String> eventIds, SeatRows rows) {
    /** How many definitions are on their way at once. */
    private static final int AT_ONCE = 16;

    /**
     * Puts an event on sale and waits until it can be read.
     *
     * @param seats rounded up to whole rows
     * @param holdSeconds how long a hold lasts
     */
    static Hall open(Calls calls, Target target, String id, int seats, int holdSeconds) {
        return open(calls, target, List.of(id), SeatRows.of(seats), holdSeconds);
    }

    /** Puts all these on sale in one venue, and waits until they can be read. */
    static Hall open(Calls calls, Target target, List<String> eventIds, SeatRows rows, int holdSeconds) {
        String venueId = eventIds.get(0);
        // An organiser may send 20 commands a second, so there are several.
        List<Map<String, String>> organisers = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> Map.of(
                        "Authorization",
                        "Bearer " + target.token("organiser-" + i, true),
                        "Content-Type",
                        "application/json",
                        "X-Forwarded-For",
                        "10.255.0." + i))
                .toList();
        expect(
                200,
                calls.now(
                        HttpMethod.PUT,
                        target.ingestPort(),
                        "/admin/venues/" + venueId,
                        organisers.get(0),
                        venue(venueId, rows).toBuffer()));
        for (int first = 0; first < eventIds.size(); first += AT_ONCE) {
            List<Future<Calls.Answer>> defined = new ArrayList<>();
            for (int i = first; i < Math.min(eventIds.size(), first + AT_ONCE); i++) {
                String eventId = eventIds.get(i);
                defined.add(calls.send(
                                HttpMethod.PUT,
                                target.ingestPort(),
                                "/admin/events/" + eventId,
                                organisers.get(i - first),
                                event(eventId, venueId, holdSeconds).toBuffer())
                        .compose(answer -> read(calls, target, eventId, answer)));
            }
            Future.all(defined).await();
        }
        return new Hall(eventIds, rows);
    }

    /** Of the first event, as there is only one in most. */
    String eventId() {
        return eventIds.get(0);
    }

    List<String> ticketIds() {
        return IntStream.range(0, rows.seats()).mapToObj(rows::ticketId).toList();
    }

    private static Future<Calls.Answer> read(Calls calls, Target target, String eventId, Calls.Answer defined) {
        expect(200, defined);
        return calls.send(
                        HttpMethod.GET,
                        target.servingPort(),
                        "/events/" + eventId + "?view=summary",
                        Map.of("Millrace-Position", defined.header("Millrace-Position")),
                        Buffer.buffer())
                .onSuccess(answer -> expect(200, answer));
    }

    private static JsonObject venue(String id, SeatRows rows) {
        return new JsonObject()
                .put("name", "Hall " + id)
                .put("address", "1 Mill Lane")
                .put("city", "Lowmoor")
                .put("latitude", 53.75)
                .put("longitude", -1.76)
                .put("sections", rows.sections());
    }

    private static JsonObject event(String id, String venueId, int holdSeconds) {
        return new JsonObject()
                .put("title", "Load " + id)
                .put("type", "CONCERT")
                .put(
                        "startsAt",
                        Instant.now()
                                .plus(Duration.ofDays(90))
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString())
                .put("venueId", venueId)
                .put(
                        "tiers",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("tierId", "all")
                                        .put("name", "All seats")
                                        .put("price", 0)))
                .put("currency", "GBP")
                .put("holdSeconds", holdSeconds)
                .put("seatsPerBookingMax", 8);
    }

    private static void expect(int status, Calls.Answer answer) {
        if (answer.status() != status) {
            throw new IllegalStateException(
                    "answer: " + answer.status() + " " + answer.body() + " (expected: " + status + ")");
        }
    }
}
