package dev.millrace.tickets.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.Ids;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One event, from its log: what each command had to come to, held against the facts that are there. */
final class EventHistory {
    private final String eventId;
    private final Contradictions found;
    private final Map<ByteString, Map<ByteString, Told>> outcomes = new HashMap<>();
    private final Map<String, List<BookingAt>> bookings = new HashMap<>();
    /** Newest version by offset of the command that made it. */
    private final TreeMap<Long, Long> versionAt = new TreeMap<>();

    private final SeatModel model;
    private int partition = -1;

    /** What the sender of a command with this body must be told, and where it was first written. */
    record Told(SeatOutcome outcome, LogPosition position) {}

    /** A booking from this command on. */
    record BookingAt(long offset, Booking booking) {}

    private EventHistory(String eventId, Map<Long, Observations.MapSeen> maps, Contradictions found) {
        this.eventId = eventId;
        this.found = found;
        this.model = new SeatModel(eventId, after -> compare(maps.get(after.version()), after));
    }

    static EventHistory of(
            String eventId,
            List<SeatLog.Command> commands,
            List<SeatFact> facts,
            Map<Integer, Long> decidedUpTo,
            Map<Long, Observations.MapSeen> maps,
            Contradictions found) {
        EventHistory history = new EventHistory(eventId, maps, found);
        history.replay(commands, facts, decidedUpTo);
        history.checkHolders(facts);
        maps.forEach(history::checkPlace);
        return history;
    }

    /** Null if no such command is on the log. */
    @Nullable Told told(ByteString command, ByteString body) {
        return outcomes.getOrDefault(command, Map.of()).get(body);
    }

    /** Whether commands of this id came with different bodies. */
    boolean hasSeveralBodies(ByteString command) {
        return outcomes.getOrDefault(command, Map.of()).size() > 1;
    }

    /** Every state a booking was in, in order; none if it was never made. */
    List<BookingAt> statesOf(String bookingId) {
        return bookings.getOrDefault(bookingId, List.of());
    }

    /** Every booking as it ended. */
    List<Booking> bookings() {
        return model.bookings();
    }

    private void replay(List<SeatLog.Command> commands, List<SeatFact> facts, Map<Integer, Long> decidedUpTo) {
        int next = 0;
        for (SeatLog.Command command : commands) {
            partition = command.partition();
            boolean later = command.offset() > decidedUpTo.getOrDefault(partition, -1L);
            if (later && command.command().hasLapseBooking()) {
                // Holds go on lapsing after the moment that is looked at.
                break;
            }
            SeatModel.Decided decided = model.decide(command);
            remember(command, decided.outcome());
            for (SeatFact expected : decided.facts()) {
                SeatFact actual = next < facts.size() ? facts.get(next) : null;
                next++;
                if (actual == null) {
                    found.add("fact missing: " + text(expected) + " is not on the log");
                } else if (!actual.equals(expected)) {
                    found.add("fact differs: " + text(actual) + " is on the log where " + text(expected)
                            + " had to be decided");
                    // What follows would differ only because of this.
                    return;
                }
                bookingIn(expected)
                        .ifPresent(booking -> bookings.computeIfAbsent(booking.getBookingId(), id -> new ArrayList<>())
                                .add(new BookingAt(command.offset(), booking)));
                versionAt.put(command.offset(), expected.getSeatMapVersion());
            }
        }
        for (; next < facts.size(); next++) {
            found.add("fact without a command: " + text(facts.get(next)));
        }
    }

    private void remember(SeatLog.Command written, SeatOutcome outcome) {
        var meta = written.command().getMeta();
        Told told = new Told(outcome, new LogPosition(written.partition(), written.offset()));
        Told before = outcomes.computeIfAbsent(meta.getCommandId(), id -> new HashMap<>())
                .putIfAbsent(meta.getBodyHash(), told);
        if (before != null && !before.outcome().equals(outcome)) {
            found.add("the model contradicts itself at " + told.position() + " of " + eventId + ": " + outcome);
        }
    }

    /** From the facts alone: at no moment has a seat two holders, and nothing is given back by one who hasn't it. */
    private void checkHolders(List<SeatFact> facts) {
        Map<String, String> holders = new HashMap<>();
        long version = 0;
        for (SeatFact fact : facts) {
            if (fact.getSeatMapVersion() != version + 1) {
                found.add("version " + fact.getSeatMapVersion() + " of " + eventId + " follows " + version + ": "
                        + text(fact));
            }
            version = fact.getSeatMapVersion();
            bookingIn(fact).ifPresent(booking -> {
                boolean takes = fact.hasSeatsHeld() || fact.hasBookingConfirmed();
                for (BookedSeat seat : booking.getSeatsList()) {
                    String id = booking.getBookingId();
                    String before = takes ? holders.put(seat.getTicketId(), id) : holders.remove(seat.getTicketId());
                    if (takes && before != null && !before.equals(id)) {
                        found.add("seat " + seat.getTicketId() + " of " + eventId + " has two holders: " + before
                                + " and " + id + ", by " + text(fact));
                    } else if (!takes && !id.equals(before)) {
                        found.add("seat " + seat.getTicketId() + " of " + eventId + " is given back by " + id + ", but "
                                + before + " has it: " + text(fact));
                    }
                }
            });
        }
    }

    private void compare(Observations.@Nullable MapSeen seen, SeatModel after) {
        if (seen == null) {
            return;
        }
        String is = after.statuses();
        for (String shown : seen.other() == null ? List.of(seen.statuses()) : List.of(seen.statuses(), seen.other())) {
            if (!shown.equals(is)) {
                found.add("map of " + eventId + " at version " + after.version() + " was shown wrong: "
                        + difference(shown, is));
            }
        }
    }

    private static String difference(String shown, String is) {
        if (shown.length() != is.length()) {
            return shown.length() + " seats (expected: " + is.length() + ")";
        }
        for (int i = 0; i < is.length(); i++) {
            if (shown.charAt(i) != is.charAt(i)) {
                return "seat " + i + " as " + shown.charAt(i) + " (expected: " + is.charAt(i) + ")";
            }
        }
        return "not at all";
    }

    private void checkPlace(long version, Observations.MapSeen seen) {
        if (version > model.version()) {
            found.add("map of " + eventId + " was shown at version " + version + " (expected: at most "
                    + model.version() + ")");
        }
        includes(version, seen.sent(), "asked for");
        includes(version, seen.told(), "said to be at");
    }

    private void includes(long version, @Nullable LogPosition position, String how) {
        if (position == null || position.partition() != partition) {
            return;
        }
        Map.Entry<Long, Long> newest = versionAt.floorEntry(position.offset());
        if (newest != null && newest.getValue() > version) {
            found.add("map of " + eventId + " " + how + " " + position + " was version " + version + " (expected: "
                    + newest.getValue() + " or later)");
        }
    }

    static Optional<Booking> bookingIn(SeatFact fact) {
        return switch (fact.getKindCase()) {
            case SEATS_HELD -> Optional.of(fact.getSeatsHeld());
            case BOOKING_CONFIRMED -> Optional.of(fact.getBookingConfirmed());
            case BOOKING_CANCELLED -> Optional.of(fact.getBookingCancelled());
            case BOOKING_LAPSED -> Optional.of(fact.getBookingLapsed());
            case EVENT_DEFINED, KIND_NOT_SET -> Optional.empty();
        };
    }

    private static String text(SeatFact fact) {
        String about = bookingIn(fact)
                .map(b -> " " + b.getBookingId() + " " + SeatModel.tickets(b) + " at " + fact.getAtMillis())
                .orElse("");
        return fact.getKindCase() + about + " (version " + fact.getSeatMapVersion() + ", command "
                + Ids.hex(fact.getCommandId()) + " at seats."
                + fact.getPosition().getPartition() + "." + fact.getPosition().getOffset() + ")";
    }
}
