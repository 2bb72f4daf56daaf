package dev.millrace.tickets.serving;

import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.PriceTier;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The seats of one definition of an event: which seat has which index, where it is drawn, what it costs. */
final class SeatLayout {
    /** One row: its seats have the indexes from {@code firstIndex} on. */
    record Row(Section section, SeatRow row, PriceTier tier, int tierIndex, int firstIndex) {
        String ticketId(int seat) {
            return section.getSectionId() + "-" + row.getLabel() + "-" + number(seat);
        }

        int number(int seat) {
            return row.getFirstNumber() + seat;
        }

        /** Where a seat is drawn, in hundredths of a seat's width. */
        long x(int seat) {
            return Math.round(row.getX() + (double) seat * row.getDx() - bow(seat) * row.getDy() / length());
        }

        long y(int seat) {
            return Math.round(row.getY() + (double) seat * row.getDy() + bow(seat) * row.getDx() / length());
        }

        Set<Integer> accessible() {
            return new HashSet<>(row.getAccessibleList());
        }

        private double bow(int seat) {
            if (row.getBow() == 0 || row.getSeats() < 2) {
                return 0;
            }
            double along = 2.0 * seat / (row.getSeats() - 1) - 1;
            return row.getBow() * (1 - along * along);
        }

        private double length() {
            return Math.max(1e-9, Math.hypot(row.getDx(), row.getDy()));
        }
    }

    private final Event event;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Row> rowByName = new HashMap<>();
    private final int seats;

    SeatLayout(Event event) {
        this.event = event;
        Map<String, Integer> tiers = new HashMap<>();
        for (int i = 0; i < event.getTiersCount(); i++) {
            tiers.put(event.getTiers(i).getTierId(), i);
        }
        int index = 0;
        for (Section section : event.getSeating().getSectionsList()) {
            for (SeatRow row : section.getRowsList()) {
                int tier = tiers.getOrDefault(row.getTierId(), 0);
                Row r = new Row(section, row, event.getTiers(tier), tier, index);
                rows.add(r);
                rowByName.put(section.getSectionId() + "-" + row.getLabel(), r);
                index += row.getSeats();
            }
        }
        this.seats = index;
    }

    Event event() {
        return event;
    }

    List<Row> rows() {
        return rows;
    }

    int seats() {
        return seats;
    }

    /** Row of the seat with this index. */
    Row rowOf(int index) {
        int low = 0;
        int high = rows.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (rows.get(middle).firstIndex() <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return rows.get(low);
    }

    String ticketIdOf(int index) {
        Row row = rowOf(index);
        return row.ticketId(index - row.firstIndex());
    }

    OptionalInt indexOf(String ticketId) {
        int dash = ticketId.lastIndexOf('-');
        Row row = dash < 0 ? null : rowByName.get(ticketId.substring(0, dash));
        if (row == null) {
            return OptionalInt.empty();
        }
        try {
            int seat =
                    Integer.parseInt(ticketId.substring(dash + 1)) - row.row().getFirstNumber();
            return seat < 0 || seat >= row.row().getSeats()
                    ? OptionalInt.empty()
                    : OptionalInt.of(row.firstIndex() + seat);
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
