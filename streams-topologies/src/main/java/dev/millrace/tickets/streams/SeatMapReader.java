package dev.millrace.tickets.streams;

import dev.millrace.streams.owner.StateReader.ChangingTooFast;
import dev.millrace.tickets.rules.EventLayout;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.EventHead;
import dev.millrace.tickets.topics.v1.RowState;
import dev.millrace.topics.WireSerde;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Reads an event's seats from the store as of one moment, although another thread may be writing: a claim writes its
 * rows before the head, and each row says at which version it changed, so that a map with a row newer than its head,
 * or whose head changed meanwhile, is seen to be torn and read again.
 */
final class SeatMapReader {
    private static final int ATTEMPTS_MAX = 20;
    private static final String STORE = SeatClaimTopology.STORE;

    private static final WireSerde<EventHead> HEADS = WireSerde.of(EventHead.getDefaultInstance());
    private static final WireSerde<Event> EVENTS = WireSerde.of(Event.getDefaultInstance());
    private static final WireSerde<RowState> ROWS = WireSerde.of(RowState.getDefaultInstance());

    private final ReadOnlyKeyValueStore<Bytes, byte[]> store;

    SeatMapReader(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /** Empty if the event isn't defined. */
    Optional<SeatMap> read(String eventId) {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            byte[] head = store.get(SeatBookKeys.head(eventId));
            if (head == null) {
                return Optional.empty();
            }
            Optional<SeatMap> whole = readOnce(eventId, HEADS.decode(STORE, head));
            if (whole.isPresent()) {
                return whole;
            }
        }
        throw new ChangingTooFast("the seat map of " + eventId);
    }

    private Optional<SeatMap> readOnce(String eventId, EventHead head) {
        byte[] event = store.get(SeatBookKeys.event(eventId));
        if (event == null) {
            return Optional.empty();
        }
        EventLayout layout = new EventLayout(EVENTS.decode(STORE, event));
        SortedMap<Integer, RowState> rows = new TreeMap<>();
        try (KeyValueIterator<Bytes, byte[]> stored =
                store.range(SeatBookKeys.row(eventId, 0), SeatBookKeys.row(eventId, Integer.MAX_VALUE))) {
            while (stored.hasNext()) {
                KeyValue<Bytes, byte[]> row = stored.next();
                rows.put(SeatBookKeys.rowOf(row.key), ROWS.decode(STORE, row.value));
            }
        }
        byte[] after = store.get(SeatBookKeys.head(eventId));
        boolean whole = after != null
                && HEADS.decode(STORE, after).equals(head)
                && layout.event().getDefinition() == head.getDefinition()
                && rows.size() == layout.rows()
                && rows.values().stream().allMatch(r -> r.getChangedAtVersion() <= head.getSeatMapVersion());
        return whole ? Optional.of(SeatMap.of(layout, head, rows)) : Optional.empty();
    }
}
