package dev.millrace.tickets.benchmarks;

import java.util.BitSet;
import java.util.List;
import java.util.Random;

/**
 * What buyers want of the events of one run: two seats side by side. Most want a pair nobody wanted before; some (as
 * set) want one that overlaps a pair which was wanted already.
 */
final class SeatPairs {
    private static final int PAIRS_PER_ROW = SeatRows.SEATS_PER_ROW / 2;

    private final List<String> eventIds;
    private final SeatRows rows;
    private final double contested;
    private final Random random;
    /** Every pair once: the event's number times the pairs of an event, plus the pair's. */
    private final int[] order;

    private final BitSet given;
    private int next;
    private long givenTwice;

    /** One wish: the first of the two seats, counted over all events. */
    record Wanted(String path, String body, int firstSeat) {}

    SeatPairs(List<String> eventIds, SeatRows rows, double contested, Random random) {
        this.eventIds = List.copyOf(eventIds);
        this.rows = rows;
        this.contested = contested;
        this.random = random;
        this.order = new int[eventIds.size() * rows.seats() / 2];
        this.given = new BitSet(order.length * 2);
        for (int i = 0; i < order.length; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
    }

    Wanted next() {
        if (next > 0 && (next == order.length || random.nextDouble() < contested)) {
            int pair = order[random.nextInt(next)];
            boolean lastOfRow = pair % PAIRS_PER_ROW == PAIRS_PER_ROW - 1;
            return wanted(lastOfRow ? pair * 2 : pair * 2 + 1);
        }
        return wanted(order[next++] * 2);
    }

    /** Whether every pair has been wanted, so that whatever comes is contested. */
    boolean soldOut() {
        return next == order.length;
    }

    /** Somebody was told that these are theirs. */
    void give(Wanted wanted) {
        for (int seat = wanted.firstSeat(); seat < wanted.firstSeat() + 2; seat++) {
            if (given.get(seat)) {
                givenTwice++;
            }
            given.set(seat);
        }
    }

    /** Seats that two people were told are theirs. Anything but 0 is a broken promise. */
    long givenTwice() {
        return givenTwice;
    }

    String anyEvent() {
        return eventIds.get(random.nextInt(eventIds.size()));
    }

    private Wanted wanted(int firstSeat) {
        int seat = firstSeat % rows.seats();
        String body = "{\"ticketIds\":[\"" + rows.ticketId(seat) + "\",\"" + rows.ticketId(seat + 1) + "\"]}";
        return new Wanted("/bookings/" + eventIds.get(firstSeat / rows.seats()), body, firstSeat);
    }
}
