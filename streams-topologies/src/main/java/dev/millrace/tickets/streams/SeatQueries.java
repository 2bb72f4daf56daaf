package dev.millrace.tickets.streams;

import com.google.protobuf.MessageLite;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.tickets.topics.BookingIds;
import dev.millrace.tickets.topics.TicketsQueries;
import dev.millrace.tickets.topics.v1.BookingView;
import dev.millrace.tickets.topics.v1.EventView;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers questions about events, their seat maps and their bookings. */
final class SeatQueries implements StateReader {
    private final SeatMaps maps;

    SeatQueries(SeatMaps maps) {
        this.maps = maps;
    }

    @Override
    public Set<String> questions() {
        return Set.of(TicketsQueries.EVENT, TicketsQueries.SEAT_MAP, TicketsQueries.BOOKING);
    }

    @Override
    public long decidedOffset(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        return SeatBooks.progressIn(store.get(SeatBookKeys.PROGRESS)).getOffset();
    }

    @Override
    public Optional<? extends MessageLite> read(
            StateQuery query,
            ReadOnlyKeyValueStore<Bytes, byte[]> store,
            @Nullable OwnedPartition owned,
            Position included) {
        return switch (query.getName()) {
            case TicketsQueries.EVENT ->
                map(query.getOwner(), store, owned)
                        .map(map -> EventView.newBuilder()
                                .setEvent(map.layout().event())
                                .setSeatMap(map.view(included))
                                .build());
            case TicketsQueries.SEAT_MAP -> map(query.getOwner(), store, owned).map(map -> map.view(included));
            case TicketsQueries.BOOKING -> booking(query, store);
            default ->
                throw new IllegalArgumentException(
                        "question: " + query.getName() + " (expected: one of " + questions() + ")");
        };
    }

    private Optional<SeatMap> map(
            String eventId, ReadOnlyKeyValueStore<Bytes, byte[]> store, @Nullable OwnedPartition owned) {
        Optional<SeatMap> published = owned == null ? Optional.empty() : maps.get(owned, eventId);
        return published.isPresent() ? published : new SeatMapReader(store).read(eventId);
    }

    private static Optional<BookingView> booking(StateQuery query, ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        byte[] stored = store.get(SeatBookKeys.booking(query.getKey()));
        if (stored != null) {
            return Optional.of(BookingView.newBuilder()
                    .setBooking(SeatBooks.BOOKINGS
                            .decode(SeatClaimTopology.STORE, stored)
                            .getBooking())
                    .build());
        }
        return BookingIds.commandOf(query.getKey())
                .map(command -> store.get(SeatBookKeys.remembered(command)))
                .map(bytes -> SeatBooks.REMEMBERED
                        .decode(SeatClaimTopology.STORE, bytes)
                        .getOutcome())
                .filter(SeatOutcome::hasRefused)
                .map(outcome -> BookingView.newBuilder()
                        .setRefused(outcome.getRefused())
                        .build());
    }
}
