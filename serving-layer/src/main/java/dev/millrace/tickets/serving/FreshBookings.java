package dev.millrace.tickets.serving;

import dev.millrace.serving.CommittedTail;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.SeatFact;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Bookings as committed facts left them while the ledger's projector hasn't passed those facts yet: what a list from
 * the ledger is completed with, so that users read their own writes. Bounded: of what the ledger is far behind with,
 * the oldest is forgotten.
 */
final class FreshBookings implements CommittedTail.Follower<SeatFact> {
    /** Most facts kept; at 500 bytes each about 100 MB. */
    private static final int FACTS_MAX = 200_000;

    /** One booking after one fact. */
    record Fresh(Booking booking, int partition, long offset, long version) {}

    private final Map<String, Fresh> byId = new HashMap<>();
    private final Map<String, Map<String, Fresh>> byUser = new HashMap<>();
    private final Deque<Fresh> inOrder = new ArrayDeque<>();

    @Override
    public synchronized void accept(int partition, long offset, SeatFact fact) {
        Optional<Booking> booking = bookingIn(fact);
        if (booking.isEmpty()) {
            return;
        }
        Fresh fresh = new Fresh(booking.get(), partition, offset, fact.getSeatMapVersion());
        Fresh known = byId.get(fresh.booking.getBookingId());
        if (known != null && known.offset >= offset) {
            return;
        }
        byId.put(fresh.booking.getBookingId(), fresh);
        byUser.computeIfAbsent(fresh.booking.getUserId(), user -> new HashMap<>())
                .put(fresh.booking.getBookingId(), fresh);
        inOrder.add(fresh);
        if (inOrder.size() > FACTS_MAX) {
            forget(inOrder.remove());
        }
    }

    /** Booking a fact is about, as it is after it. */
    static Optional<Booking> bookingIn(SeatFact fact) {
        return switch (fact.getKindCase()) {
            case SEATS_HELD -> Optional.of(fact.getSeatsHeld());
            case BOOKING_CONFIRMED -> Optional.of(fact.getBookingConfirmed());
            case BOOKING_CANCELLED -> Optional.of(fact.getBookingCancelled());
            case BOOKING_LAPSED -> Optional.of(fact.getBookingLapsed());
            case EVENT_DEFINED, KIND_NOT_SET -> Optional.empty();
        };
    }

    synchronized boolean isEmpty() {
        return inOrder.isEmpty();
    }

    synchronized Optional<Fresh> booking(String bookingId) {
        return Optional.ofNullable(byId.get(bookingId));
    }

    synchronized List<Fresh> of(String userId) {
        return new ArrayList<>(byUser.getOrDefault(userId, Map.of()).values());
    }

    /** Forgets what the ledger has by now. */
    synchronized void passed(IntFunction<Long> ledgerNextOffset) {
        inOrder.removeIf(fresh -> {
            if (fresh.offset < ledgerNextOffset.apply(fresh.partition)) {
                forget(fresh);
                return true;
            }
            return false;
        });
    }

    private void forget(Fresh fresh) {
        String id = fresh.booking.getBookingId();
        if (byId.remove(id, fresh)) {
            Map<String, Fresh> mine = byUser.get(fresh.booking.getUserId());
            if (mine != null && mine.remove(id) != null && mine.isEmpty()) {
                byUser.remove(fresh.booking.getUserId());
            }
        }
    }
}
