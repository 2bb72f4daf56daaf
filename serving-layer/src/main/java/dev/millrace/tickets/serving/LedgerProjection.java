package dev.millrace.tickets.serving;

import dev.millrace.serving.Projection;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Seat facts to the booking ledger. Its unique index on (event, ticket) among live bookings is the last guard of the
 * promise that a seat is sold once.
 */
public final class LedgerProjection implements Projection {
    static final String NAME = "tickets-ledger";
    /** SQL state of a row that refers to one that isn't there. */
    private static final String MISSING = "23503";

    private static final Set<BookingStatus> LIVE = EnumSet.of(
            BookingStatus.BOOKING_RESERVED,
            BookingStatus.BOOKING_PAYING,
            BookingStatus.BOOKING_CAPTURING,
            BookingStatus.BOOKING_CONFIRMED);

    private static final String COPY_BOOKINGS = """
            COPY tickets.bookings (booking_id, event_id, user_id, status, total_minor, currency, expires_at, created_at,
                changed_at, seat_map_version) FROM STDIN""";
    private static final String COPY_SEATS = """
            COPY tickets.booking_seats (booking_id, event_id, live, place, ticket_id, seat_index, tier_id, price_minor)
            FROM STDIN""";
    private static final String CHANGE_BOOKINGS = """
            UPDATE tickets.bookings b SET status = c.status, expires_at = c.expires_at, changed_at = c.changed_at,
                seat_map_version = c.seat_map_version
            FROM unnest(?::text[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::bigint[])
                AS c (booking_id, status, expires_at, changed_at, seat_map_version)
            WHERE b.booking_id = c.booking_id""";
    private static final String CHANGE_SEATS = """
            WITH changed AS (
                UPDATE tickets.booking_seats SET live = ? WHERE booking_id = ANY (?) AND live <> ? RETURNING event_id)
            SELECT event_id, count(*) FROM changed GROUP BY event_id""";
    private static final String COUNT_DEMAND = """
            INSERT INTO tickets.event_demand AS d (event_id, taken, popularity)
            SELECT * FROM unnest(?::text[], ?::bigint[], ?::bigint[])
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

    /** Each booking is written once, as the newest of these facts left it; seats are given back before others take them. */
    @Override
    public void apply(Connection connection, List<Fact> facts) throws SQLException {
        Map<String, SeatFact> made = new LinkedHashMap<>();
        Map<String, SeatFact> changed = new LinkedHashMap<>();
        for (Fact fact : facts) {
            SeatFact seatFact = (SeatFact) fact.value();
            FreshBookings.bookingIn(seatFact).map(Booking::getBookingId).ifPresent(id -> {
                if (seatFact.hasSeatsHeld() || made.containsKey(id)) {
                    made.put(id, seatFact);
                } else {
                    changed.put(id, seatFact);
                }
            });
        }
        Demand demand = new Demand();
        if (!changed.isEmpty()) {
            changeBookings(connection, changed);
            changeSeats(connection, changed.values(), false, demand);
        }
        make(connection, made.values(), demand);
        if (!changed.isEmpty()) {
            changeSeats(connection, changed.values(), true, demand);
        }
        demand.count(connection);
    }

    private static void make(Connection connection, Collection<SeatFact> made, Demand demand) throws SQLException {
        CopyRows bookings = new CopyRows(COPY_BOOKINGS);
        CopyRows seats = new CopyRows(COPY_SEATS);
        for (SeatFact fact : made) {
            Booking booking = FreshBookings.bookingIn(fact).orElseThrow();
            boolean live = LIVE.contains(booking.getStatus());
            bookings.add(booking.getBookingId())
                    .add(booking.getEventId())
                    .add(EventProjection.storable(booking.getUserId()))
                    .add(nameOf(booking.getStatus()))
                    .add(booking.getTotalMinor())
                    .add(booking.getCurrency())
                    .addTime(booking.getExpiresAtMillis())
                    .addTime(booking.getCreatedAtMillis())
                    .addTime(booking.getChangedAtMillis())
                    .add(fact.getSeatMapVersion())
                    .endRow();
            int place = 0;
            for (BookedSeat seat : booking.getSeatsList()) {
                place++;
                seats.add(booking.getBookingId())
                        .add(booking.getEventId())
                        .add(live)
                        .add(place)
                        .add(seat.getTicketId())
                        .add(seat.getSeatIndex())
                        .add(seat.getTierId())
                        .add(seat.getPriceMinor())
                        .endRow();
            }
            demand.add(booking.getEventId(), live ? place : 0, place);
        }
        bookings.into(connection);
        seats.into(connection);
    }

    private static void changeBookings(Connection connection, Map<String, SeatFact> changed) throws SQLException {
        List<Booking> bookings = changed.values().stream()
                .map(fact -> FreshBookings.bookingIn(fact).orElseThrow())
                .toList();
        try (PreparedStatement change = connection.prepareStatement(CHANGE_BOOKINGS)) {
            change.setArray(1, array(connection, "text", bookings, Booking::getBookingId));
            change.setArray(2, array(connection, "text", bookings, b -> nameOf(b.getStatus())));
            change.setArray(3, array(connection, "timestamptz", bookings, b -> time(b.getExpiresAtMillis())));
            change.setArray(4, array(connection, "timestamptz", bookings, b -> time(b.getChangedAtMillis())));
            change.setArray(5, array(connection, "bigint", List.copyOf(changed.values()), SeatFact::getSeatMapVersion));
            int found = change.executeUpdate();
            if (found < bookings.size()) {
                throw new SQLIntegrityConstraintViolationException(
                        bookings.size() - found + " of the bookings " + changed.keySet() + " aren't in the ledger",
                        MISSING);
            }
        }
    }

    /** Gives the seats of those bookings back that are no longer live, or takes those again whose bookings are. */
    private static void changeSeats(Connection connection, Collection<SeatFact> changed, boolean live, Demand demand)
            throws SQLException {
        List<String> ids = changed.stream()
                .map(fact -> FreshBookings.bookingIn(fact).orElseThrow())
                .filter(booking -> LIVE.contains(booking.getStatus()) == live)
                .map(Booking::getBookingId)
                .toList();
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement change = connection.prepareStatement(CHANGE_SEATS)) {
            change.setBoolean(1, live);
            change.setArray(2, array(connection, "text", ids, id -> id));
            change.setBoolean(3, live);
            try (ResultSet rows = change.executeQuery()) {
                while (rows.next()) {
                    demand.add(rows.getString(1), live ? rows.getLong(2) : -rows.getLong(2), 0);
                }
            }
        }
    }

    private static <T> Array array(Connection connection, String type, List<T> rows, Function<T, Object> value)
            throws SQLException {
        return connection.createArrayOf(type, rows.stream().map(value).toArray());
    }

    private static String nameOf(BookingStatus status) {
        return status.name().substring("BOOKING_".length());
    }

    private static Timestamp time(long millis) {
        return Timestamp.from(Instant.ofEpochMilli(millis));
    }

    /** What a batch adds to the counts of its events. */
    private static final class Demand {
        private record Counts(long taken, long popularity) {
            Counts plus(Counts other) {
                return new Counts(taken + other.taken, popularity + other.popularity);
            }
        }

        /** Sorted, so that two batches never wait for each other's rows crosswise. */
        private final SortedMap<String, Counts> byEvent = new TreeMap<>();

        void add(String eventId, long taken, long popularity) {
            byEvent.merge(eventId, new Counts(taken, popularity), Counts::plus);
        }

        void count(Connection connection) throws SQLException {
            if (byEvent.isEmpty()) {
                return;
            }
            List<Counts> counts = List.copyOf(byEvent.values());
            try (PreparedStatement put = connection.prepareStatement(COUNT_DEMAND)) {
                put.setArray(1, array(connection, "text", List.copyOf(byEvent.keySet()), id -> id));
                put.setArray(2, array(connection, "bigint", counts, Counts::taken));
                put.setArray(3, array(connection, "bigint", counts, Counts::popularity));
                put.executeUpdate();
            }
        }
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
                            fact);
                }
            }
        }
        return new Violation(
                String.valueOf(refused.getMessage()),
                List.of("eventId", booking.getEventId(), "bookingId", booking.getBookingId()),
                fact);
    }
}
