package dev.millrace.tickets.streams;

import static dev.millrace.tickets.rules.Commands.EVENT;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
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

    /** Bytes of keys and values that a hold and then a confirmation change in the store. */
    private static List<Integer> bytesWritten(int rows) {
        SeatRow[] seating = new SeatRow[rows];
        Arrays.setAll(seating, row -> Commands.row(String.valueOf(row), ROW_SEATS, "free"));
        List<Integer> written = new ArrayList<>();
        try (SeatClaimDriver driver = new SeatClaimDriver()) {
            assertThat(driver.send(define("d", eventOf(seating))).getEvent().getSeats())
                    .isEqualTo(rows * ROW_SEATS);
            for (SeatCommand command :
                    List.of(hold("ann", "1", "A-5-7", "A-5-8"), confirm("ann", "2", bookingOf("ann", "1")))) {
                Map<Bytes, byte[]> before = stored(driver);
                driver.send(command);
                int bytes = 0;
                for (Map.Entry<Bytes, byte[]> after : stored(driver).entrySet()) {
                    if (!Arrays.equals(after.getValue(), before.get(after.getKey()))) {
                        bytes += after.getKey().get().length + after.getValue().length;
                    }
                }
                written.add(bytes);
            }
            assertThat(driver.seatMap())
                    .hasSize(rows * ROW_SEATS)
                    .contains("SS")
                    .doesNotContain("R");
            assertThat(driver.storedKeys('R')).isEqualTo(rows);
            assertThat(driver.store().get(SeatBookKeys.head(EVENT))).hasSizeLessThan(64);
        }
        return written;
    }

    private static Map<Bytes, byte[]> stored(SeatClaimDriver driver) {
        Map<Bytes, byte[]> all = new HashMap<>();
        try (KeyValueIterator<Bytes, byte[]> entries = driver.store().all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, byte[]> one = entries.next();
                all.put(one.key, one.value);
            }
        }
        return all;
    }
}
