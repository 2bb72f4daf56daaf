package dev.millrace.tickets.topics;

import dev.millrace.topics.CommandId;
import java.util.Optional;

/**
 * A booking's id: {@code <event id>.<command id as 32 hex digits>}. It leads to its owner (the event), and a retried
 * request makes the same one.
 */
public final class BookingIds {
    private static final int SUFFIX_CHARS = 2 * CommandId.BYTES;

    private BookingIds() {}

    public static String of(String eventId, CommandId heldBy) {
        return eventId + "." + heldBy;
    }

    /** Event a booking belongs to; empty if this is no booking id. */
    public static Optional<String> eventOf(String bookingId) {
        return commandOf(bookingId).map(c -> bookingId.substring(0, bookingId.length() - SUFFIX_CHARS - 1));
    }

    /** Command that made the booking; empty if this is no booking id. */
    public static Optional<CommandId> commandOf(String bookingId) {
        int dot = bookingId.length() - SUFFIX_CHARS - 1;
        if (dot < 1 || bookingId.charAt(dot) != '.') {
            return Optional.empty();
        }
        String suffix = bookingId.substring(dot + 1);
        if (!suffix.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return Optional.empty();
        }
        return Optional.of(CommandId.parse(suffix));
    }
}
