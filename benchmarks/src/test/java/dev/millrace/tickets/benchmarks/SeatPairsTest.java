package dev.millrace.tickets.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeatPairsTest {
    private static final List<String> EVENTS = List.of("e1", "e2", "e3");

    @Test
    void everyPairIsWantedOnceBeforeAnyIsContested() {
        var pairs = new SeatPairs(EVENTS, SeatRows.of(100), 0, new Random(1));
        Set<String> wanted = new HashSet<>();

        for (int i = 0; i < 150; i++) {
            SeatPairs.Wanted next = pairs.next();
            wanted.add(next.path() + next.body());
        }

        assertThat(wanted).hasSize(150).contains("/bookings/e2{\"ticketIds\":[\"S0-2-49\",\"S0-2-50\"]}");
        assertThat(pairs.soldOut()).isTrue();
    }

    @Test
    void aContestedClaimOverlapsOneThatWasMade() {
        var pairs = new SeatPairs(EVENTS, SeatRows.of(5000), 1, new Random(1));
        int first = pairs.next().firstSeat();

        int second = pairs.next().firstSeat();

        assertThat(second).isIn(first, first + 1);
    }

    @Test
    void seatsSideBySideAreInOneRow() {
        var pairs = new SeatPairs(EVENTS, SeatRows.of(1000), 0.5, new Random(7));

        for (int i = 0; i < 1000; i++) {
            assertThat(pairs.next().firstSeat() % SeatRows.SEATS_PER_ROW).isLessThan(SeatRows.SEATS_PER_ROW - 1);
        }
    }

    @Test
    void aSeatGivenToTwoIsCounted() {
        var pairs = new SeatPairs(EVENTS, SeatRows.of(100), 0, new Random(1));

        pairs.give(new SeatPairs.Wanted("/bookings/e1", "", 10));
        pairs.give(new SeatPairs.Wanted("/bookings/e1", "", 11));

        assertThat(pairs.givenTwice()).isEqualTo(1);
    }
}
