package dev.millrace.tickets.streams;

import static dev.millrace.tickets.rules.Commands.bookingOf;
import static dev.millrace.tickets.rules.Commands.confirm;
import static dev.millrace.tickets.rules.Commands.define;
import static dev.millrace.tickets.rules.Commands.eventOf;
import static dev.millrace.tickets.rules.Commands.hold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tickets.rules.Commands;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimBytesTest {
    private static final int ROW_SEATS = 100;

    @Test
    void whatAClaimWritesToTheChangelogDoesNotDependOnTheSizeOfTheVenue() {
        List<Integer> small = bytesWritten(10);
        List<Integer> large = bytesWritten(1_000);

        assertThat(small).hasSize(2).allSatisfy(bytes -> assertThat(bytes).isBetween(100, 1_000));
        // Versions and counts are numbers of varying length: a few bytes, not a share of the venue.
        for (int step = 0; step < small.size(); step++) {
            assertThat(large.get(step) - small.get(step)).isBetween(0, 16);
        }
    }

    /** Bytes that a hold and then a confirmation write to the changelog. */
    private static List<Integer> bytesWritten(int rows) {
        SeatRow[] seating = new SeatRow[rows];
        Arrays.setAll(seating, row -> Commands.row(String.valueOf(row), ROW_SEATS, "free"));
        List<Integer> written = new ArrayList<>();
        try (SeatClaimDriver driver = new SeatClaimDriver()) {
            assertThat(driver.send(define("d", eventOf(seating))).getEvent().getSeats())
                    .isEqualTo(rows * ROW_SEATS);
            driver.changelogBytes();
            for (SeatCommand command :
                    List.of(hold("ann", "1", "A-5-7", "A-5-8"), confirm("ann", "2", bookingOf("ann", "1")))) {
                driver.send(command);
                written.add(driver.changelogBytes());
            }
            assertThat(driver.seatMap())
                    .hasSize(rows * ROW_SEATS)
                    .contains("SS")
                    .doesNotContain("R");
            assertThat(driver.storedKeys('R')).isEqualTo(rows);
        }
        return written;
    }
}
