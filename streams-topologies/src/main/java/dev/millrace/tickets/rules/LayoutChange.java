package dev.millrace.tickets.rules;

import dev.millrace.tickets.topics.v1.EventHead;
import dev.millrace.tickets.topics.v1.RowState;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.SeatStatus;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a new definition does to the seats of an event: a seat is the same seat if it has the same ticket id. */
final class LayoutChange {
    private LayoutChange() {}

    /** Whether any seat is held or sold. */
    static boolean seatsInUse(SeatBook book) {
        EventHead head = book.head();
        return head != null
                && head.getAvailableList().stream()
                                .mapToLong(Integer::longValue)
                                .sum()
                        < head.getSeats();
    }

    /** Names the held and sold seats that the new layout doesn't have. */
    static void seatsLost(SeatBook book, EventLayout wanted, Consumer<String> lost) {
        if (!seatsInUse(book)) {
            return;
        }
        EventLayout current = book.layout();
        for (int row = 0; row < current.rows(); row++) {
            RowState state = book.row(row);
            SeatRow here = current.row(row);
            Integer there = wanted.rowNamed(current.nameOf(row));
            for (int offset = 0; offset < here.getSeats(); offset++) {
                if (RowStatuses.at(state, offset) != SeatStatus.AVAILABLE
                        && (there == null || offsetIn(wanted.row(there), here.getFirstNumber() + offset) < 0)) {
                    lost.accept(current.ticketId(row, offset));
                }
            }
        }
    }

    /** Rows of the new layout that differ from the rows now at their places. */
    static SortedMap<Integer, RowState> rowsChanged(@Nullable SeatBook before, EventLayout wanted, long version) {
        SortedMap<Integer, RowState> changed = new TreeMap<>();
        EventLayout current = before == null ? null : before.layout();
        for (int row = 0; row < wanted.rows(); row++) {
            Integer old = current == null ? null : current.rowNamed(wanted.nameOf(row));
            if (before == null || current == null || old == null) {
                changed.put(
                        row,
                        RowStatuses.packed(
                                RowStatuses.allAvailable(wanted.row(row).getSeats()), version));
            } else if (old != row || !sameRow(current, old, wanted, row)) {
                changed.put(row, moved(before.row(old), current.row(old), wanted.row(row), version));
            }
        }
        return changed;
    }

    private static boolean sameRow(EventLayout current, int old, EventLayout wanted, int row) {
        return current.row(old).equals(wanted.row(row))
                && current.priceTier(old).equals(wanted.priceTier(row));
    }

    private static RowState moved(RowState state, SeatRow from, SeatRow to, long version) {
        byte[] statuses = RowStatuses.allAvailable(to.getSeats());
        for (int offset = 0; offset < to.getSeats(); offset++) {
            int old = offsetIn(from, to.getFirstNumber() + offset);
            if (old >= 0) {
                RowStatuses.set(statuses, offset, RowStatuses.at(state, old));
            }
        }
        return RowStatuses.packed(statuses, version);
    }

    private static int offsetIn(SeatRow row, int number) {
        int offset = number - row.getFirstNumber();
        return offset < row.getSeats() ? offset : -1;
    }
}
