package dev.millrace.tickets.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.standalone.history.Ids;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.EventAccepted;
import dev.millrace.tickets.topics.v1.HoldSeats;
import dev.millrace.tickets.topics.v1.LapseBooking;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.tickets.topics.v1.SeatRefusal;
import dev.millrace.tickets.topics.v1.SeatRefusalReason;
import dev.millrace.topics.v1.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One event's sale, slow and obvious: takes its commands in the order of the log and says what each must come to. It
 * remembers every refusal for ever, so a log whose commands are repeated after an hour or more isn't its to judge; and
 * an event is defined once.
 */
final class SeatModel {
    private final String eventId;
    private final Hall hall = new Hall();
    private final Map<String, Held> bookings = new HashMap<>();
    private final Map<ByteString, Remembered> remembered = new HashMap<>();
    private final Runnable afterFact;
    private @Nullable Event event;
    private long version;
    private long now;

    /** A booking as it is now, and what was answered about it. */
    private static final class Held {
        private final ByteString body;
        private final Booking asHeld;
        private Booking booking;
        private final Map<ByteString, Remembered> accepted = new HashMap<>();

        Held(ByteString body, Booking booking) {
            this.body = body;
            this.asHeld = booking;
            this.booking = booking;
        }
    }

    private record Remembered(ByteString body, SeatOutcome outcome) {}

    /** What a command must come to. */
    record Decided(List<SeatFact> facts, SeatOutcome outcome) {}

    /** @param afterFact told whenever one more fact is in; a command may make several */
    SeatModel(String eventId, Consumer<SeatModel> afterFact) {
        this.eventId = eventId;
        this.afterFact = () -> afterFact.accept(this);
    }

    long version() {
        return version;
    }

    /** One of A, R and S for every seat, in the order of the catalogue. */
    String statuses() {
        return hall.statuses();
    }

    /** Every booking as it is now. */
    List<Booking> bookings() {
        return bookings.values().stream().map(held -> held.booking).toList();
    }

    Decided decide(SeatLog.Command written) {
        SeatCommand command = written.command();
        long at = event == null ? written.writtenAtMillis() : Math.max(now, written.writtenAtMillis());
        List<SeatFact> facts = new ArrayList<>();
        Turn turn = new Turn(written, at, facts);
        SeatOutcome outcome = switch (command.getKindCase()) {
            case DEFINE_EVENT -> turn.define(command.getDefineEvent().getEvent());
            case HOLD_SEATS -> turn.hold(command.getHoldSeats());
            case CONFIRM_BOOKING -> turn.confirm(command.getConfirmBooking().getBookingId());
            case CANCEL_BOOKING -> turn.cancel(command.getCancelBooking().getBookingId());
            case LAPSE_BOOKING -> turn.lapse(command.getLapseBooking());
            case ADOPT_RULES, KIND_NOT_SET ->
                SeatOutcome.newBuilder().setDone(true).build();
        };
        return new Decided(facts, outcome);
    }

    /** One command's turn. */
    private final class Turn {
        private final SeatLog.Command written;
        private final ByteString id;
        private final ByteString body;
        private final String user;
        private final long at;
        private final List<SeatFact> facts;

        Turn(SeatLog.Command written, long at, List<SeatFact> facts) {
            this.written = written;
            this.id = written.command().getMeta().getCommandId();
            this.body = written.command().getMeta().getBodyHash();
            this.user = written.command().getMeta().getSubject();
            this.at = at;
            this.facts = facts;
        }

        SeatOutcome define(Event wanted) {
            Remembered before = remembered.get(id);
            if (before != null) {
                return repeated(before);
            }
            if (event != null) {
                throw new IllegalStateException("event " + eventId + " was defined again; that isn't followed here");
            }
            Event defined = wanted.toBuilder().setDefinition(1).build();
            event = defined;
            hall.build(defined);
            facts.add(fact().setEventDefined(defined).build());
            afterFact.run();
            SeatOutcome outcome = SeatOutcome.newBuilder()
                    .setEvent(EventAccepted.newBuilder()
                            .setEventId(eventId)
                            .setDefinition(1)
                            .setSeatMapVersion(version)
                            .setSeats(hall.size()))
                    .build();
            remembered.put(id, new Remembered(body, outcome));
            return outcome;
        }

        SeatOutcome hold(HoldSeats hold) {
            String bookingId = bookingId(eventId, id);
            Held own = bookings.get(bookingId);
            if (own != null) {
                return own.body.equals(body) ? answer(own.asHeld) : keyReused();
            }
            Remembered before = remembered.get(id);
            if (before != null) {
                return repeated(before);
            }
            if (event == null) {
                return refuse(SeatRefusalReason.UNKNOWN_EVENT, List.of(eventId));
            }
            List<String> wanted = hold.getTicketIdsList();
            List<String> unknown = hall.unknown(wanted);
            if (!unknown.isEmpty()) {
                return refuse(SeatRefusalReason.UNKNOWN_TICKET, unknown);
            }
            if (wanted.isEmpty() || wanted.size() > event.getSeatsPerBookingMax()) {
                return refuse(SeatRefusalReason.TOO_MANY_SEATS, List.of(Integer.toString(wanted.size())));
            }
            if (hold.hasExpectedVersion()) {
                List<String> changed = hall.changedSince(hold.getExpectedVersion(), wanted);
                if (!changed.isEmpty()) {
                    return refuse(SeatRefusalReason.VERSION_CONFLICT, changed);
                }
            }
            List<String> taken = taken(wanted);
            if (!taken.isEmpty()) {
                return refuse(SeatRefusalReason.SEAT_TAKEN, taken);
            }
            endExpired(wanted);
            Booking.Builder booking = Booking.newBuilder()
                    .setBookingId(bookingId)
                    .setEventId(eventId)
                    .setUserId(user)
                    .setStatus(BookingStatus.BOOKING_RESERVED)
                    .setCurrency(event.getCurrency())
                    .setExpiresAtMillis(at + 1000L * event.getHoldSeconds())
                    .setCreatedAtMillis(at)
                    .setChangedAtMillis(at);
            long total = 0;
            for (String ticket : wanted) {
                Hall.Seat seat = hall.seat(ticket);
                total += seat.tier().getPriceMinor();
                booking.addSeats(BookedSeat.newBuilder()
                        .setSeatIndex(seat.index())
                        .setTicketId(ticket)
                        .setTierId(seat.tier().getTierId())
                        .setPriceMinor(seat.tier().getPriceMinor()));
            }
            Booking held = booking.setTotalMinor(total).build();
            facts.add(fact().setSeatsHeld(held).build());
            bookings.put(bookingId, new Held(body, held));
            hall.reserve(wanted, bookingId, version);
            afterFact.run();
            return answer(held);
        }

        SeatOutcome confirm(String bookingId) {
            Held held = own(bookingId);
            Remembered before = before(held);
            if (before != null) {
                return repeated(before);
            }
            if (held == null) {
                return refuse(SeatRefusalReason.UNKNOWN_BOOKING, List.of(bookingId));
            }
            Booking booking = held.booking;
            List<String> tickets = tickets(booking);
            switch (booking.getStatus()) {
                case BOOKING_CANCELLED -> {
                    return refuse(SeatRefusalReason.BOOKING_CLOSED, List.of("CANCELLED"));
                }
                case BOOKING_CONFIRMED -> {
                    return rememberedAnswer(booking);
                }
                case BOOKING_LAPSED -> {
                    List<String> gone = taken(tickets);
                    if (!gone.isEmpty()) {
                        return refuse(SeatRefusalReason.HOLD_LAPSED, gone);
                    }
                }
                default -> {}
            }
            if (booking.getTotalMinor() > 0) {
                return refuse(
                        SeatRefusalReason.PAYMENT_REQUIRED,
                        List.of(booking.getTotalMinor() + " " + booking.getCurrency()));
            }
            if (booking.getStatus() == BookingStatus.BOOKING_LAPSED) {
                endExpired(tickets);
            }
            Booking confirmed = changed(held, BookingStatus.BOOKING_CONFIRMED);
            facts.add(fact().setBookingConfirmed(confirmed).build());
            hall.sell(tickets, bookingId, version);
            afterFact.run();
            return accepted(held);
        }

        SeatOutcome cancel(String bookingId) {
            Held held = own(bookingId);
            Remembered before = before(held);
            if (before != null) {
                return repeated(before);
            }
            if (held == null) {
                return refuse(SeatRefusalReason.UNKNOWN_BOOKING, List.of(bookingId));
            }
            return switch (held.booking.getStatus()) {
                case BOOKING_LAPSED -> refuse(SeatRefusalReason.BOOKING_CLOSED, List.of("LAPSED"));
                case BOOKING_CANCELLED -> rememberedAnswer(held.booking);
                default -> {
                    Booking cancelled = changed(held, BookingStatus.BOOKING_CANCELLED);
                    facts.add(fact().setBookingCancelled(cancelled).build());
                    hall.free(tickets(cancelled), version);
                    afterFact.run();
                    yield accepted(held);
                }
            };
        }

        SeatOutcome lapse(LapseBooking reminder) {
            Held held = bookings.get(reminder.getBookingId());
            if (held != null
                    && held.booking.getStatus() == BookingStatus.BOOKING_RESERVED
                    && held.booking.getExpiresAtMillis() == reminder.getExpiresAtMillis()
                    && at >= reminder.getExpiresAtMillis()) {
                end(held);
            }
            return SeatOutcome.newBuilder().setDone(true).build();
        }

        /** Of these seats, those that are sold or held by somebody whose time hasn't run out. */
        private List<String> taken(List<String> tickets) {
            return tickets.stream()
                    .filter(ticket -> hall.seat(ticket).isSold()
                            || (hall.seat(ticket).isReserved()
                                    && holder(ticket).booking.getExpiresAtMillis() > at))
                    .toList();
        }

        private void endExpired(List<String> tickets) {
            for (String ticket : tickets) {
                if (hall.seat(ticket).isReserved()) {
                    end(holder(ticket));
                }
            }
        }

        private void end(Held held) {
            Booking lapsed = changed(held, BookingStatus.BOOKING_LAPSED);
            facts.add(fact().setBookingLapsed(lapsed).build());
            hall.free(tickets(lapsed), version);
            afterFact.run();
        }

        private Booking changed(Held held, BookingStatus status) {
            held.booking = held.booking.toBuilder()
                    .setStatus(status)
                    .setChangedAtMillis(at)
                    .build();
            return held.booking;
        }

        private @Nullable Held own(String bookingId) {
            Held held = bookings.get(bookingId);
            return held != null && held.booking.getUserId().equals(user) ? held : null;
        }

        private @Nullable Remembered before(@Nullable Held held) {
            Remembered accepted = held == null ? null : held.accepted.get(id);
            return accepted == null ? remembered.get(id) : accepted;
        }

        private SeatOutcome accepted(Held held) {
            SeatOutcome outcome = answer(held.booking);
            held.accepted.put(id, new Remembered(body, outcome));
            return outcome;
        }

        private SeatOutcome rememberedAnswer(Booking booking) {
            SeatOutcome outcome = answer(booking);
            remembered.put(id, new Remembered(body, outcome));
            return outcome;
        }

        private SeatOutcome repeated(Remembered before) {
            return before.body.equals(body) ? before.outcome : keyReused();
        }

        private SeatOutcome keyReused() {
            return refused(SeatRefusalReason.IDEMPOTENCY_KEY_REUSED, List.of());
        }

        private SeatOutcome refuse(SeatRefusalReason reason, List<String> values) {
            SeatOutcome outcome = refused(reason, values);
            if (!body.isEmpty()) {
                remembered.put(id, new Remembered(body, outcome));
            }
            return outcome;
        }

        private SeatFact.Builder fact() {
            version++;
            now = at;
            return SeatFact.newBuilder()
                    .setCommandId(id)
                    .setEventId(eventId)
                    .setPosition(Position.newBuilder()
                            .setLog("seats")
                            .setPartition(written.partition())
                            .setOffset(written.offset()))
                    .setAtMillis(at)
                    .setSeatMapVersion(version);
        }
    }

    private Held holder(String ticket) {
        Held held = bookings.get(hall.seat(ticket).holder());
        if (held == null) {
            throw new IllegalStateException("seat " + ticket + " of " + eventId + " is held by nobody");
        }
        return held;
    }

    static List<String> tickets(Booking booking) {
        return booking.getSeatsList().stream().map(BookedSeat::getTicketId).toList();
    }

    private static SeatOutcome answer(Booking booking) {
        return SeatOutcome.newBuilder().setBooking(booking).build();
    }

    private static SeatOutcome refused(SeatRefusalReason reason, List<String> values) {
        return SeatOutcome.newBuilder()
                .setRefused(SeatRefusal.newBuilder().setReason(reason).addAllValues(values))
                .build();
    }

    /** A booking is named after the command that makes it. */
    static String bookingId(String eventId, ByteString command) {
        return eventId + "." + Ids.hex(command);
    }
}
