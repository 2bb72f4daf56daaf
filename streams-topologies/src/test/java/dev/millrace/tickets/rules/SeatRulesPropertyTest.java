package dev.millrace.tickets.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SeatRulesPropertyTest {
    private static final long START = 1_790_000_000_000L;
    private static final List<String> TICKETS =
            List.of("A-1-1", "A-1-2", "A-1-3", "A-1-4", "A-2-1", "A-2-2", "A-2-3", "A-2-4");
    private static final List<Event> DEFINITIONS = List.of(
            Commands.event(),
            Commands.eventOf(Commands.row("2", 4, "free"), Commands.row("1", 4, "stalls")),
            Commands.eventOf(Commands.row("1", 2, "free"), Commands.row("2", 4, "free")),
            Commands.event().toBuilder().setCurrency("USD").build());

    /** A command and how many milliseconds after the one before it the broker wrote it. */
    record Step(SeatCommand command, long afterMillis) {}

    /** Who has each seat, kept the slow and obvious way: by reading the facts. */
    private static final class Ledger {
        final TreeMap<String, Booking> bookings = new TreeMap<>();
        Event event = Event.getDefaultInstance();

        void read(SeatFact fact) {
            switch (fact.getKindCase()) {
                case EVENT_DEFINED -> event = fact.getEventDefined();
                case SEATS_HELD -> put(fact.getSeatsHeld());
                case BOOKING_CONFIRMED -> put(fact.getBookingConfirmed());
                case BOOKING_CANCELLED -> put(fact.getBookingCancelled());
                case BOOKING_LAPSED -> put(fact.getBookingLapsed());
                case KIND_NOT_SET -> throw new AssertionError(fact);
            }
        }

        private void put(Booking booking) {
            bookings.put(booking.getBookingId(), booking);
        }

        Map<String, Character> taken() {
            Map<String, Character> taken = new HashMap<>();
            for (Booking booking : bookings.values()) {
                boolean held = booking.getStatus() == BookingStatus.BOOKING_RESERVED;
                if (held || booking.getStatus() == BookingStatus.BOOKING_CONFIRMED) {
                    for (BookedSeat seat : booking.getSeatsList()) {
                        assertThat(taken.put(seat.getTicketId(), held ? 'R' : 'S'))
                                .as("a second live holder of %s", seat.getTicketId())
                                .isNull();
                    }
                }
            }
            return taken;
        }
    }

    @Property(tries = 400)
    void noSeatHasTwoHoldersAndTheMapAndTheCountsFollowTheBookings(@ForAll("steps") List<Step> steps) {
        MemoryBook book = new MemoryBook();
        Ledger ledger = new Ledger();
        long at = START;
        long version = 0;
        for (Step step : steps) {
            at += step.afterMillis();
            for (SeatFact fact : book.apply(step.command(), at).facts()) {
                ledger.read(fact);
                assertThat(fact.getSeatMapVersion()).isEqualTo(++version);
            }
            if (book.head() != null) {
                compare(book, ledger);
            }
        }
    }

    private static void compare(MemoryBook book, Ledger ledger) {
        Map<String, Character> taken = ledger.taken();
        EventLayout layout = new EventLayout(ledger.event);
        StringBuilder letters = new StringBuilder();
        int[] available = new int[ledger.event.getTiersCount()];
        for (int row = 0; row < layout.rows(); row++) {
            for (int offset = 0; offset < layout.row(row).getSeats(); offset++) {
                Character letter = taken.remove(layout.ticketId(row, offset));
                letters.append(letter == null ? 'A' : letter);
                available[layout.tierOf(row)] += letter == null ? 1 : 0;
            }
        }
        assertThat(taken).as("held or sold seats outside the layout").isEmpty();
        assertThat(book.letters()).isEqualTo(letters.toString());
        assertThat(book.available().stream().mapToInt(i -> i).toArray()).isEqualTo(available);
    }

    @Property(tries = 100)
    void replayingFromAnyPrefixGivesTheSameDecisions(@ForAll("steps") List<Step> steps) {
        List<MemoryBook> prefixes = new ArrayList<>();
        List<Decision> decisions = new ArrayList<>();
        MemoryBook book = new MemoryBook();
        long at = START;
        for (Step step : steps) {
            prefixes.add(MemoryBook.copyOf(book));
            at += step.afterMillis();
            decisions.add(book.apply(step.command(), at));
        }
        for (int prefix = 0; prefix < steps.size(); prefix++) {
            MemoryBook replayed = prefixes.get(prefix);
            at = START
                    + steps.subList(0, prefix).stream()
                            .mapToLong(Step::afterMillis)
                            .sum();
            for (int i = prefix; i < steps.size(); i++) {
                at += steps.get(i).afterMillis();
                assertThat(replayed.apply(steps.get(i).command(), at)).isEqualTo(decisions.get(i));
            }
        }
    }

    @Property(tries = 200)
    void aRepeatedCommandGetsItsFirstAnswer(@ForAll("steps") List<Step> steps) {
        MemoryBook book = new MemoryBook();
        Map<SeatCommand, String> answers = new HashMap<>();
        long at = START;
        for (Step step : steps) {
            at += step.afterMillis();
            String answer = withoutIndexes(book.apply(step.command(), at));
            if (!step.command().hasLapseBooking()) {
                assertThat(answers.computeIfAbsent(step.command(), c -> answer)).isEqualTo(answer);
            }
        }
    }

    /** A seat's index is its place in the layout of the day; the ticket id is what a caller is told. */
    private static String withoutIndexes(Decision decision) {
        return decision.outcome().toString().replaceAll("\\s*seat_index: \\d+", "");
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<String> users = Arbitraries.of("ann", "bob", "cem");
        Arbitrary<String> keys = Arbitraries.of("1", "2", "3", "4");
        Arbitrary<String> bookings = Combinators.combine(users, keys).as(Commands::bookingOf);
        Arbitrary<SeatCommand> holds = Combinators.combine(
                        users, keys, Arbitraries.of(TICKETS).set().ofMinSize(1).ofMaxSize(4))
                .as((user, key, tickets) -> Commands.hold(user, key, new TreeSet<>(tickets).toArray(String[]::new)));
        Arbitrary<SeatCommand> confirms = Combinators.combine(users, keys, bookings)
                .as((user, key, booking) -> Commands.confirm(user, "c" + key + booking, booking));
        Arbitrary<SeatCommand> cancels = Combinators.combine(users, keys, bookings)
                .as((user, key, booking) -> Commands.cancel(user, "x" + key + booking, booking));
        Arbitrary<SeatCommand> lapses = Combinators.combine(
                        bookings, Arbitraries.integers().between(0, 40))
                .as((booking, n) -> Commands.lapse(booking, START + 1000L * Commands.HOLD_SECONDS + 100_000L * n));
        Arbitrary<SeatCommand> defines = Combinators.combine(keys, Arbitraries.of(DEFINITIONS))
                .as((key, event) -> Commands.define(key + event.hashCode(), event));
        Arbitrary<SeatCommand> commands = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(8, holds),
                net.jqwik.api.Tuple.of(3, confirms),
                net.jqwik.api.Tuple.of(2, cancels),
                net.jqwik.api.Tuple.of(3, lapses),
                net.jqwik.api.Tuple.of(2, defines));
        Arbitrary<Step> step = Combinators.combine(commands, Arbitraries.of(0L, 100_000L, 300_000L))
                .as(Step::new);
        return step.list().ofMaxSize(40).map(list -> {
            List<Step> all = new ArrayList<>();
            all.add(new Step(Commands.define("d", Commands.event()), 0));
            all.addAll(list);
            return all;
        });
    }
}
