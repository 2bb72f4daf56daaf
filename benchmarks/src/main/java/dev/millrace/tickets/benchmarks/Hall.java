package dev.millrace.tickets.benchmarks;

import dev.millrace.benchmarks.Target;
import dev.millrace.load.Calls;
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

/** A venue in rows of 50 seats, with one free event on sale in it. */
record Hall(String eventId, List<String> ticketIds) {
    private static final int SEATS_PER_ROW = 50;
    private static final int ROWS_PER_SECTION = 20;

    /**
     * Puts an event on sale and waits until it can be read.
     *
     * @param seats rounded up to whole rows
     * @param holdSeconds how long a hold lasts
     */
    static Hall open(Calls calls, Target target, String id, int seats, int holdSeconds) {
        int rows = (seats + SEATS_PER_ROW - 1) / SEATS_PER_ROW;
        JsonArray sections = new JsonArray();
        List<String> ticketIds = new ArrayList<>();
        for (int first = 0; first < rows; first += ROWS_PER_SECTION) {
            String sectionId = "S" + first / ROWS_PER_SECTION;
            JsonArray inSection = new JsonArray();
            for (int row = first; row < Math.min(rows, first + ROWS_PER_SECTION); row++) {
                String label = Integer.toString(row - first + 1);
                inSection.add(new JsonObject()
                        .put("label", label)
                        .put("seats", SEATS_PER_ROW)
                        .put("x", 0)
                        .put("y", row));
                for (int seat = 1; seat <= SEATS_PER_ROW; seat++) {
                    ticketIds.add(sectionId + "-" + label + "-" + seat);
                }
            }
            sections.add(new JsonObject()
                    .put("sectionId", sectionId)
                    .put("name", "Section " + sectionId)
                    .put("rows", inSection));
        }
        Map<String, String> admin = Map.of(
                "Authorization", "Bearer " + target.token("organiser", true), "Content-Type", "application/json");
        var venue = new JsonObject()
                .put("name", "Hall " + id)
                .put("address", "1 Mill Lane")
                .put("city", "Lowmoor")
                .put("latitude", 53.75)
                .put("longitude", -1.76)
                .put("sections", sections);
        var event = new JsonObject()
                .put("title", "Load " + id)
                .put("type", "CONCERT")
                .put(
                        "startsAt",
                        Instant.now()
                                .plus(Duration.ofDays(90))
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
                .put("currency", "GBP")
                .put("holdSeconds", holdSeconds)
                .put("seatsPerBookingMax", 8);
        expect(200, calls.now(HttpMethod.PUT, target.ingestPort(), "/admin/venues/" + id, admin, venue.toBuffer()));
        var defined = calls.now(HttpMethod.PUT, target.ingestPort(), "/admin/events/" + id, admin, event.toBuffer());
        expect(200, defined);
        expect(
                200,
                calls.now(
                        HttpMethod.GET,
                        target.servingPort(),
                        "/events/" + id + "?view=summary",
                        Map.of("Millrace-Position", defined.headers().get("Millrace-Position")),
                        Buffer.buffer()));
        return new Hall(id, ticketIds);
    }

    private static void expect(int status, Calls.Answer answer) {
        if (answer.status() != status) {
            throw new IllegalStateException(
                    "answer: " + answer.status() + " " + answer.body() + " (expected: " + status + ")");
        }
    }
}
