package dev.millrace.tickets.serving;

import dev.millrace.serving.Projection;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Seat facts to the booking ledger. Its unique index on (event, ticket) among live bookings is the last guard of the
 * promise that a seat is sold once.
 */
public final class LedgerProjection implements Projection {
    static final String NAME = "tickets-ledger";

    private static final Set<BookingStatus> LIVE = EnumSet.of(
            BookingStatus.BOOKING_RESERVED,
            BookingStatus.BOOKING_PAYING,
            BookingStatus.BOOKING_CAPTURING,
            BookingStatus.BOOKING_CONFIRMED);

    /**
     * One fact, whole, in one statement: so a batch of facts is one round trip. All its parts see the tables as they
     * were before it.
     */
    private static final String PUT = """
            WITH given AS (
                SELECT ?::text AS booking_id, ?::text AS event_id, ?::boolean AS live),
            before AS (
                SELECT count(*) AS taken FROM tickets.booking_seats s JOIN given g USING (booking_id) WHERE s.live),
            booking AS (
                INSERT INTO tickets.bookings (booking_id, event_id, user_id, status, total_minor, currency,
                    expires_at, created_at, changed_at, seat_map_version)
                SELECT g.booking_id, g.event_id, ?, ?, ?, ?, ?, ?, ?, ? FROM given g
                ON CONFLICT (booking_id) DO UPDATE SET user_id = excluded.user_id, status = excluded.status,
                    total_minor = excluded.total_minor, expires_at = excluded.expires_at,
                    changed_at = excluded.changed_at, seat_map_version = excluded.seat_map_version
                RETURNING (xmax = 0) AS is_new),
            seats AS (
                INSERT INTO tickets.booking_seats (booking_id, event_id, live, place, ticket_id, seat_index, tier_id,
                    price_minor)
                SELECT g.booking_id, g.event_id, g.live, s.place, s.ticket_id, s.seat_index, s.tier_id, s.price_minor
                FROM given g, unnest(?::text[], ?::integer[], ?::text[], ?::bigint[]) WITH ORDINALITY
                    AS s (ticket_id, seat_index, tier_id, price_minor, place)
                ON CONFLICT (booking_id, ticket_id) DO UPDATE SET live = excluded.live, place = excluded.place,
                    seat_index = excluded.seat_index
                RETURNING live)
            INSERT INTO tickets.event_demand AS d (event_id, taken, popularity)
            SELECT g.event_id, (SELECT count(*) FROM seats WHERE live) - before.taken,
                (SELECT count(*) FROM seats, booking WHERE is_new)
            FROM given g, before
            ON CONFLICT (event_id) DO UPDATE SET taken = d.taken + excluded.taken,
                popularity = d.popularity + excluded.popularity""";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<TopicSpec<?>> topics() {
        return List.of(TicketsTopics.SEAT_FACTS);
    }

    @Override
    public Optional<Position> positionOf(Fact fact) {
        return Optional.of(((SeatFact) fact.value()).getPosition());
    }

    @Override
    public void apply(Connection connection, List<Fact> facts) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement(PUT)) {
            boolean any = false;
            for (Fact fact : facts) {
                SeatFact seatFact = (SeatFact) fact.value();
                Optional<Booking> booking = FreshBookings.bookingIn(seatFact);
                if (booking.isPresent()) {
                    bind(connection, put, booking.get(), seatFact.getSeatMapVersion());
                    put.addBatch();
                    any = true;
                }
            }
            if (any) {
                put.executeBatch();
            }
        }
    }

    private static void bind(Connection connection, PreparedStatement put, Booking booking, long version)
            throws SQLException {
        List<BookedSeat> seats = booking.getSeatsList();
        int i = 1;
        put.setString(i++, booking.getBookingId());
        put.setString(i++, booking.getEventId());
        put.setBoolean(i++, LIVE.contains(booking.getStatus()));
        put.setString(i++, EventProjection.storable(booking.getUserId()));
        put.setString(i++, booking.getStatus().name().substring("BOOKING_".length()));
        put.setLong(i++, booking.getTotalMinor());
        put.setString(i++, booking.getCurrency());
        put.setTimestamp(i++, time(booking.getExpiresAtMillis()));
        put.setTimestamp(i++, time(booking.getCreatedAtMillis()));
        put.setTimestamp(i++, time(booking.getChangedAtMillis()));
        put.setLong(i++, version);
        put.setArray(
                i++,
                connection.createArrayOf(
                        "text", seats.stream().map(BookedSeat::getTicketId).toArray()));
        put.setArray(
                i++,
                connection.createArrayOf(
                        "integer", seats.stream().map(BookedSeat::getSeatIndex).toArray()));
        put.setArray(
                i++,
                connection.createArrayOf(
                        "text", seats.stream().map(BookedSeat::getTierId).toArray()));
        put.setArray(
                i,
                connection.createArrayOf(
                        "bigint", seats.stream().map(BookedSeat::getPriceMinor).toArray()));
    }

    private static Timestamp time(long millis) {
        return Timestamp.from(Instant.ofEpochMilli(millis));
    }

    /** Finds the first fact that the ledger refuses by trying one after the other, and who has its seat. */
    @Override
    public Violation explain(Connection connection, List<Fact> facts, SQLException refused) throws SQLException {
        for (Fact fact : facts) {
            var before = connection.setSavepoint();
            try {
                apply(connection, List.of(fact));
                connection.releaseSavepoint(before);
            } catch (SQLException e) {
                connection.rollback(before);
                return explain(connection, fact, e);
            }
        }
        return Projection.super.explain(connection, facts, refused);
    }

    private static Violation explain(Connection connection, Fact fact, SQLException refused) throws SQLException {
        SeatFact seatFact = (SeatFact) fact.value();
        Booking booking = FreshBookings.bookingIn(seatFact).orElseThrow();
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT ticket_id, booking_id FROM tickets.booking_seats
                WHERE live AND event_id = ? AND ticket_id = ANY (?) AND booking_id <> ? ORDER BY ticket_id LIMIT 1""")) {
            select.setString(1, booking.getEventId());
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "text",
                            booking.getSeatsList().stream()
                                    .map(BookedSeat::getTicketId)
                                    .toArray()));
            select.setString(3, booking.getBookingId());
            try (ResultSet rows = select.executeQuery()) {
                if (rows.next()) {
                    return new Violation(
                            "seat sold twice: event " + booking.getEventId() + ", ticket " + rows.getString(1)
                                    + ", bookings " + rows.getString(2) + " and " + booking.getBookingId(),
                            List.of(
                                    "eventId",
                                    booking.getEventId(),
                                    "ticketId",
                                    rows.getString(1),
                                    "holder",
                                    rows.getString(2),
                                    "claimant",
                                    booking.getBookingId()),
                            fact.offset());
                }
            }
        }
        return new Violation(
                String.valueOf(refused.getMessage()),
                List.of("eventId", booking.getEventId(), "bookingId", booking.getBookingId()),
                fact.offset());
    }
}
