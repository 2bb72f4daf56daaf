package dev.millrace.tickets.standalone.history;

import dev.millrace.standalone.history.Exchange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people outside saw. Calls are kept one by one; of maps only what differs, so that hundreds of thousands of reads
 * take no more room than there were versions. One thread writes.
 */
public final class Observations {
    private final List<Exchange> exchanges = new ArrayList<>();
    private final Map<String, Map<Long, MapSeen>> maps = new HashMap<>();
    private long reads;

    /** One version of an event's map, with the furthest positions that readers of it had sent or were told. */
    static final class MapSeen {
        private final String statuses;
        private @Nullable LogPosition sent;
        private @Nullable LogPosition told;
        /** Another text under the same version; null if all were alike. */
        private @Nullable String other;

        MapSeen(String statuses) {
            this.statuses = statuses;
        }

        String statuses() {
            return statuses;
        }

        @Nullable LogPosition sent() {
            return sent;
        }

        @Nullable LogPosition told() {
            return told;
        }

        @Nullable String other() {
            return other;
        }
    }

    public void called(Exchange exchange) {
        exchanges.add(exchange);
    }

    public void saw(SeatMapRead read) {
        reads++;
        MapSeen seen = maps.computeIfAbsent(read.eventId(), event -> new HashMap<>())
                .computeIfAbsent(read.seatMapVersion(), version -> new MapSeen(read.statuses()));
        if (!seen.statuses.equals(read.statuses())) {
            seen.other = read.statuses();
        }
        seen.sent = LogPosition.later(seen.sent, LogPosition.parse(read.positionSent()));
        seen.told = LogPosition.later(seen.told, LogPosition.parse(read.position()));
    }

    List<Exchange> exchanges() {
        return exchanges;
    }

    /** By version. */
    Map<Long, MapSeen> mapsOf(String eventId) {
        return maps.getOrDefault(eventId, Map.of());
    }

    long reads() {
        return reads;
    }
}
