package dev.millrace.tickets.rules;

import dev.millrace.tickets.topics.v1.AcceptedCommand;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingState;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.EventHead;
import dev.millrace.tickets.topics.v1.RowState;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatStatus;
import dev.millrace.topics.v1.CommandMeta;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a fact changes in the event's book. Applying a fact asks nothing and refuses nothing: that was decided.
 *
 * @param head the head after it
 * @param layout the layout after it if it is another one, else null
 * @param rows rows that changed, by number
 * @param booking the booking after it, null if the fact is about none
 */
public record SeatBookChange(
        EventHead head,
        @Nullable EventLayout layout,
        SortedMap<Integer, RowState> rows,
        @Nullable BookingState booking) {
    private static final int ACCEPTED_KEPT_MAX = 8;

    /** @param by the command that was decided */
    public static SeatBookChange after(SeatBook book, SeatFact fact, CommandMeta by) {
        return switch (fact.getKindCase()) {
            case EVENT_DEFINED -> defined(book, fact);
            case SEATS_HELD -> held(book, fact, by);
            case BOOKING_CONFIRMED -> accepted(book, fact, fact.getBookingConfirmed(), SeatStatus.SOLD, by);
            case BOOKING_CANCELLED -> accepted(book, fact, fact.getBookingCancelled(), SeatStatus.AVAILABLE, by);
            case BOOKING_LAPSED -> lapsed(book, fact);
            case KIND_NOT_SET ->
                throw new IllegalArgumentException("fact: of no kind (expected: one that was decided)");
        };
    }

    private static SeatBookChange defined(SeatBook book, SeatFact fact) {
        Event event = fact.getEventDefined();
        EventLayout layout = new EventLayout(event);
        SeatBook before = book.head() == null ? null : book;
        SortedMap<Integer, RowState> changed = LayoutChange.rowsChanged(before, layout, fact.getSeatMapVersion());
        int[] available = new int[event.getTiersCount()];
        for (int row = 0; row < layout.rows(); row++) {
            RowState state = changed.containsKey(row) ? changed.get(row) : book.row(row);
            for (int offset = 0; offset < layout.row(row).getSeats(); offset++) {
                if (RowStatuses.at(state, offset) == SeatStatus.AVAILABLE) {
                    available[layout.tierOf(row)]++;
                }
            }
        }
        EventHead.Builder head = EventHead.newBuilder()
                .setSeatMapVersion(fact.getSeatMapVersion())
                .setNowMillis(fact.getAtMillis())
                .setSeats(layout.seats())
                .setDefinition(event.getDefinition());
        for (int tier : available) {
            head.addAvailable(tier);
        }
        return new SeatBookChange(head.build(), layout, changed, null);
    }

    private static SeatBookChange held(SeatBook book, SeatFact fact, CommandMeta by) {
        Booking booking = fact.getSeatsHeld();
        BookingState state = BookingState.newBuilder()
                .setBooking(booking)
                .setBodyHash(by.getBodyHash())
                .setFirstExpiresAtMillis(booking.getExpiresAtMillis())
                .build();
        return seats(book, fact, state, SeatStatus.RESERVED);
    }

    private static SeatBookChange accepted(
            SeatBook book, SeatFact fact, Booking booking, SeatStatus status, CommandMeta by) {
        BookingState.Builder state = stored(book, booking).toBuilder().setBooking(booking);
        if (state.getAcceptedCount() == ACCEPTED_KEPT_MAX) {
            state.removeAccepted(0);
        }
        state.addAccepted(AcceptedCommand.newBuilder()
                .setCommandId(fact.getCommandId())
                .setBodyHash(by.getBodyHash())
                .setAnswered(booking.getStatus())
                .setAtMillis(fact.getAtMillis()));
        return seats(book, fact, state.build(), status);
    }

    private static SeatBookChange lapsed(SeatBook book, SeatFact fact) {
        Booking booking = fact.getBookingLapsed();
        BookingState state =
                stored(book, booking).toBuilder().setBooking(booking).build();
        return seats(book, fact, state, SeatStatus.AVAILABLE);
    }

    private static SeatBookChange seats(SeatBook book, SeatFact fact, BookingState booking, SeatStatus status) {
        EventHead before = book.head();
        if (before == null) {
            throw new IllegalArgumentException("event: " + fact.getEventId() + " (expected: one that is defined)");
        }
        EventHead.Builder head =
                before.toBuilder().setSeatMapVersion(fact.getSeatMapVersion()).setNowMillis(fact.getAtMillis());
        EventLayout layout = book.layout();
        SortedMap<Integer, byte[]> changed = new TreeMap<>();
        for (BookedSeat seat : booking.getBooking().getSeatsList()) {
            EventLayout.Place place = layout.find(seat.getTicketId());
            if (place == null) {
                throw new IllegalArgumentException("seat: " + seat.getTicketId() + " (expected: in the layout)");
            }
            int row = place.row();
            SeatStatus was = RowStatuses.at(book.row(row), place.offset());
            int given = (status == SeatStatus.AVAILABLE ? 1 : 0) - (was == SeatStatus.AVAILABLE ? 1 : 0);
            int tier = layout.tierOf(row);
            head.setAvailable(tier, head.getAvailable(tier) + given);
            byte[] statuses =
                    changed.computeIfAbsent(row, r -> book.row(r).getStatuses().toByteArray());
            RowStatuses.set(statuses, place.offset(), status);
        }
        SortedMap<Integer, RowState> rows = new TreeMap<>();
        for (Map.Entry<Integer, byte[]> row : changed.entrySet()) {
            rows.put(row.getKey(), RowStatuses.packed(row.getValue(), fact.getSeatMapVersion()));
        }
        return new SeatBookChange(head.build(), null, rows, booking);
    }

    private static BookingState stored(SeatBook book, Booking booking) {
        BookingState state = book.booking(booking.getBookingId());
        if (state == null) {
            throw new IllegalArgumentException(
                    "booking: " + booking.getBookingId() + " (expected: one that was held before)");
        }
        return state;
    }
}
