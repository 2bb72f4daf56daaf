package dev.millrace.tickets.benchmarks;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.IntStream;

/**
 * Seats in rows of 50, 20 rows to a section, numbered from the first row's first seat.
 *
 * @param rows more than 0
 */
public record SeatRows(int rows) {
    public static final int SEATS_PER_ROW = 50;
    private static final int ROWS_PER_SECTION = 20;

    /** At least so many seats. */
    public static SeatRows of(int seats) {
        return new SeatRows((seats + SEATS_PER_ROW - 1) / SEATS_PER_ROW);
    }

    public int seats() {
        return rows * SEATS_PER_ROW;
    }

    /** @param seat counted from 0 */
    public String ticketId(int seat) {
        int row = seat / SEATS_PER_ROW;
        return "S" + row / ROWS_PER_SECTION + "-" + (row % ROWS_PER_SECTION + 1) + "-" + (seat % SEATS_PER_ROW + 1);
    }

    /** As a venue's definition has them. */
    JsonArray sections() {
        JsonArray sections = new JsonArray();
        for (int first = 0; first < rows; first += ROWS_PER_SECTION) {
            JsonArray inSection = new JsonArray();
            IntStream.range(first, Math.min(rows, first + ROWS_PER_SECTION))
                    .mapToObj(row -> new JsonObject()
                            .put("label", Integer.toString(row % ROWS_PER_SECTION + 1))
                            .put("seats", SEATS_PER_ROW)
                            .put("x", 0)
                            .put("y", row))
                    .forEach(inSection::add);
            String sectionId = "S" + first / ROWS_PER_SECTION;
            sections.add(new JsonObject()
                    .put("sectionId", sectionId)
                    .put("name", "Section " + sectionId)
                    .put("rows", inSection));
        }
        return sections;
    }
}
