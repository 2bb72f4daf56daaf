package dev.millrace.tickets.serving;

import dev.millrace.serving.Projection;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.CatalogueFact;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.Performer;
import dev.millrace.tickets.topics.v1.PriceTier;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.Seating;
import dev.millrace.tickets.topics.v1.Section;
import dev.millrace.tickets.topics.v1.Venue;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Definitions of events, venues and performers to the tables that search reads. */
public final class EventProjection implements Projection {
    static final String NAME = "tickets-events";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<TopicSpec<?>> topics() {
        return List.of(TicketsTopics.SEAT_FACTS, TicketsTopics.CATALOGUE_FACTS);
    }

    @Override
    public Optional<Position> positionOf(Fact fact) {
        return Optional.of(
                fact.value() instanceof SeatFact seats
                        ? seats.getPosition()
                        : ((CatalogueFact) fact.value()).getPosition());
    }

    @Override
    public void apply(Connection connection, List<Fact> facts) throws SQLException {
        for (Fact fact : facts) {
            if (fact.value() instanceof SeatFact seats) {
                if (seats.hasEventDefined()) {
                    put(connection, seats.getEventDefined());
                }
            } else if (fact.value() instanceof CatalogueFact catalogue) {
                switch (catalogue.getKindCase()) {
                    case VENUE_DEFINED -> put(connection, catalogue.getVenueDefined());
                    case PERFORMER_DEFINED -> put(connection, catalogue.getPerformerDefined());
                    case KIND_NOT_SET -> {}
                }
            }
        }
    }

    private static void put(Connection connection, Event event) throws SQLException {
        Venue venue = event.getVenue();
        long priceMin = event.getTiersList().stream()
                .mapToLong(PriceTier::getPriceMinor)
                .min()
                .orElse(0);
        long priceMax = event.getTiersList().stream()
                .mapToLong(PriceTier::getPriceMinor)
                .max()
                .orElse(0);
        try (PreparedStatement put = connection.prepareStatement("""
                INSERT INTO tickets.events (event_id, definition, title, description, type, starts_at, image, venue_id,
                    venue_name, city, latitude, longitude, currency, price_min, price_max, seats, document)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    setweight(to_tsvector('simple', ?), 'A') || setweight(to_tsvector('simple', ?), 'B')
                    || setweight(to_tsvector('simple', ?), 'D'))
                ON CONFLICT (event_id) DO UPDATE SET definition = excluded.definition, title = excluded.title,
                    description = excluded.description, type = excluded.type, starts_at = excluded.starts_at,
                    image = excluded.image, venue_id = excluded.venue_id, venue_name = excluded.venue_name,
                    city = excluded.city, latitude = excluded.latitude, longitude = excluded.longitude,
                    currency = excluded.currency, price_min = excluded.price_min, price_max = excluded.price_max,
                    seats = excluded.seats, document = excluded.document""")) {
            int i = 1;
            put.setString(i++, event.getEventId());
            put.setLong(i++, event.getDefinition());
            put.setString(i++, storable(event.getTitle()));
            put.setString(i++, storable(event.getDescription()));
            put.setString(i++, storable(event.getType()));
            put.setTimestamp(i++, Timestamp.from(Instant.ofEpochMilli(event.getStartsAtMillis())));
            put.setString(i++, event.getImagesCount() == 0 ? "" : storable(event.getImages(0)));
            put.setString(i++, venue.getVenueId());
            put.setString(i++, storable(venue.getName()));
            put.setString(i++, storable(venue.getCity()));
            put.setDouble(i++, venue.getLatitude());
            put.setDouble(i++, venue.getLongitude());
            put.setString(i++, event.getCurrency());
            put.setLong(i++, priceMin);
            put.setLong(i++, priceMax);
            put.setInt(i++, seats(event.getSeating()));
            StringBuilder names = new StringBuilder(event.getTitle());
            event.getPerformersList().forEach(p -> names.append(' ').append(p.getName()));
            put.setString(i++, words(names.toString()));
            put.setString(i++, words(venue.getName() + " " + venue.getCity() + " " + event.getType()));
            put.setString(i, words(event.getDescription()));
            put.executeUpdate();
        }
        putPerformers(connection, event);
        putTiers(connection, event);
    }

    private static void putPerformers(Connection connection, Event event) throws SQLException {
        clear(connection, "DELETE FROM tickets.event_performers WHERE event_id = ?", event.getEventId());
        try (PreparedStatement put = connection.prepareStatement(
                "INSERT INTO tickets.event_performers (event_id, place, performer_id, name) VALUES (?, ?, ?, ?)")) {
            for (int place = 0; place < event.getPerformersCount(); place++) {
                Performer performer = event.getPerformers(place);
                put.setString(1, event.getEventId());
                put.setInt(2, place);
                put.setString(3, performer.getPerformerId());
                put.setString(4, storable(performer.getName()));
                put.addBatch();
            }
            put.executeBatch();
        }
    }

    private static void putTiers(Connection connection, Event event) throws SQLException {
        clear(connection, "DELETE FROM tickets.event_tiers WHERE event_id = ?", event.getEventId());
        try (PreparedStatement put = connection.prepareStatement("""
                INSERT INTO tickets.event_tiers (event_id, place, tier_id, name, price_minor)
                VALUES (?, ?, ?, ?, ?)""")) {
            for (int place = 0; place < event.getTiersCount(); place++) {
                PriceTier tier = event.getTiers(place);
                put.setString(1, event.getEventId());
                put.setInt(2, place);
                put.setString(3, tier.getTierId());
                put.setString(4, storable(tier.getName()));
                put.setLong(5, tier.getPriceMinor());
                put.addBatch();
            }
            put.executeBatch();
        }
    }

    private static void clear(Connection connection, String sql, String eventId) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setString(1, eventId);
            delete.executeUpdate();
        }
    }

    private static void put(Connection connection, Venue venue) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement("""
                INSERT INTO tickets.venues (venue_id, version, name, address, city, latitude, longitude, capacity)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (venue_id) DO UPDATE SET version = excluded.version, name = excluded.name,
                    address = excluded.address, city = excluded.city, latitude = excluded.latitude,
                    longitude = excluded.longitude, capacity = excluded.capacity""")) {
            put.setString(1, venue.getVenueId());
            put.setLong(2, venue.getVersion());
            put.setString(3, storable(venue.getName()));
            put.setString(4, storable(venue.getAddress()));
            put.setString(5, storable(venue.getCity()));
            put.setDouble(6, venue.getLatitude());
            put.setDouble(7, venue.getLongitude());
            put.setInt(8, seats(venue.getSeating()));
            put.executeUpdate();
        }
    }

    private static void put(Connection connection, Performer performer) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement("""
                INSERT INTO tickets.performers (performer_id, version, name, description, image)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (performer_id) DO UPDATE SET version = excluded.version, name = excluded.name,
                    description = excluded.description, image = excluded.image""")) {
            put.setString(1, performer.getPerformerId());
            put.setLong(2, performer.getVersion());
            put.setString(3, storable(performer.getName()));
            put.setString(4, storable(performer.getDescription()));
            put.setString(5, storable(performer.getImage()));
            put.executeUpdate();
        }
    }

    private static int seats(Seating seating) {
        int seats = 0;
        for (Section section : seating.getSectionsList()) {
            for (SeatRow row : section.getRowsList()) {
                seats += row.getSeats();
            }
        }
        return seats;
    }

    /** PostgreSQL's text can't hold a zero character; a name with one must not stop everybody else's. */
    static String storable(String text) {
        return text.replace("\0", "");
    }

    private static String words(String text) {
        return String.join(" ", SearchQuery.words(text));
    }
}
