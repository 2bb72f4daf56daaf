package dev.millrace.tickets.rules;

import static dev.millrace.tickets.rules.Commands.bookingOf;
import static dev.millrace.tickets.rules.Commands.cancel;
import static dev.millrace.tickets.rules.Commands.confirm;
import static dev.millrace.tickets.rules.Commands.define;
import static dev.millrace.tickets.rules.Commands.event;
import static dev.millrace.tickets.rules.Commands.eventOf;
import static dev.millrace.tickets.rules.Commands.hold;
import static dev.millrace.tickets.rules.Commands.lapse;
import static dev.millrace.tickets.rules.Commands.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.topics.v1.AdoptRules;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeatRulesTest {
    private static final long NOW = 1_790_000_000_000L;
    private static final long EXPIRY = NOW + 1000L * Commands.HOLD_SECONDS;

    private final MemoryBook book = new MemoryBook();

    @BeforeEach
    void anEventOnSale() {
        book.apply(define("d", event()), NOW);
    }

    @Test
    void aHoldTakesAllItsSeatsUntilItsEventsHoldTimeIsOver() {
        Booking booking =
                book.apply(hold("ann", "1", "A-2-4", "A-1-1"), NOW).outcome().getBooking();

        assertThat(booking.getStatus()).isEqualTo(BookingStatus.BOOKING_RESERVED);
        assertThat(booking.getSeatsList().stream().map(BookedSeat::getSeatIndex).toList())
                .isEqualTo(List.of(7, 0));
        assertThat(booking.getTotalMinor()).isEqualTo(4500);
        assertThat(booking.getExpiresAtMillis()).isEqualTo(EXPIRY);
        assertThat(book.letters()).isEqualTo("RAAAAAAR");
        assertThat(book.available()).isEqualTo(List.of(3, 3));
    }

    @Test
    void aRepeatedHoldGetsItsFirstAnswerWhateverHappenedSince() {
        SeatOutcome first = book.apply(hold("ann", "1", "A-2-1"), NOW).outcome();
        book.apply(cancel("ann", "2", bookingOf("ann", "1")), NOW + 1000);

        Decision again = book.apply(hold("ann", "1", "A-2-1"), NOW + 2000);

        assertThat(again.outcome()).isEqualTo(first);
        assertThat(again.facts()).isEmpty();
        assertThat(book.letters()).isEqualTo("AAAAAAAA");
    }

    @Test
    void aRepeatedConfirmationGetsItsFirstAnswerAfterTheBookingWasCancelled() {
        book.apply(hold("ann", "1", "A-2-1"), NOW);
        SeatOutcome first =
                book.apply(confirm("ann", "2", bookingOf("ann", "1")), NOW).outcome();
        book.apply(cancel("ann", "3", bookingOf("ann", "1")), NOW + 1000);

        assertThat(book.apply(confirm("ann", "2", bookingOf("ann", "1")), NOW + 2000)
                        .outcome())
                .isEqualTo(first);
    }

    @Test
    void anotherConfirmationOfAConfirmedBookingIsAnsweredAndChangesNothing() {
        book.apply(hold("ann", "1", "A-2-1"), NOW);
        SeatOutcome first =
                book.apply(confirm("ann", "2", bookingOf("ann", "1")), NOW).outcome();

        Decision other = book.apply(confirm("ann", "3", bookingOf("ann", "1")), NOW + 1000);

        assertThat(other.outcome()).isEqualTo(first);
        assertThat(other.facts()).isEmpty();
    }

    @Test
    void anotherCancellationOfACancelledBookingGetsTheSameAnswer() {
        book.apply(hold("ann", "1", "A-2-1"), NOW);
        SeatOutcome first =
                book.apply(cancel("ann", "2", bookingOf("ann", "1")), NOW).outcome();

        assertThat(book.apply(cancel("ann", "3", bookingOf("ann", "1")), NOW + 1000)
                        .outcome())
                .isEqualTo(first);
    }

    @Test
    void aClaimOnASeatWhoseHoldHasRunOutLapsesThatHoldFirst() {
        book.apply(hold("ann", "1", "A-1-1", "A-1-2"), NOW);

        Decision decision = book.apply(hold("bob", "1", "A-1-2"), EXPIRY);

        assertThat(decision.facts().stream().map(SeatFact::getKindCase).toList())
                .isEqualTo(List.of(SeatFact.KindCase.BOOKING_LAPSED, SeatFact.KindCase.SEATS_HELD));
        assertThat(decision.facts().stream().map(SeatFact::getSeatMapVersion).toList())
                .isEqualTo(List.of(3L, 4L));
        assertThat(book.letters()).isEqualTo("ARAAAAAA");
    }

    @Test
    void aHoldEndsAtItsExpiryAndNotAMillisecondEarlier() {
        book.apply(hold("ann", "1", "A-1-1"), NOW);
        assertThat(book.apply(lapse(bookingOf("ann", "1"), EXPIRY), EXPIRY - 1).facts())
                .isEmpty();
        assertThat(book.apply(lapse(bookingOf("ann", "1"), EXPIRY - 1), EXPIRY).facts())
                .isEmpty();
        assertThat(book.letters()).isEqualTo("RAAAAAAA");

        Decision lapsed = book.apply(lapse(bookingOf("ann", "1"), EXPIRY), EXPIRY);

        assertThat(lapsed.outcome().getDone()).isTrue();
        assertThat(lapsed.facts()).hasSize(1);
        assertThat(book.letters()).isEqualTo("AAAAAAAA");
        assertThat(book.apply(lapse(bookingOf("ann", "1"), EXPIRY), EXPIRY).facts())
                .isEmpty();
    }

    @Test
    void aReminderDoesNothingToAConfirmedBooking() {
        book.apply(hold("ann", "1", "A-2-1"), NOW);
        book.apply(confirm("ann", "2", bookingOf("ann", "1")), NOW);

        assertThat(book.apply(lapse(bookingOf("ann", "1"), EXPIRY), EXPIRY).facts())
                .isEmpty();
        assertThat(book.letters()).isEqualTo("AAAASAAA");
    }

    @Test
    void aHoldThatHasRunOutButNotLapsedIsStillConfirmed() {
        book.apply(hold("ann", "1", "A-2-1"), NOW);

        book.apply(confirm("ann", "2", bookingOf("ann", "1")), EXPIRY + 5000);

        assertThat(book.letters()).isEqualTo("AAAASAAA");
        assertThat(book.available()).isEqualTo(List.of(4, 3));
    }

    @Test
    void aLapsedHoldWhoseSeatsAreFreeTakesThemAgain() {
        book.apply(hold("ann", "1", "A-2-1", "A-2-2"), NOW);
        book.apply(lapse(bookingOf("ann", "1"), EXPIRY), EXPIRY);

        Decision decision = book.apply(confirm("ann", "2", bookingOf("ann", "1")), EXPIRY + 5000);

        assertThat(decision.outcome().getBooking().getStatus()).isEqualTo(BookingStatus.BOOKING_CONFIRMED);
        assertThat(book.letters()).isEqualTo("AAAASSAA");
        assertThat(book.available()).isEqualTo(List.of(4, 2));
    }

    @Test
    void aCancelledConfirmedBookingGivesItsSeatsBack() {
        book.apply(hold("ann", "1", "A-2-1"), NOW);
        book.apply(confirm("ann", "2", bookingOf("ann", "1")), NOW);

        book.apply(cancel("ann", "3", bookingOf("ann", "1")), NOW);

        assertThat(book.letters()).isEqualTo("AAAAAAAA");
        assertThat(book.available()).isEqualTo(List.of(4, 4));
    }

    @Test
    void aNewSeatingKeepsEverySeatsStatusByItsTicketId() {
        book.apply(hold("ann", "1", "A-2-2"), NOW);

        book.apply(define("e", eventOf(row("2", 3, "free"), row("0", 2, "free"), row("1", 5, "free"))), NOW);

        assertThat(book.letters()).isEqualTo("ARAAAAAAAA");
        assertThat(book.available()).isEqualTo(List.of(0, 9));
        Booking confirmed = book.apply(confirm("ann", "2", bookingOf("ann", "1")), NOW)
                .outcome()
                .getBooking();
        assertThat(confirmed.getSeats(0).getSeatIndex()).isEqualTo(1);
        assertThat(book.letters()).isEqualTo("ASAAAAAAAA");
    }

    @Test
    void aSeatWhoseHoldHasRunOutMayGoAndItsHoldLapsesFirst() {
        book.apply(hold("ann", "1", "A-1-1", "A-2-2"), NOW);

        Decision decision = book.apply(define("e", eventOf(row("2", 4, "free"))), EXPIRY);

        assertThat(decision.facts().stream().map(SeatFact::getKindCase).toList())
                .isEqualTo(List.of(SeatFact.KindCase.BOOKING_LAPSED, SeatFact.KindCase.EVENT_DEFINED));
        assertThat(book.letters()).isEqualTo("AAAA");
    }

    @Test
    void aChangeOfTheTitleLeavesEveryRowUntouched() {
        Decision decision =
                book.apply(define("e", event().toBuilder().setTitle("Gala").build()), NOW);

        assertThat(decision.outcome().getEvent().getDefinition()).isEqualTo(2);
        assertThat(decision.outcome().getEvent().getSeatMapVersion()).isEqualTo(2);
        assertThat(book.rows.values())
                .allSatisfy(row -> assertThat(row.getChangedAtVersion()).isEqualTo(1));
    }

    @Test
    void aRefusalNamesAHundredValuesAtMost() {
        String[] tickets = new String[500];
        Arrays.setAll(tickets, i -> "Z-1-" + (i + 1));

        assertThat(book.apply(hold("ann", "1", tickets), NOW)
                        .outcome()
                        .getRefused()
                        .getValuesList())
                .hasSize(100)
                .startsWith("Z-1-1", "Z-1-2");
    }

    @Test
    void anEventsTimeNeverStepsBack() {
        book.apply(hold("ann", "1", "A-1-1"), NOW + 10_000);

        Booking earlier =
                book.apply(hold("bob", "1", "A-1-2"), NOW + 9_000).outcome().getBooking();

        assertThat(earlier.getCreatedAtMillis()).isEqualTo(NOW + 10_000);
    }

    @Test
    void everyKindOfCommandIsDecidedOrRefusedAsNotOurs() {
        Set<SeatCommand.KindCase> decided = EnumSet.noneOf(SeatCommand.KindCase.class);
        book.apply(hold("ann", "0", "A-2-1"), NOW);
        for (SeatCommand command : List.of(
                define("x", event()),
                hold("ann", "1", "A-1-1"),
                confirm("ann", "2", bookingOf("ann", "0")),
                cancel("ann", "3", bookingOf("ann", "0")),
                lapse(bookingOf("ann", "1"), EXPIRY))) {
            assertThat(book.apply(command, EXPIRY).outcome().getKindCase())
                    .isNotEqualTo(SeatOutcome.KindCase.KIND_NOT_SET);
            decided.add(command.getKindCase());
        }
        CommandMeta meta = hold("ann", "1").getMeta();
        for (SeatCommand command : List.of(
                SeatCommand.newBuilder()
                        .setMeta(meta)
                        .setAdoptRules(AdoptRules.getDefaultInstance())
                        .build(),
                SeatCommand.newBuilder().setMeta(meta).build())) {
            assertThatThrownBy(() -> SeatRules.decide(book, command, NOW, Position.getDefaultInstance()))
                    .hasMessageContaining(command.getKindCase().name());
            decided.add(command.getKindCase());
        }
        assertThat(decided).isEqualTo(EnumSet.allOf(SeatCommand.KindCase.class));
    }

    @Test
    void everyKindOfFactIsMadeAndApplied() {
        Set<SeatFact.KindCase> made = EnumSet.of(SeatFact.KindCase.KIND_NOT_SET);
        for (SeatCommand command : List.of(
                define("x", event()),
                hold("ann", "1", "A-2-1"),
                confirm("ann", "2", bookingOf("ann", "1")),
                cancel("ann", "3", bookingOf("ann", "1")),
                hold("ann", "4", "A-2-1"),
                lapse(bookingOf("ann", "4"), EXPIRY))) {
            long at = command.hasLapseBooking() ? EXPIRY : NOW;
            book.apply(command, at).facts().forEach(fact -> made.add(fact.getKindCase()));
        }
        assertThat(made).isEqualTo(EnumSet.allOf(SeatFact.KindCase.class));
        assertThatThrownBy(() ->
                        SeatBookChange.after(book, SeatFact.getDefaultInstance(), CommandMeta.getDefaultInstance()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
