package dev.millrace.tickets.rules;

import dev.millrace.tickets.topics.v1.BookingState;
import dev.millrace.tickets.topics.v1.EventHead;
import dev.millrace.tickets.topics.v1.RememberedOutcome;
import dev.millrace.tickets.topics.v1.RowState;
import dev.millrace.topics.CommandId;
import org.jspecify.annotations.Nullable;

/** Everything the owner knows of one event, to read. */
public interface SeatBook {
    /** Null until the event is defined. */
    @Nullable EventHead head();

    /** Layout of the event as it is defined now; only of a defined event. */
    EventLayout layout();

    /** State of a row of {@link #layout()}, by number from 0. */
    RowState row(int row);

    /** A booking of this event, whatever its status; null if there never was one. */
    @Nullable BookingState booking(String bookingId);

    /** What was answered to a command that made no booking; null if nothing is remembered of it. */
    @Nullable RememberedOutcome remembered(CommandId commandId);

    /** Booking that holds a RESERVED seat; null for any other seat. */
    @Nullable String holderOf(String ticketId);
}
