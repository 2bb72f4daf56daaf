package dev.millrace.tickets.rules;

import static dev.millrace.tickets.rules.Commands.bookingOf;
import static dev.millrace.tickets.rules.Commands.cancel;
import static dev.millrace.tickets.rules.Commands.confirm;
import static dev.millrace.tickets.rules.Commands.define;
import static dev.millrace.tickets.rules.Commands.event;
import static dev.millrace.tickets.rules.Commands.eventOf;
import static dev.millrace.tickets.rules.Commands.hold;
import static dev.millrace.tickets.rules.Commands.row;
import static dev.millrace.tickets.rules.Commands.withBody;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.BOOKING_CLOSED;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.HOLD_LAPSED;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.IDEMPOTENCY_KEY_REUSED;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.PAYMENT_REQUIRED;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.SEATS_IN_USE;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.SEAT_TAKEN;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.TOO_MANY_SEATS;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.UNKNOWN_BOOKING;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.UNKNOWN_EVENT;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.UNKNOWN_TICKET;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.VERSION_CONFLICT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tickets.topics.v1.HoldSeats;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatRefusal;
import dev.millrace.tickets.topics.v1.SeatRefusalReason;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SeatRefusalTest {
    private static final long NOW = 1_790_000_000_000L;
    private static final long AFTER_HOLD = NOW + 1000L * Commands.HOLD_SECONDS;

    /** @param before what was decided before, a second apart; a reminder comes once the hold has run out */
    record Row(SeatRefusalReason reason, List<String> values, List<SeatCommand> before, SeatCommand refused) {
        @Override
        public String toString() {
            return reason + " " + refused.getKindCase();
        }
    }

    static Stream<Row> rows() {
        SeatCommand define = define("d", event());
        SeatCommand held = hold("ann", "1", "A-1-1", "A-2-1");
        SeatCommand free = hold("ann", "2", "A-2-1", "A-2-2");
        String heldBooking = bookingOf("ann", "1");
        String freeBooking = bookingOf("ann", "2");
        return Stream.of(
                new Row(IDEMPOTENCY_KEY_REUSED, List.of(), List.of(define), withBody(define, "other")),
                new Row(IDEMPOTENCY_KEY_REUSED, List.of(), List.of(define, held), hold("ann", "1", "A-1-2")),
                new Row(
                        IDEMPOTENCY_KEY_REUSED,
                        List.of(),
                        List.of(define, hold("ann", "1", "A-9-9")),
                        hold("ann", "1", "A-1-2")),
                new Row(
                        IDEMPOTENCY_KEY_REUSED,
                        List.of(),
                        List.of(define, free, confirm("ann", "3", freeBooking)),
                        withBody(confirm("ann", "3", freeBooking), "other")),
                new Row(
                        IDEMPOTENCY_KEY_REUSED,
                        List.of(),
                        List.of(define, free, cancel("ann", "3", freeBooking)),
                        withBody(cancel("ann", "3", freeBooking), "other")),
                new Row(UNKNOWN_EVENT, List.of(Commands.EVENT), List.of(), held),
                new Row(
                        UNKNOWN_TICKET,
                        List.of("A-3-1", "A-1-5", "A-1-0", "A-1-01", "A-1", "A-1--1", "B-1-1"),
                        List.of(define),
                        hold("ann", "1", "A-1-1", "A-3-1", "A-1-5", "A-1-0", "A-1-01", "A-1", "A-1--1", "B-1-1")),
                new Row(UNKNOWN_TICKET, List.of("A-1-1"), List.of(define), hold("ann", "1", "A-1-1", "A-1-1")),
                new Row(
                        TOO_MANY_SEATS,
                        List.of("4"),
                        List.of(define),
                        hold("ann", "1", "A-1-1", "A-1-2", "A-1-3", "A-1-4")),
                new Row(TOO_MANY_SEATS, List.of("0"), List.of(define), hold("ann", "1")),
                new Row(
                        VERSION_CONFLICT,
                        List.of("A-1-2"),
                        List.of(define, hold("bob", "1", "A-1-4")),
                        hold(
                                "ann",
                                "1",
                                HoldSeats.newBuilder()
                                        .addTicketIds("A-1-2")
                                        .addTicketIds("A-2-2")
                                        .setExpectedVersion(1)
                                        .build())),
                new Row(SEAT_TAKEN, List.of("A-2-1"), List.of(define, held), hold("bob", "1", "A-2-2", "A-2-1")),
                new Row(
                        SEAT_TAKEN,
                        List.of("A-2-2"),
                        List.of(define, free, confirm("ann", "3", freeBooking)),
                        hold("bob", "1", "A-2-2")),
                new Row(UNKNOWN_BOOKING, List.of(heldBooking), List.of(define), confirm("ann", "3", heldBooking)),
                new Row(UNKNOWN_BOOKING, List.of(heldBooking), List.of(define, held), confirm("bob", "3", heldBooking)),
                new Row(UNKNOWN_BOOKING, List.of(heldBooking), List.of(define, held), cancel("bob", "3", heldBooking)),
                new Row(UNKNOWN_BOOKING, List.of(heldBooking), List.of(), cancel("ann", "3", heldBooking)),
                new Row(
                        HOLD_LAPSED,
                        List.of("A-2-2"),
                        List.of(define, free, Commands.lapse(freeBooking, NOW + 601_000), hold("bob", "1", "A-2-2")),
                        confirm("ann", "3", freeBooking)),
                new Row(
                        HOLD_LAPSED,
                        List.of("A-2-1", "A-2-2"),
                        List.of(
                                define,
                                free,
                                Commands.lapse(freeBooking, NOW + 601_000),
                                define("e", eventOf(row("1", 4, "stalls")))),
                        confirm("ann", "3", freeBooking)),
                new Row(
                        BOOKING_CLOSED,
                        List.of("CANCELLED"),
                        List.of(define, free, cancel("ann", "3", freeBooking)),
                        confirm("ann", "4", freeBooking)),
                new Row(
                        BOOKING_CLOSED,
                        List.of("LAPSED"),
                        List.of(define, free, Commands.lapse(freeBooking, NOW + 601_000)),
                        cancel("ann", "4", freeBooking)),
                new Row(PAYMENT_REQUIRED, List.of("4500 EUR"), List.of(define, held), confirm("ann", "3", heldBooking)),
                new Row(
                        PAYMENT_REQUIRED,
                        List.of("4500 EUR"),
                        List.of(define, held, Commands.lapse(heldBooking, NOW + 601_000)),
                        confirm("ann", "3", heldBooking)),
                new Row(
                        SEATS_IN_USE,
                        List.of("A-1-1"),
                        List.of(define, held),
                        define("e", eventOf(row("2", 4, "free")))),
                new Row(
                        SEATS_IN_USE,
                        List.of("A-2-2"),
                        List.of(define, free, confirm("ann", "3", freeBooking)),
                        define("e", eventOf(row("1", 4, "stalls"), row("2", 1, "free")))),
                new Row(
                        SEATS_IN_USE,
                        List.of("USD"),
                        List.of(define, held),
                        define("e", event().toBuilder().setCurrency("USD").build())));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyReasonNamesTheValueAndChangesNothing(Row row) {
        MemoryBook book = new MemoryBook();
        long at = NOW;
        for (SeatCommand command : row.before()) {
            at = command.hasLapseBooking() ? AFTER_HOLD + 1000 : at;
            book.apply(command, at);
            at += 1000;
        }
        MemoryBook before = MemoryBook.copyOf(book);

        Decision decision = book.apply(row.refused(), at);

        SeatRefusal refusal = decision.outcome().getRefused();
        assertThat(refusal.getReason()).isEqualTo(row.reason());
        assertThat(refusal.getValuesList()).isEqualTo(row.values());
        assertThat(refusal.getExpected()).isNotEmpty();
        assertThat(decision.facts()).isEmpty();
        assertThat(book.head()).isEqualTo(before.head());
        assertThat(book.rows).isEqualTo(before.rows);
        assertThat(book.bookings).isEqualTo(before.bookings);
        assertThat(book.apply(row.refused(), at + 5000).outcome()).isEqualTo(decision.outcome());
    }

    @Test
    void theTableHasEveryReasonInTheOrderOfTheEnum() {
        List<SeatRefusalReason> reasons = Arrays.stream(SeatRefusalReason.values())
                .filter(r ->
                        r != SeatRefusalReason.UNRECOGNIZED && r != SeatRefusalReason.SEAT_REFUSAL_REASON_UNSPECIFIED)
                .toList();
        assertThat(rows().map(Row::reason).distinct().toList()).isEqualTo(reasons);
    }

    @Test
    void ofSeveralReasonsTheFirstInTheEnumsOrderIsGiven() {
        MemoryBook book = new MemoryBook();
        book.apply(define("d", event()), NOW);
        book.apply(hold("bob", "1", "A-1-1"), NOW);
        HoldSeats taken = HoldSeats.newBuilder().addTicketIds("A-1-1").build();
        HoldSeats old = taken.toBuilder().setExpectedVersion(1).build();
        HoldSeats many = old.toBuilder()
                .addAllTicketIds(List.of("A-1-2", "A-1-3", "A-1-4"))
                .build();
        HoldSeats unknown = many.toBuilder().addTicketIds("Z-1-1").build();

        assertThat(Stream.of(unknown, many, old, taken)
                        .map(h -> book.apply(hold("ann", h.toString(), h), NOW)
                                .outcome()
                                .getRefused()
                                .getReason())
                        .toList())
                .isEqualTo(List.of(UNKNOWN_TICKET, TOO_MANY_SEATS, VERSION_CONFLICT, SEAT_TAKEN));
    }
}
