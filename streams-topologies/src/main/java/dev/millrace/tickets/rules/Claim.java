package dev.millrace.tickets.rules;

import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Seats somebody wants now, and what stands in the way of each. A hold that has run out doesn't. */
final class Claim {
    private final SeatBook book;
    private final long now;
    private final Map<String, EventLayout.Place> places = new LinkedHashMap<>();
    private final List<String> unknown = new ArrayList<>();
    private final List<String> taken = new ArrayList<>();
    private final Map<String, Booking> expired = new LinkedHashMap<>();

    Claim(SeatBook book, long now) {
        this.book = book;
        this.now = now;
    }

    void want(String ticketId) {
        EventLayout.Place place = book.layout().find(ticketId);
        if (place == null || places.put(ticketId, place) != null) {
            unknown.add(ticketId);
            return;
        }
        switch (RowStatuses.at(book.row(place.row()), place.offset())) {
            case AVAILABLE -> {}
            case RESERVED -> {
                Booking holder = holderOf(ticketId);
                if (holder.getExpiresAtMillis() <= now) {
                    expired.put(holder.getBookingId(), holder);
                } else {
                    taken.add(ticketId);
                }
            }
            default -> taken.add(ticketId);
        }
    }

    private Booking holderOf(String ticketId) {
        String holder = book.holderOf(ticketId);
        BookingState state = holder == null ? null : book.booking(holder);
        if (state == null) {
            throw new IllegalStateException("seat: " + ticketId + " is RESERVED (expected: a booking that holds it)");
        }
        return state.getBooking();
    }

    EventLayout.Place placeOf(String ticketId) {
        EventLayout.Place place = places.get(ticketId);
        if (place == null) {
            throw new IllegalArgumentException("ticket: " + ticketId + " (expected: one that was asked for)");
        }
        return place;
    }

    /** Tickets the event doesn't have, or that were asked for twice. */
    List<String> unknown() {
        return unknown;
    }

    /** Tickets that are sold, or held by a booking that hasn't run out. */
    List<String> taken() {
        return taken;
    }

    List<String> notToBeHad() {
        List<String> both = new ArrayList<>(unknown);
        both.addAll(taken);
        return both;
    }

    /** Tickets in rows that changed after this version. A row, not a seat, remembers when it changed. */
    List<String> changedAfter(long version) {
        List<String> changed = new ArrayList<>();
        places.forEach((ticketId, place) -> {
            if (book.row(place.row()).getChangedAtVersion() > version) {
                changed.add(ticketId);
            }
        });
        return changed;
    }

    /** Holds that have run out and must lapse first, in the order their seats were asked for. */
    List<Booking> expired() {
        return List.copyOf(expired.values());
    }
}
