package dev.millrace.tickets.standalone.history;

import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.PriceTier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The seats of one event as they are now: each free, reserved or sold, by whose booking, and when its row last changed. */
final class Hall {
    private final Map<String, Seat> seats = new LinkedHashMap<>();
    private final Map<String, Long> rowChangedAt = new HashMap<>();

    /** A seat and who has it. */
    static final class Seat {
        private final int index;
        private final String row;
        private final PriceTier tier;
        private char status = 'A';
        private String holder = "";

        Seat(int index, String row, PriceTier tier) {
            this.index = index;
            this.row = row;
            this.tier = tier;
        }

        /** Its place in the catalogue, from 0. */
        int index() {
            return index;
        }

        PriceTier tier() {
            return tier;
        }

        boolean isReserved() {
            return status == 'R';
        }

        boolean isSold() {
            return status == 'S';
        }

        /** Id of the booking that has it; empty while it is free. */
        String holder() {
            return holder;
        }
    }

    /** Builds what an event's definition says; all seats are free. */
    void build(Event event) {
        event.getSeating()
                .getSectionsList()
                .forEach(section -> section.getRowsList().forEach(row -> {
                    String name = section.getSectionId() + "-" + row.getLabel();
                    PriceTier tier = event.getTiersList().stream()
                            .filter(t -> t.getTierId().equals(row.getTierId()))
                            .findFirst()
                            .orElseThrow();
                    for (int i = 0; i < row.getSeats(); i++) {
                        seats.put(name + "-" + (row.getFirstNumber() + i), new Seat(seats.size(), name, tier));
                    }
                }));
    }

    int size() {
        return seats.size();
    }

    /** One of A, R and S for every seat, in the order of the catalogue. */
    String statuses() {
        StringBuilder text = new StringBuilder(seats.size());
        seats.values().forEach(seat -> text.append(seat.status));
        return text.toString();
    }

    Seat seat(String ticket) {
        Seat seat = seats.get(ticket);
        if (seat == null) {
            throw new IllegalArgumentException("seat " + ticket + " (expected: one that there is)");
        }
        return seat;
    }

    /** Of these, those that are no seats, or were named before. */
    List<String> unknown(List<String> tickets) {
        Set<String> once = new HashSet<>();
        return tickets.stream()
                .filter(ticket -> !seats.containsKey(ticket) || !once.add(ticket))
                .toList();
    }

    /** Of these seats, those in whose row something has changed after this version. */
    List<String> changedSince(long version, List<String> tickets) {
        return tickets.stream()
                .filter(ticket -> rowChangedAt.getOrDefault(seat(ticket).row, 1L) > version)
                .toList();
    }

    /** A booking has these seats reserved from this version on. */
    void reserve(List<String> tickets, String bookingId, long version) {
        set(tickets, 'R', bookingId, version);
    }

    /** A booking has these seats for good from this version on. */
    void sell(List<String> tickets, String bookingId, long version) {
        set(tickets, 'S', bookingId, version);
    }

    /** Nobody has these seats from this version on. */
    void free(List<String> tickets, long version) {
        set(tickets, 'A', "", version);
    }

    private void set(List<String> tickets, char status, String holder, long version) {
        for (String ticket : tickets) {
            Seat seat = seat(ticket);
            seat.status = status;
            seat.holder = holder;
            rowChangedAt.put(seat.row, version);
        }
    }
}
