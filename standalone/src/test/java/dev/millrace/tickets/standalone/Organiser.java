package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.Api;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Puts small events on sale: one section S, rows of 20 seats. */
final class Organiser {
    private static final int SEATS_PER_ROW = 20;
    private static final String ROW = """
            {"label":"%s","seats":20,"x":0,"y":%d}""";

    private final Api api;

    Organiser(Api asOrganiser) {
        this.api = asOrganiser;
    }

    /** A new event; its id. */
    String event(int rows, int holdSeconds) {
        return event(rows, holdSeconds, 0);
    }

    String event(int rows, int holdSeconds, long priceMinor) {
        String id = "it-" + UUID.randomUUID().toString().substring(0, 8);
        String rowList = String.join(
                ",",
                IntStream.range(0, rows)
                        .mapToObj(r -> ROW.formatted(label(r), r * 2))
                        .toList());
        put("/admin/venues/" + id, """
                {"name":"Test hall","address":"1 Lane","city":"Delft","latitude":52.0,"longitude":4.36,
                 "sections":[{"sectionId":"S","name":"Stalls","rows":[%s]}]}""".formatted(rowList));
        put("/admin/events/" + id, """
                {"title":"Test %s","type":"CONCERT","startsAt":"2027-05-01T18:00:00.000Z","venueId":"%s",
                 "tiers":[{"tierId":"T","name":"Any","price":%d}],"currency":"EUR","holdSeconds":%d}""".formatted(id, id, priceMinor, holdSeconds));
        return id;
    }

    /** Ids of a row's seats. */
    static List<String> row(int row) {
        return IntStream.rangeClosed(1, SEATS_PER_ROW)
                .mapToObj(n -> "S-" + label(row) + "-" + n)
                .toList();
    }

    private void put(String path, String body) {
        assertThat(api.put(path, body, "Idempotency-Key", UUID.randomUUID().toString()))
                .as(path)
                .matches(a -> a.status() == 200, "is 200");
    }

    private static String label(int row) {
        return String.valueOf((char) ('A' + row));
    }
}
