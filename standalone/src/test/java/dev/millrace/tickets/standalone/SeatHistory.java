package dev.millrace.tickets.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.TopicHistory;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.SeatFact;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the committed facts say happened, derived again without anything of the roles: who had which seat when, and how
 * every booking ended. Facts that contradict each other fail it while it reads.
 */
final class SeatHistory {
    private final Map<String, Booking> bookings = new TreeMap<>();
    /** Booking by event and ticket, of those that have a seat now. */
    private final Map<String, String> holders = new HashMap<>();

    private final Map<String, Long> versions = new HashMap<>();
    private final List<String> contradictions = new ArrayList<>();

    private SeatHistory() {}

    static SeatHistory of(String bootstrap) {
        SeatHistory history = new SeatHistory();
        TopicHistory.read(bootstrap, TicketsTopics.SEAT_FACTS.name(), record -> {
            SeatFact fact =
                    TicketsTopics.SEAT_FACTS.values().deserializer().deserialize(record.topic(), record.value());
            history.add(fact);
        });
        return history;
    }

    Map<String, Booking> bookings() {
        return bookings;
    }

    /** What a booking got; nothing if the log has no such booking. */
    List<String> ticketsOf(String bookingId) {
        Booking booking = bookings.get(bookingId);
        return booking == null ? List.of() : tickets(booking);
    }

    /** Facts that two live holders of a seat, or a fact decided twice, would show up in. */
    List<String> contradictions() {
        return contradictions;
    }

    private void add(SeatFact fact) {
        Long before = versions.put(fact.getEventId(), fact.getSeatMapVersion());
        if (before != null && fact.getSeatMapVersion() != before + 1) {
            contradictions.add(
                    "event " + fact.getEventId() + " goes from version " + before + " to " + fact.getSeatMapVersion());
        }
        switch (fact.getKindCase()) {
            case SEATS_HELD -> {
                Booking booking = fact.getSeatsHeld();
                if (bookings.containsKey(booking.getBookingId())) {
                    contradictions.add("booking " + booking.getBookingId() + " was made twice");
                }
                take(booking);
            }
            case BOOKING_CONFIRMED -> take(fact.getBookingConfirmed());
            case BOOKING_CANCELLED -> release(fact.getBookingCancelled());
            case BOOKING_LAPSED -> release(fact.getBookingLapsed());
            case EVENT_DEFINED -> {}
            default -> contradictions.add("unknown fact " + fact);
        }
    }

    private void take(Booking booking) {
        bookings.put(booking.getBookingId(), booking);
        for (BookedSeat seat : booking.getSeatsList()) {
            String holder = holders.put(key(booking, seat), booking.getBookingId());
            if (holder != null && !holder.equals(booking.getBookingId())) {
                contradictions.add("seat " + key(booking, seat) + " went to " + booking.getBookingId() + " while "
                        + holder + " had it");
            }
        }
    }

    private void release(Booking booking) {
        bookings.put(booking.getBookingId(), booking);
        for (BookedSeat seat : booking.getSeatsList()) {
            if (!holders.remove(key(booking, seat), booking.getBookingId())) {
                contradictions.add(
                        "seat " + key(booking, seat) + " left " + booking.getBookingId() + ", which hadn't it");
            }
        }
    }

    /** The ledger has exactly these bookings, as they are now, and exactly these seats taken. */
    void assertLedgerAgrees(Connection database) throws SQLException {
        Map<String, String> expected = new TreeMap<>();
        bookings.forEach((id, b) -> expected.put(id, b.getUserId() + " " + status(b) + " " + tickets(b)));
        Map<String, String> found = new TreeMap<>();
        TreeSet<String> taken = new TreeSet<>();
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("""
                        select b.booking_id, b.user_id, b.status, s.event_id, s.ticket_id, s.live
                        from tickets.bookings b join tickets.booking_seats s using (booking_id)
                        order by b.booking_id, s.place
                        """)) {
            Map<String, List<String>> ticketsOf = new TreeMap<>();
            while (rows.next()) {
                String id = rows.getString("booking_id");
                ticketsOf.computeIfAbsent(id, i -> new ArrayList<>()).add(rows.getString("ticket_id"));
                found.put(id, rows.getString("user_id") + " " + rows.getString("status"));
                if (rows.getBoolean("live")) {
                    taken.add(rows.getString("event_id") + "/" + rows.getString("ticket_id"));
                }
            }
            ticketsOf.forEach((id, tickets) -> found.merge(id, tickets.toString(), (who, what) -> who + " " + what));
        }
        assertThat(found).isEqualTo(expected);
        assertThat(taken).isEqualTo(new TreeSet<>(holders.keySet()));
    }

    private static String status(Booking booking) {
        return booking.getStatus().name().replace("BOOKING_", "");
    }

    private static List<String> tickets(Booking booking) {
        return booking.getSeatsList().stream().map(BookedSeat::getTicketId).toList();
    }

    private static String key(Booking booking, BookedSeat seat) {
        return booking.getEventId() + "/" + seat.getTicketId();
    }
}
