package dev.millrace.tickets.streams;

import com.google.protobuf.MessageLite;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.tickets.topics.TicketsQueries;
import dev.millrace.tickets.topics.v1.CatalogueState;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers questions about venues and performers. */
final class CatalogueQueries implements StateReader {
    @Override
    public Set<String> questions() {
        return Set.of(TicketsQueries.VENUE, TicketsQueries.PERFORMER);
    }

    @Override
    public long decidedOffset(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        return CatalogueTopology.STATE.progress(store).getOffset();
    }

    @Override
    public Optional<? extends MessageLite> read(
            StateQuery query,
            ReadOnlyKeyValueStore<Bytes, byte[]> store,
            @Nullable OwnedPartition owned,
            Position included) {
        Optional<CatalogueState> state = CatalogueTopology.STATE.get(store, query.getOwner());
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
