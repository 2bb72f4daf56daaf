package dev.millrace.tickets.streams;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.streams.owner.OwnedPartition;
import java.util.Optional;

/**
 * The seat maps of the events that were claimed last, published by their owners for any thread to read. What was
 * pushed out, or was never here, is in the store.
 */
final class SeatMaps {
    private record Key(OwnedPartition owner, String eventId) {}

    private final Cache<Key, SeatMap> maps;

    /** @param bytesMax heap that all of them together may take, roughly */
    SeatMaps(long bytesMax) {
        this.maps = Caffeine.newBuilder()
                .maximumWeight(bytesMax)
                .weigher((Key key, SeatMap map) -> map.bytes())
                .executor(Runnable::run)
                .build();
    }

    Optional<SeatMap> get(OwnedPartition owner, String eventId) {
        return Optional.ofNullable(maps.getIfPresent(new Key(owner, eventId)));
    }

    void publish(OwnedPartition owner, String eventId, SeatMap map) {
        maps.put(new Key(owner, eventId), map);
    }

    void drop(OwnedPartition owner) {
        maps.asMap().keySet().removeIf(key -> key.owner() == owner);
    }
}
