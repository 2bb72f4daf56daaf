package dev.millrace.tickets.serving;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Search over the catalogue in PostgreSQL: one statement finds the events that match, and from them come the page,
 * the total and the facets, so that they always fit together.
 */
final class EventSearch {
    private static final double EARTH_KM = 6371.0;
    private static final double KM_PER_DEGREE = 111.0;

    private static final String MATCHING = """
            WITH matching AS MATERIALIZED (
                SELECT e.event_id, e.city, e.type, e.starts_at, e.price_min,
                       %s AS rank, %s AS distance_km, coalesce(d.popularity, 0) AS popularity
                FROM tickets.events e LEFT JOIN tickets.event_demand d USING (event_id)
                WHERE %s)
            """;

    private static final String PAGE = """
            , page AS (
                SELECT row_number() OVER (ORDER BY %1$s) AS place, event_id, distance_km FROM matching
                ORDER BY %1$s LIMIT ? OFFSET ?)
            SELECT 'item' AS kind, place AS sort, jsonb_build_object(
                'eventId', e.event_id, 'title', e.title, 'type', e.type,
                'startsAt', to_char(e.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                'image', e.image,
                'venue', jsonb_build_object('venueId', e.venue_id, 'name', e.venue_name, 'city', e.city,
                    'latitude', e.latitude, 'longitude', e.longitude),
                'performers', coalesce((
                    SELECT jsonb_agg(jsonb_build_object('performerId', p.performer_id, 'name', p.name) ORDER BY p.place)
                    FROM tickets.event_performers p WHERE p.event_id = e.event_id), '[]'),
                'currency', e.currency, 'priceMin', e.price_min, 'priceMax', e.price_max, 'seats', e.seats,
                'available', greatest(0, e.seats - coalesce(d.taken, 0)),
                'popularity', coalesce(d.popularity, 0),
                'distanceKm', round(page.distance_km::numeric, 2))::text AS value
            FROM page JOIN tickets.events e USING (event_id) LEFT JOIN tickets.event_demand d USING (event_id)
            UNION ALL SELECT 'total', 0, count(*)::text FROM matching
            UNION ALL (SELECT 'city', -count(*), jsonb_build_object('value', city, 'count', count(*))::text
                FROM matching GROUP BY city ORDER BY 2, city LIMIT 50)
            UNION ALL (SELECT 'type', -count(*), jsonb_build_object('value', type, 'count', count(*))::text
                FROM matching GROUP BY type ORDER BY 2, type LIMIT 50)
            UNION ALL (SELECT 'month', row_number() OVER (ORDER BY 3), value FROM (
                SELECT to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
                    jsonb_build_object('value', to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM'),
                        'count', count(*))::text AS value
                FROM matching GROUP BY 1 ORDER BY 1 LIMIT 60) months)
            UNION ALL (SELECT 'priceBand', band, jsonb_build_object('value', (ARRAY['0', '1-2500', '2501-5000',
                    '5001-10000', '10001-20000', '20001-'])[band], 'count', count(*))::text
                FROM (SELECT 1 + width_bucket(price_min, ARRAY[1, 2501, 5001, 10001, 20001]::bigint[]) AS band
                    FROM matching) bands GROUP BY band)
            ORDER BY 1, 2""";

    private final List<Object> arguments = new ArrayList<>();

    private EventSearch() {}

    static JsonObject run(Connection connection, SearchQuery query) throws SQLException {
        return new EventSearch().search(connection, query);
    }

    private JsonObject search(Connection connection, SearchQuery query) throws SQLException {
        // In the order of the statement's marks.
        String rank = "0";
        if (!query.words().isEmpty()) {
            rank = "ts_rank(e.document, to_tsquery('simple', ?))";
            arguments.add(prefixes(query.words()));
        }
        String distance = "NULL::double precision";
        if (query.near().isPresent()) {
            distance = distance();
            addPoint(query.near().get());
        }
        String where = where(query);
        String sql = MATCHING.formatted(rank, distance, where) + PAGE.formatted(order(query.sort()));
        arguments.add(query.pageSize());
        arguments.add(query.offset());
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.size(); i++) {
                select.setObject(i + 1, arguments.get(i));
            }
            return answer(select, query);
        }
    }

    private static JsonObject answer(PreparedStatement select, SearchQuery query) throws SQLException {
        JsonArray items = new JsonArray();
        JsonObject facets = new JsonObject();
        for (String facet : List.of("city", "type", "month", "priceBand")) {
            facets.put(facet, new JsonArray());
        }
        long total = 0;
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                String kind = rows.getString("kind");
                String value = rows.getString("value");
                if (kind.equals("total")) {
                    total = Long.parseLong(value);
                } else if (kind.equals("item")) {
                    JsonObject item = new JsonObject(value);
                    if (item.getValue("distanceKm") == null) {
                        item.remove("distanceKm");
                    }
                    items.add(item);
                } else {
                    facets.getJsonArray(kind).add(new JsonObject(value));
                }
            }
        }
        return new JsonObject()
                .put("items", items)
                .put("total", total)
                .put("page", query.page())
                .put("pageSize", query.pageSize())
                .put("facets", facets);
    }

    private String where(SearchQuery query) {
        List<String> all = new ArrayList<>();
        all.add("true");
        if (!query.words().isEmpty()) {
            all.add("e.document @@ to_tsquery('simple', ?)");
            arguments.add(prefixes(query.words()));
        }
        query.start().ifPresent(start -> {
            all.add("e.starts_at >= ?");
            arguments.add(Timestamp.from(start));
        });
        query.end().ifPresent(end -> {
            all.add("e.starts_at < ?");
            arguments.add(Timestamp.from(end));
        });
        query.city().ifPresent(city -> {
            all.add("lower(e.city) = lower(?)");
            arguments.add(city);
        });
        query.type().ifPresent(type -> {
            all.add("e.type = ?");
            arguments.add(type);
        });
        query.performer().ifPresent(performer -> {
            all.add("EXISTS (SELECT 1 FROM tickets.event_performers p WHERE p.event_id = e.event_id"
                    + " AND (p.performer_id = ? OR lower(p.name) = lower(?)))");
            arguments.add(performer);
            arguments.add(performer);
        });
        if (query.priceMin().isPresent() || query.priceMax().isPresent()) {
            all.add("EXISTS (SELECT 1 FROM tickets.event_tiers t WHERE t.event_id = e.event_id"
                    + " AND t.price_minor BETWEEN ? AND ?)");
            arguments.add(query.priceMin().orElse(0L));
            arguments.add(query.priceMax().orElse(Long.MAX_VALUE));
        }
        query.near().ifPresent(near -> {
            // A box by the index first; the circle then.
            all.add("e.latitude BETWEEN ? AND ? AND " + distance() + " <= ?");
            double degrees = near.radiusKm() / KM_PER_DEGREE;
            arguments.add(near.latitude() - degrees);
            arguments.add(near.latitude() + degrees);
            addPoint(near);
            arguments.add(near.radiusKm());
        });
        return String.join(" AND ", all);
    }

    /** Haversine; takes the point's latitude twice, then its longitude. */
    private static String distance() {
        return "2 * " + EARTH_KM + " * asin(least(1, sqrt(power(sin(radians(e.latitude - ?) / 2), 2)"
                + " + cos(radians(?)) * cos(radians(e.latitude))"
                + " * power(sin(radians(e.longitude - ?) / 2), 2))))";
    }

    private void addPoint(SearchQuery.Place point) {
        arguments.add(point.latitude());
        arguments.add(point.latitude());
        arguments.add(point.longitude());
    }

    private static String prefixes(List<String> words) {
        return words.stream().map(word -> word + ":*").collect(Collectors.joining(" & "));
    }

    /** Every order ends with the id, so that pages neither overlap nor leave out. */
    private static String order(SearchQuery.Sort sort) {
        return switch (sort) {
            case RELEVANCE -> "rank DESC, starts_at, event_id";
            case DATE -> "starts_at, event_id";
            case PRICE -> "price_min, starts_at, event_id";
            case POPULARITY -> "popularity DESC, starts_at, event_id";
            case DISTANCE -> "distance_km, starts_at, event_id";
        };
    }
}
