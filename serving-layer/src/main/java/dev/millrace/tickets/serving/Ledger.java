package dev.millrace.tickets.serving;

import dev.millrace.serving.ProjectorOffsets;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads of the booking ledger in PostgreSQL. */
final class Ledger {
    private static final String COLUMNS = """
            SELECT booking_id, event_id, user_id, status, total_minor, currency, expires_at, created_at, changed_at,
                   seat_map_version
            FROM tickets.bookings
            """;

    private Ledger() {}

    /** Place in a user's list, newest first. */
    record Place(long createdAtMillis, String bookingId) implements Comparable<Place> {
        static Place of(Booking booking) {
            return new Place(booking.getCreatedAtMillis(), booking.getBookingId());
        }

        @Override
        public int compareTo(Place other) {
            int newestFirst = Long.compare(other.createdAtMillis, createdAtMillis);
            return newestFirst != 0 ? newestFirst : other.bookingId.compareTo(bookingId);
        }
    }

    /**
     * Part of a user's list as of one moment.
     *
     * @param next offset of each partition of the facts from which on the ledger knows nothing yet
     */
    record Page(List<Booking> bookings, Map<Integer, Long> next) {}

    static Page page(Connection connection, String userId, Optional<Place> after, int limit) throws SQLException {
        Map<Integer, Long> next =
                ProjectorOffsets.all(connection, LedgerProjection.NAME, TicketsTopics.SEAT_FACTS.name());
        String where =
                after.isPresent() ? "WHERE user_id = ? AND (created_at, booking_id) < (?, ?)" : "WHERE user_id = ?";
        try (PreparedStatement select =
                connection.prepareStatement(COLUMNS + where + " ORDER BY created_at DESC, booking_id DESC LIMIT ?")) {
            int i = 1;
            select.setString(i++, userId);
            if (after.isPresent()) {
                select.setTimestamp(i++, Timestamp.from(Instant.ofEpochMilli(after.get().createdAtMillis)));
                select.setString(i++, after.get().bookingId);
            }
            select.setInt(i, limit);
            return new Page(bookings(connection, select), next);
        }
    }

    static Optional<Booking> booking(Connection connection, String bookingId) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS + "WHERE booking_id = ?")) {
            select.setString(1, bookingId);
            return bookings(connection, select).stream().findFirst();
        }
    }

    private static List<Booking> bookings(Connection connection, PreparedStatement select) throws SQLException {
        Map<String, Booking.Builder> found = new LinkedHashMap<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.put(
                        rows.getString("booking_id"),
                        Booking.newBuilder()
                                .setBookingId(rows.getString("booking_id"))
                                .setEventId(rows.getString("event_id"))
                                .setUserId(rows.getString("user_id"))
                                .setStatus(BookingStatus.valueOf("BOOKING_" + rows.getString("status")))
                                .setTotalMinor(rows.getLong("total_minor"))
                                .setCurrency(rows.getString("currency"))
                                .setExpiresAtMillis(
                                        rows.getTimestamp("expires_at").getTime())
                                .setCreatedAtMillis(
                                        rows.getTimestamp("created_at").getTime())
                                .setChangedAtMillis(
                                        rows.getTimestamp("changed_at").getTime()));
            }
        }
        if (!found.isEmpty()) {
            addSeats(connection, found);
        }
        List<Booking> bookings = new ArrayList<>(found.size());
        found.values().forEach(b -> bookings.add(b.build()));
        return bookings;
    }

    private static void addSeats(Connection connection, Map<String, Booking.Builder> bookings) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT booking_id, ticket_id, seat_index, tier_id, price_minor FROM tickets.booking_seats
                WHERE booking_id = ANY (?) ORDER BY booking_id, place""")) {
            select.setArray(
                    1, connection.createArrayOf("text", bookings.keySet().toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Booking.Builder booking = bookings.get(rows.getString("booking_id"));
                    if (booking != null) {
                        booking.addSeats(BookedSeat.newBuilder()
                                .setTicketId(rows.getString("ticket_id"))
                                .setSeatIndex(rows.getInt("seat_index"))
                                .setTierId(rows.getString("tier_id"))
                                .setPriceMinor(rows.getLong("price_minor")));
                    }
                }
            }
        }
    }
}
