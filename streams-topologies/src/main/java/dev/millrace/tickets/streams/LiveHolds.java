package dev.millrace.tickets.streams;

import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The holds of one partition that haven't ended: who holds a seat, and which end next. */
final class LiveHolds {
    /** A hold, by its end. */
    record Expiry(long atMillis, String eventId, String bookingId) {
        static final Comparator<Expiry> ORDER =
                Comparator.comparingLong(Expiry::atMillis).thenComparing(Expiry::bookingId);
    }

    /** Booking by ticket id, by event; ticket ids stay right when an event's layout changes. */
    private final Map<String, Map<String, String>> holders = new HashMap<>();
    /** When a reminder of it was last sent, 0 for never. */
    private final TreeMap<Expiry, Long> remindedAt = new TreeMap<>(Expiry.ORDER);

    /** Takes in a booking as it is now. */
    void put(Booking booking) {
        Expiry expiry = new Expiry(booking.getExpiresAtMillis(), booking.getEventId(), booking.getBookingId());
        if (booking.getStatus() == BookingStatus.BOOKING_RESERVED) {
            remindedAt.put(expiry, 0L);
            Map<String, String> ofEvent = holders.computeIfAbsent(booking.getEventId(), e -> new HashMap<>());
            for (BookedSeat seat : booking.getSeatsList()) {
                ofEvent.put(seat.getTicketId(), booking.getBookingId());
            }
        } else if (remindedAt.remove(expiry) != null) {
            Map<String, String> ofEvent = holders.getOrDefault(booking.getEventId(), Map.of());
            for (BookedSeat seat : booking.getSeatsList()) {
                ofEvent.remove(seat.getTicketId(), booking.getBookingId());
            }
            if (ofEvent.isEmpty()) {
                holders.remove(booking.getEventId());
            }
        }
    }

    /** Null if nobody holds this seat. */
    @Nullable String holderOf(String eventId, String ticketId) {
        return holders.getOrDefault(eventId, Map.of()).get(ticketId);
    }

    int count() {
        return remindedAt.size();
    }

    /**
     * Holds that have run out and of which nobody was reminded for a while, those that ran out first first; counts
     * them as reminded of now.
     */
    List<Expiry> dueReminders(long nowMillis, long repeatMillis, int countMax) {
        List<Expiry> due = new ArrayList<>();
        for (Map.Entry<Expiry, Long> hold : remindedAt.entrySet()) {
            if (hold.getKey().atMillis() > nowMillis || due.size() == countMax) {
                break;
            }
            if (hold.getValue() + repeatMillis <= nowMillis) {
                hold.setValue(nowMillis);
                due.add(hold.getKey());
            }
        }
        return due;
    }
}
