package dev.millrace.tickets.streams;

import com.google.protobuf.UnsafeByteOperations;
import dev.millrace.tickets.rules.EventLayout;
import dev.millrace.tickets.rules.RowStatuses;
import dev.millrace.tickets.rules.SeatBookChange;
import dev.millrace.tickets.topics.v1.EventHead;
import dev.millrace.tickets.topics.v1.RowState;
import dev.millrace.tickets.topics.v1.SeatMapView;
import dev.millrace.topics.v1.Position;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The seats of an event at one moment. Never changes: a claim makes a new one that shares all rows but its own, so
 * that a reader keeps a whole and consistent map while claims go on.
 */
final class SeatMap {
    private static final int CHUNK_ROWS = 64;
    /** A row's state, its definition and its entry in the layout, as measured in the heap, rounded up. */
    private static final int ROW_BYTES = 600;

    private static final int EVENT_BYTES = 4_096;

    private final EventLayout layout;
    private final EventHead head;
    private final RowState[][] rows;

    private SeatMap(EventLayout layout, EventHead head, RowState[][] rows) {
        this.layout = layout;
        this.head = head;
        this.rows = rows;
    }

    /** @param rows every row of the layout, by number */
    static SeatMap of(EventLayout layout, EventHead head, SortedMap<Integer, RowState> rows) {
        if (rows.size() != layout.rows()) {
            throw new IllegalArgumentException("rows: " + rows.size() + " (expected: " + layout.rows() + ")");
        }
        RowState[][] chunks = new RowState[(layout.rows() + CHUNK_ROWS - 1) / CHUNK_ROWS][CHUNK_ROWS];
        rows.forEach((row, state) -> chunks[row / CHUNK_ROWS][row % CHUNK_ROWS] = state);
        return new SeatMap(layout, head, chunks);
    }

    SeatMap after(SeatBookChange change) {
        EventLayout laidOut = change.layout();
        if (laidOut != null) {
            SortedMap<Integer, RowState> all = new TreeMap<>();
            for (int row = 0; row < Math.min(layout.rows(), laidOut.rows()); row++) {
                all.put(row, row(row));
            }
            all.putAll(change.rows());
            return of(laidOut, change.head(), all);
        }
        RowState[][] chunks = rows.clone();
        for (Map.Entry<Integer, RowState> changed : change.rows().entrySet()) {
            int chunk = changed.getKey() / CHUNK_ROWS;
            if (chunks[chunk] == rows[chunk]) {
                chunks[chunk] = rows[chunk].clone();
            }
            chunks[chunk][changed.getKey() % CHUNK_ROWS] = changed.getValue();
        }
        return new SeatMap(layout, change.head(), chunks);
    }

    EventLayout layout() {
        return layout;
    }

    EventHead head() {
        return head;
    }

    RowState row(int row) {
        return rows[row / CHUNK_ROWS][row % CHUNK_ROWS];
    }

    /** Roughly what this takes of the heap. */
    int bytes() {
        return EVENT_BYTES + ROW_BYTES * layout.rows();
    }

    /** @param included position up to which the store is known to have everything */
    SeatMapView view(Position included) {
        byte[] letters = new byte[layout.seats()];
        int from = 0;
        for (int row = 0; row < layout.rows(); row++) {
            int seats = layout.row(row).getSeats();
            RowStatuses.letters(row(row), seats, letters, from);
            from += seats;
        }
        return SeatMapView.newBuilder()
                .setEventId(layout.event().getEventId())
                .setSeatMapVersion(head.getSeatMapVersion())
                .setDefinition(head.getDefinition())
                .setStatuses(UnsafeByteOperations.unsafeWrap(letters))
                .addAllAvailable(head.getAvailableList())
                .setPosition(included)
                .setChangedAtMillis(head.getNowMillis())
                .build();
    }
}
