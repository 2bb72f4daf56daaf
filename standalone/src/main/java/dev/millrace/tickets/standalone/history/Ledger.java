package dev.millrace.tickets.standalone.history;

import dev.millrace.standalone.history.Contradictions;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The ledger in PostgreSQL as of one moment.
 *
 * @param next by partition of the facts, the first offset that isn't in it yet
 * @param rows by event, each booking's row by its id
 */
record Ledger(Map<Integer, Long> next, Map<String, Map<String, Row>> rows) {
    private static final String ROWS = """
            SELECT b.booking_id, b.user_id, b.status, b.total_minor, b.currency, s.ticket_id, s.live
            FROM tickets.bookings b LEFT JOIN tickets.booking_seats s USING (booking_id)
            WHERE b.event_id = ? ORDER BY b.booking_id, s.place""";
    private static final String OFFSETS = """
            SELECT partition, next_offset FROM spine.projector_offsets
            WHERE projector = 'tickets-ledger' AND topic = 'tickets.seat-facts'""";

    /** One booking's row and its seats. */
    record Row(String user, String status, String total, List<String> seats) {}

    static Ledger read(Connection database, Set<String> eventIds) throws SQLException {
        database.setAutoCommit(false);
        database.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        Map<Integer, Long> next = new TreeMap<>();
        Map<String, Map<String, Row>> rows = new TreeMap<>();
        try (PreparedStatement select = database.prepareStatement(OFFSETS);
                ResultSet offsets = select.executeQuery()) {
            while (offsets.next()) {
                next.put(offsets.getInt(1), offsets.getLong(2));
            }
        }
        for (String eventId : eventIds) {
            rows.put(eventId, rows(database, eventId));
        }
        database.rollback();
        return new Ledger(next, rows);
    }

    /** Holds it against how every booking of an event has to be. */
    void check(String eventId, Collection<Booking> bookings, Contradictions found) {
        Map<String, Row> actual = new TreeMap<>(rows.getOrDefault(eventId, Map.of()));
        for (Booking booking : bookings) {
            Row expected = row(booking);
            Row written = actual.remove(booking.getBookingId());
            if (!expected.equals(written)) {
                found.add("ledger has " + booking.getBookingId() + " as " + written + " (expected: " + expected + ")");
            }
        }
        actual.forEach((id, row) -> found.add("ledger has " + id + " as " + row + " (expected: no such booking)"));
    }

    private static Row row(Booking booking) {
        boolean live = booking.getStatus() == BookingStatus.BOOKING_RESERVED
                || booking.getStatus() == BookingStatus.BOOKING_CONFIRMED;
        return new Row(
                booking.getUserId(),
                booking.getStatus().name().substring("BOOKING_".length()),
                booking.getTotalMinor() + " " + booking.getCurrency(),
                SeatModel.tickets(booking).stream()
                        .map(ticket -> ticket + (live ? " live" : ""))
                        .toList());
    }

    private static Map<String, Row> rows(Connection ledger, String eventId) throws SQLException {
        Map<String, Row> rows = new TreeMap<>();
        try (PreparedStatement select = ledger.prepareStatement(ROWS)) {
            select.setString(1, eventId);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    Row row = rows.computeIfAbsent(found.getString("booking_id"), id -> head(found));
                    row.seats.add(found.getString("ticket_id") + (found.getBoolean("live") ? " live" : ""));
                }
            }
        }
        return rows;
    }

    private static Row head(ResultSet row) {
        try {
            return new Row(
                    row.getString("user_id"),
                    row.getString("status"),
                    row.getLong("total_minor") + " " + row.getString("currency"),
                    new ArrayList<>());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
