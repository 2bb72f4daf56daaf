package dev.millrace.tickets.serving;

import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.EventView;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatMapView;
import dev.millrace.topics.v1.Position;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One event's seats as the committed facts left them. Starts as the owner's state says and follows fact by fact; a
 * fact that doesn't join on is reported, so that the state is asked for again. Safe for use by several threads.
 */
final class EventSeats {
    static final byte AVAILABLE = 'A';
    static final byte RESERVED = 'R';
    static final byte SOLD = 'S';

    /** What a fact did to the seats. */
    enum Step {
        /** It was in already. */
        KNOWN,
        APPLIED,
        /** At least one fact before it is missing, or it names seats this layout doesn't have. */
        GAP
    }

    private SeatLayout layout;
    private byte[] statuses;
    private int[] available;
    private long version;
    private Position position;
    private long changedAtMillis;
    private @Nullable SeatSnapshot newest;
    private @Nullable SeatSnapshot recent;
    private long recentAtNanos;

    /** Indexes changed since {@link #drain}; only kept while somebody watches. */
    private final BitSet changed = new BitSet();

    private boolean watched;
    private boolean redefined;

    EventSeats(EventView view) {
        SeatMapView map = view.getSeatMap();
        layout = new SeatLayout(view.getEvent());
        statuses = map.getStatuses().toByteArray();
        available = map.getAvailableList().stream().mapToInt(Integer::intValue).toArray();
        version = map.getSeatMapVersion();
        position = map.getPosition();
        changedAtMillis = map.getChangedAtMillis();
        if (statuses.length != layout.seats()
                || available.length != view.getEvent().getTiersCount()) {
            throw new IllegalStateException("seat map of " + view.getEvent().getEventId() + ": " + statuses.length
                    + " statuses, " + available.length + " tiers (expected: " + layout.seats() + ", "
                    + view.getEvent().getTiersCount() + ")");
        }
    }

    synchronized long version() {
        return version;
    }

    synchronized boolean includes(Position asked) {
        return position.getPartition() == asked.getPartition()
                && position.getLog().equals(asked.getLog())
                && position.getOffset() >= asked.getOffset();
    }

    /** The seats as they are now; the same object until they change. */
    synchronized SeatSnapshot snapshot() {
        SeatSnapshot snapshot = newest;
        if (snapshot == null) {
            snapshot =
                    new SeatSnapshot(layout, statuses.clone(), available.clone(), version, position, changedAtMillis);
            newest = snapshot;
        }
        return snapshot;
    }

    /** The seats as they were when last asked for here, if that is no longer ago than this; otherwise as they are now. */
    synchronized SeatSnapshot recent(Duration atMost) {
        SeatSnapshot snapshot = recent;
        if (snapshot == null || System.nanoTime() - recentAtNanos > atMost.toNanos()) {
            snapshot = snapshot();
            recent = snapshot;
            recentAtNanos = System.nanoTime();
        }
        return snapshot;
    }

    /** From now on changes are collected for {@link #drain}. */
    synchronized void watch() {
        watched = true;
    }

    synchronized void unwatch() {
        watched = false;
        redefined = false;
        changed.clear();
    }

    /** What changed since the last call, and the seats after it. */
    synchronized Changes drain() {
        Changes changes = new Changes((BitSet) changed.clone(), redefined, snapshot());
        changed.clear();
        redefined = false;
        return changes;
    }

    /**
     * @param seats indexes whose status may be another now
     * @param redefined whether the indexes mean other seats now
     */
    record Changes(BitSet seats, boolean redefined, SeatSnapshot after) {
        boolean isEmpty() {
            return seats.isEmpty() && !redefined;
        }
    }

    synchronized Step apply(SeatFact fact) {
        if (fact.getSeatMapVersion() <= version) {
            return Step.KNOWN;
        }
        if (fact.getSeatMapVersion() != version + 1 || !change(fact)) {
            return Step.GAP;
        }
        version = fact.getSeatMapVersion();
        position = fact.getPosition();
        changedAtMillis = fact.getAtMillis();
        newest = null;
        return Step.APPLIED;
    }

    /** Takes over what the state endpoint said later, if it is newer. */
    synchronized void replaceWith(EventSeats other) {
        synchronized (other) {
            if (other.version <= version) {
                return;
            }
            if (watched) {
                redefined |=
                        other.layout.event().getDefinition() != layout.event().getDefinition();
                changed.set(0, other.statuses.length);
            }
            layout = other.layout;
            statuses = other.statuses.clone();
            available = other.available.clone();
            version = other.version;
            position = other.position;
            changedAtMillis = other.changedAtMillis;
            newest = null;
        }
    }

    private boolean change(SeatFact fact) {
        return switch (fact.getKindCase()) {
            case EVENT_DEFINED -> redefine(fact.getEventDefined());
            case SEATS_HELD -> set(fact.getSeatsHeld(), RESERVED);
            case BOOKING_CONFIRMED -> set(fact.getBookingConfirmed(), SOLD);
            case BOOKING_CANCELLED -> set(fact.getBookingCancelled(), AVAILABLE);
            case BOOKING_LAPSED -> set(fact.getBookingLapsed(), AVAILABLE);
            case KIND_NOT_SET -> false;
        };
    }

    private boolean set(Booking booking, byte status) {
        for (BookedSeat seat : booking.getSeatsList()) {
            OptionalInt index = layout.indexOf(seat.getTicketId());
            if (index.isEmpty()) {
                return false;
            }
            int i = index.getAsInt();
            int tier = layout.rowOf(i).tierIndex();
            available[tier] += (status == AVAILABLE ? 1 : 0) - (statuses[i] == AVAILABLE ? 1 : 0);
            statuses[i] = status;
            if (watched) {
                changed.set(i);
            }
        }
        return true;
    }

    /** The same seats may have other indexes and other tiers now; none that is held or sold can have gone. */
    private boolean redefine(Event event) {
        SeatLayout after = new SeatLayout(event);
        byte[] moved = new byte[after.seats()];
        Arrays.fill(moved, AVAILABLE);
        for (int i = 0; i < statuses.length; i++) {
            if (statuses[i] != AVAILABLE) {
                OptionalInt index = after.indexOf(layout.ticketIdOf(i));
                if (index.isEmpty()) {
                    return false;
                }
                moved[index.getAsInt()] = statuses[i];
            }
        }
        int[] free = new int[event.getTiersCount()];
        for (SeatLayout.Row row : after.rows()) {
            for (int i = row.firstIndex(); i < row.firstIndex() + row.row().getSeats(); i++) {
                free[row.tierIndex()] += moved[i] == AVAILABLE ? 1 : 0;
            }
        }
        layout = after;
        statuses = moved;
        available = free;
        redefined = watched;
        changed.clear();
        return true;
    }
}
