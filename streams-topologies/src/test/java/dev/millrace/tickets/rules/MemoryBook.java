package dev.millrace.tickets.rules;

import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.BookingState;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.EventHead;
import dev.millrace.tickets.topics.v1.RememberedOutcome;
import dev.millrace.tickets.topics.v1.RowState;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A book kept in plain maps, its commands decided and applied one after the other. */
final class MemoryBook implements SeatBook {
    @Nullable EventHead head;

    @Nullable EventLayout layout;

    final TreeMap<Integer, RowState> rows = new TreeMap<>();
    final TreeMap<String, BookingState> bookings = new TreeMap<>();
    final Map<CommandId, RememberedOutcome> remembered = new HashMap<>();
    long offset;

    static MemoryBook copyOf(MemoryBook other) {
        MemoryBook copy = new MemoryBook();
        copy.head = other.head;
        copy.layout = other.layout;
        copy.rows.putAll(other.rows);
        copy.bookings.putAll(other.bookings);
        copy.remembered.putAll(other.remembered);
        copy.offset = other.offset;
        return copy;
    }

    Decision apply(SeatCommand command, long atMillis) {
        Position position = Position.newBuilder()
                .setLog("seats")
                .setPartition(3)
                .setOffset(offset++)
                .build();
        Decision decision = SeatRules.decide(this, command, atMillis, position);
        for (SeatFact fact : decision.facts()) {
            SeatBookChange change = SeatBookChange.after(this, fact, command.getMeta());
            head = change.head();
            if (change.layout() != null) {
                layout = change.layout();
                rows.tailMap(layout.rows()).clear();
            }
            rows.putAll(change.rows());
            if (change.booking() != null) {
                bookings.put(change.booking().getBooking().getBookingId(), change.booking());
            }
        }
        if (decision.remembered()) {
            remembered.put(
                    CommandId.of(command.getMeta().getCommandId()),
                    RememberedOutcome.newBuilder()
                            .setBodyHash(command.getMeta().getBodyHash())
                            .setOutcome(decision.outcome())
                            .build());
        }
        return decision;
    }

    String letters() {
        StringBuilder text = new StringBuilder();
        EventLayout seats = layout();
        for (int row = 0; row < seats.rows(); row++) {
            byte[] letters = new byte[seats.row(row).getSeats()];
            RowStatuses.letters(row(row), letters.length, letters, 0);
            for (byte letter : letters) {
                text.append((char) letter);
            }
        }
        return text.toString();
    }

    List<Integer> available() {
        return head == null ? List.of() : head.getAvailableList();
    }

    @Override
    public @Nullable EventHead head() {
        return head;
    }

    @Override
    public EventLayout layout() {
        if (layout == null) {
            throw new IllegalStateException("layout of an undefined event");
        }
        return layout;
    }

    @Override
    public RowState row(int row) {
        RowState state = rows.get(row);
        if (state == null) {
            throw new IllegalStateException("row: " + row + " (expected: one of " + rows.keySet() + ")");
        }
        return state;
    }

    @Override
    public @Nullable BookingState booking(String bookingId) {
        return bookings.get(bookingId);
    }

    @Override
    public @Nullable RememberedOutcome remembered(CommandId commandId) {
        return remembered.get(commandId);
    }

    @Override
    public @Nullable String holderOf(String ticketId) {
        for (BookingState state : bookings.values()) {
            if (state.getBooking().getStatus() == BookingStatus.BOOKING_RESERVED) {
                for (BookedSeat seat : state.getBooking().getSeatsList()) {
                    if (seat.getTicketId().equals(ticketId)) {
                        return state.getBooking().getBookingId();
                    }
                }
            }
        }
        return null;
    }
}
