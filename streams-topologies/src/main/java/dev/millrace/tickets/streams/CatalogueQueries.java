package dev.millrace.tickets.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.MessageLite;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.tickets.topics.TicketsQueries;
import dev.millrace.tickets.topics.v1.CatalogueState;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers questions about venues and performers. */
final class CatalogueQueries implements StateReader {
    /** Key of a venue's or performer's state. */
    static Bytes key(String catalogueKey) {
        byte[] bytes = catalogueKey.getBytes(UTF_8);
        return Bytes.wrap(
                ByteBuffer.allocate(1 + bytes.length).put((byte) 'C').put(bytes).array());
    }

    @Override
    public Set<String> questions() {
        return Set.of(TicketsQueries.VENUE, TicketsQueries.PERFORMER);
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
        Optional<CatalogueState> state = Optional.ofNullable(store.get(key(query.getOwner())))
                .map(bytes -> CatalogueProcessor.STATES.decode(CatalogueTopology.STORE, bytes));
        return switch (query.getName()) {
            case TicketsQueries.VENUE -> state.filter(CatalogueState::hasVenue).map(CatalogueState::getVenue);
            case TicketsQueries.PERFORMER ->
                state.filter(CatalogueState::hasPerformer).map(CatalogueState::getPerformer);
            default ->
                throw new IllegalArgumentException(
                        "question: " + query.getName() + " (expected: one of " + questions() + ")");
        };
    }
}
