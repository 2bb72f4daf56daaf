package dev.millrace.tickets.rules;

import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.PriceTier;
import dev.millrace.tickets.topics.v1.SeatRow;
import dev.millrace.tickets.topics.v1.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event's definition, laid out for finding seats. Its size goes with the number of rows, not of seats: a ticket id
 * says section, row and number, and the rest is counting.
 */
public final class EventLayout {
    private final Event event;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Integer> rowByName = new HashMap<>();
    private final int seats;

    /**
     * @param section section the row is in
     * @param seatRow the row as defined
     * @param tier place of the row's price tier in the event's list
     * @param firstSeat index of the row's first seat
     */
    private record Row(Section section, SeatRow seatRow, int tier, int firstSeat) {
        String name() {
            return section.getSectionId() + "-" + seatRow.getLabel();
        }
    }

    /** A seat of this layout: its index, its row, and its place in the row, each from 0. */
    public record Place(int seatIndex, int row, int offset) {}

    /** @throws IllegalArgumentException if a row is there twice or its tier isn't one of the event's */
    public EventLayout(Event event) {
        this.event = event;
        Map<String, Integer> tierById = new HashMap<>();
        for (PriceTier tier : event.getTiersList()) {
            tierById.put(tier.getTierId(), tierById.size());
        }
        int index = 0;
        for (Section section : event.getSeating().getSectionsList()) {
            for (SeatRow seatRow : section.getRowsList()) {
                Integer tier = tierById.get(seatRow.getTierId());
                if (tier == null) {
                    throw new IllegalArgumentException(
                            "tier: " + seatRow.getTierId() + " (expected: one of " + tierById.keySet() + ")");
                }
                Row row = new Row(section, seatRow, tier, index);
                if (rowByName.put(row.name(), rows.size()) != null) {
                    throw new IllegalArgumentException("row: " + row.name() + " twice (expected: once)");
                }
                rows.add(row);
                index += seatRow.getSeats();
            }
        }
        this.seats = index;
    }

    public Event event() {
        return event;
    }

    /** Number of seats. */
    public int seats() {
        return seats;
    }

    /** Number of rows. */
    public int rows() {
        return rows.size();
    }

    public SeatRow row(int row) {
        return rows.get(row).seatRow();
    }

    /** Price tier of a row, and so of its seats, as its place in the event's list. */
    public int tierOf(int row) {
        return rows.get(row).tier();
    }

    public PriceTier priceTier(int row) {
        return event.getTiers(tierOf(row));
    }

    /** Number of the row with this section and label; null if there is none. */
    @Nullable Integer rowNamed(String name) {
        return rowByName.get(name);
    }

    String nameOf(int row) {
        return rows.get(row).name();
    }

    String ticketId(int row, int offset) {
        return nameOf(row) + "-" + (row(row).getFirstNumber() + offset);
    }

    /** The seat with this ticket id; null if the event has no such seat. */
    public @Nullable Place find(String ticketId) {
        int dash = ticketId.lastIndexOf('-');
        if (dash < 0) {
            return null;
        }
        Integer row = rowByName.get(ticketId.substring(0, dash));
        int number = numberIn(ticketId, dash + 1);
        if (row == null || number < 0) {
            return null;
        }
        Row r = rows.get(row);
        int offset = number - r.seatRow().getFirstNumber();
        if (offset < 0 || offset >= r.seatRow().getSeats()) {
            return null;
        }
        return new Place(r.firstSeat() + offset, row, offset);
    }

    /** A number as ticket ids write it (no sign, no leading zero, at most 9 digits); -1 for anything else. */
    private static int numberIn(String text, int from) {
        int digits = text.length() - from;
        if (digits < 1 || digits > 9 || (digits > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }
}
