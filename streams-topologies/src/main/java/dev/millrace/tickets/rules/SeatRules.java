package dev.millrace.tickets.rules;

import static dev.millrace.tickets.topics.v1.SeatRefusalReason.BOOKING_CLOSED;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.HOLD_LAPSED;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.IDEMPOTENCY_KEY_REUSED;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.PAYMENT_REQUIRED;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.SEATS_IN_USE;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.SEAT_TAKEN;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.TOO_MANY_SEATS;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.UNKNOWN_BOOKING;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.UNKNOWN_EVENT;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.UNKNOWN_TICKET;
import static dev.millrace.tickets.topics.v1.SeatRefusalReason.VERSION_CONFLICT;

import com.google.protobuf.ByteString;
import dev.millrace.tickets.topics.BookingIds;
import dev.millrace.tickets.topics.v1.AcceptedCommand;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingState;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.EventAccepted;
import dev.millrace.tickets.topics.v1.EventHead;
import dev.millrace.tickets.topics.v1.HoldSeats;
import dev.millrace.tickets.topics.v1.LapseBooking;
import dev.millrace.tickets.topics.v1.PriceTier;
import dev.millrace.tickets.topics.v1.RememberedOutcome;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.tickets.topics.v1.SeatRefusal;
import dev.millrace.tickets.topics.v1.SeatRefusalReason;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who gets a seat: the decision on one command, as a pure function of the event's book and the command's record. A
 * repeated command gets its first answer; then the reasons to refuse are looked for in the order of
 * {@link SeatRefusalReason}, and the first one found is the answer.
 */
public final class SeatRules {
    /** The rules a partition has decided by since its beginning. */
    public static final int VERSION_FIRST = 1;
    /** Newest rules this build knows. */
    public static final int VERSION_NEWEST = 1;

    /** A definition may lose thousands of seats, and a reply is small. */
    private static final int VALUES_NAMED_MAX = 100;

    private final SeatBook book;
    private final SeatCommand command;
    private final CommandId commandId;
    private final long now;
    private final Position position;
    private final @Nullable EventHead head;
    private final List<SeatFact> facts = new ArrayList<>();

    private SeatRules(SeatBook book, SeatCommand command, long recordedAtMillis, Position position) {
        this.book = book;
        this.command = command;
        this.commandId = CommandId.of(command.getMeta().getCommandId());
        this.head = book.head();
        // The broker's clock may step back; an event's time doesn't.
        this.now = head == null ? recordedAtMillis : Math.max(head.getNowMillis(), recordedAtMillis);
        this.position = position;
    }

    /**
     * Decides a command whose {@linkplain SeatCommandShape shape} is right.
     *
     * @param recordedAtMillis when the broker wrote the command
     * @param position where it wrote it
     */
    public static Decision decide(SeatBook book, SeatCommand command, long recordedAtMillis, Position position) {
        SeatRules rules = new SeatRules(book, command, recordedAtMillis, position);
        return switch (command.getKindCase()) {
            case DEFINE_EVENT -> rules.define(command.getDefineEvent().getEvent());
            case HOLD_SEATS -> rules.hold(command.getHoldSeats());
            case CONFIRM_BOOKING -> rules.confirm(command.getConfirmBooking().getBookingId());
            case CANCEL_BOOKING -> rules.cancel(command.getCancelBooking().getBookingId());
            case LAPSE_BOOKING -> rules.lapse(command.getLapseBooking());
            case ADOPT_RULES, KIND_NOT_SET ->
                throw new IllegalArgumentException("command: " + command.getKindCase() + " (expected: one on seats)");
        };
    }

    private Decision define(Event event) {
        Optional<Decision> before = answeredBefore();
        if (before.isPresent()) {
            return before.get();
        }
        EventLayout wanted = new EventLayout(event);
        if (head != null) {
            EventLayout current = book.layout();
            Claim lost = new Claim(book, now);
            LayoutChange.seatsLost(book, wanted, lost::want);
            if (!lost.taken().isEmpty()) {
                return refuse(SEATS_IN_USE, lost.taken(), "a seating that keeps every seat held or sold");
            }
            boolean otherCurrency = !current.event().getCurrency().equals(event.getCurrency());
            if (otherCurrency && LayoutChange.seatsInUse(book)) {
                return refuse(
                        SEATS_IN_USE,
                        List.of(event.getCurrency()),
                        current.event().getCurrency() + " while seats are held or sold");
            }
            lapse(lost.expired());
        }
        long definition = head == null ? 1 : head.getDefinition() + 1;
        SeatFact defined = add(fact().setEventDefined(event.toBuilder().setDefinition(definition)));
        EventAccepted accepted = EventAccepted.newBuilder()
                .setEventId(command.getEventId())
                .setDefinition(definition)
                .setSeatMapVersion(defined.getSeatMapVersion())
                .setSeats(wanted.seats())
                .build();
        return new Decision(facts, SeatOutcome.newBuilder().setEvent(accepted).build(), true);
    }

    private Decision hold(HoldSeats hold) {
        String bookingId = BookingIds.of(command.getEventId(), commandId);
        BookingState own = book.booking(bookingId);
        if (own != null) {
            return sameBody(own.getBodyHash(), () -> answer(asHeld(own)));
        }
        Optional<Decision> before = answeredBefore();
        if (before.isPresent()) {
            return before.get();
        }
        if (head == null) {
            return refuse(UNKNOWN_EVENT, List.of(command.getEventId()), "an event that is on sale");
        }
        Claim claim = new Claim(book, now);
        hold.getTicketIdsList().forEach(claim::want);
        if (!claim.unknown().isEmpty()) {
            return refuse(UNKNOWN_TICKET, claim.unknown(), "tickets of this event, each once");
        }
        Event event = book.layout().event();
        int seats = hold.getTicketIdsCount();
        if (seats < 1 || seats > event.getSeatsPerBookingMax()) {
            return refuse(TOO_MANY_SEATS, List.of(String.valueOf(seats)), "1.." + event.getSeatsPerBookingMax());
        }
        if (hold.hasExpectedVersion()) {
            List<String> changed = claim.changedAfter(hold.getExpectedVersion());
            if (!changed.isEmpty()) {
                return refuse(
                        VERSION_CONFLICT,
                        changed,
                        "seats whose rows haven't changed since version " + hold.getExpectedVersion());
            }
        }
        if (!claim.taken().isEmpty()) {
            return refuse(SEAT_TAKEN, claim.taken(), "seats that are available");
        }
        lapse(claim.expired());
        Booking.Builder booking = Booking.newBuilder()
                .setBookingId(bookingId)
                .setEventId(command.getEventId())
                .setUserId(command.getMeta().getSubject())
                .setStatus(BookingStatus.BOOKING_RESERVED)
                .setCurrency(event.getCurrency())
                .setExpiresAtMillis(now + 1000L * event.getHoldSeconds())
                .setCreatedAtMillis(now)
                .setChangedAtMillis(now);
        long total = 0;
        for (String ticketId : hold.getTicketIdsList()) {
            EventLayout.Place place = claim.placeOf(ticketId);
            PriceTier tier = book.layout().priceTier(place.row());
            total += tier.getPriceMinor();
            booking.addSeats(BookedSeat.newBuilder()
                    .setSeatIndex(place.seatIndex())
                    .setTicketId(ticketId)
                    .setTierId(tier.getTierId())
                    .setPriceMinor(tier.getPriceMinor()));
        }
        Booking held = booking.setTotalMinor(total).build();
        add(fact().setSeatsHeld(held));
        return answer(held);
    }

    private Decision confirm(String bookingId) {
        BookingState state = ownBooking(bookingId);
        Optional<Decision> before = answeredBefore(state);
        if (before.isPresent()) {
            return before.get();
        }
        if (state == null) {
            return unknown(bookingId);
        }
        Booking booking = state.getBooking();
        Claim again = new Claim(book, now);
        if (booking.getStatus() == BookingStatus.BOOKING_LAPSED) {
            booking.getSeatsList().forEach(seat -> again.want(seat.getTicketId()));
            List<String> gone = again.notToBeHad();
            if (!gone.isEmpty()) {
                return refuse(HOLD_LAPSED, gone, "a hold that hasn't ended, or seats that are still free");
            }
        }
        return switch (booking.getStatus()) {
            case BOOKING_CANCELLED, BOOKING_REFUNDED ->
                refuse(BOOKING_CLOSED, List.of(shortName(booking.getStatus())), "a booking that is RESERVED");
            case BOOKING_CONFIRMED -> answerAndRemember(booking);
            case BOOKING_RESERVED, BOOKING_LAPSED -> {
                if (booking.getTotalMinor() > 0) {
                    yield refuse(
                            PAYMENT_REQUIRED,
                            List.of(booking.getTotalMinor() + " " + booking.getCurrency()),
                            "a booking that costs nothing");
                }
                lapse(again.expired());
                Booking confirmed = now(booking, BookingStatus.BOOKING_CONFIRMED);
                add(fact().setBookingConfirmed(confirmed));
                yield answer(confirmed);
            }
            default -> throw notStored(booking);
        };
    }

    /** A cancelled booking is cancelled once more to the same answer; a lapsed one has nothing left to give back. */
    private Decision cancel(String bookingId) {
        BookingState state = ownBooking(bookingId);
        Optional<Decision> before = answeredBefore(state);
        if (before.isPresent()) {
            return before.get();
        }
        if (state == null) {
            return unknown(bookingId);
        }
        Booking booking = state.getBooking();
        return switch (booking.getStatus()) {
            case BOOKING_LAPSED, BOOKING_REFUNDED ->
                refuse(
                        BOOKING_CLOSED,
                        List.of(shortName(booking.getStatus())),
                        "a booking that is RESERVED or CONFIRMED");
            case BOOKING_CANCELLED -> answerAndRemember(booking);
            case BOOKING_RESERVED, BOOKING_CONFIRMED -> {
                Booking cancelled = now(booking, BookingStatus.BOOKING_CANCELLED);
                add(fact().setBookingCancelled(cancelled));
                yield answer(cancelled);
            }
            default -> throw notStored(booking);
        };
    }

    private Decision lapse(LapseBooking reminder) {
        BookingState state = book.booking(reminder.getBookingId());
        if (state != null
                && state.getBooking().getStatus() == BookingStatus.BOOKING_RESERVED
                && state.getBooking().getExpiresAtMillis() == reminder.getExpiresAtMillis()
                && now >= reminder.getExpiresAtMillis()) {
            lapse(List.of(state.getBooking()));
        }
        return new Decision(facts, SeatOutcome.newBuilder().setDone(true).build(), false);
    }

    private void lapse(List<Booking> expired) {
        for (Booking booking : expired) {
            add(fact().setBookingLapsed(now(booking, BookingStatus.BOOKING_LAPSED)));
        }
    }

    /** The booking if the sender made it: that somebody else's exists is nobody's business. */
    private @Nullable BookingState ownBooking(String bookingId) {
        BookingState state = book.booking(bookingId);
        boolean own = state != null
                && state.getBooking().getUserId().equals(command.getMeta().getSubject());
        return own ? state : null;
    }

    private Optional<Decision> answeredBefore(@Nullable BookingState state) {
        if (state != null) {
            for (AcceptedCommand accepted : state.getAcceptedList()) {
                if (accepted.getCommandId().equals(commandId.bytes())) {
                    return Optional.of(sameBody(
                            accepted.getBodyHash(),
                            () -> answer(state.getBooking().toBuilder()
                                    .setStatus(accepted.getAnswered())
                                    .setChangedAtMillis(accepted.getAtMillis())
                                    .build())));
                }
            }
        }
        return answeredBefore();
    }

    private Optional<Decision> answeredBefore() {
        RememberedOutcome remembered = book.remembered(commandId);
        return remembered == null
                ? Optional.empty()
                : Optional.of(sameBody(
                        remembered.getBodyHash(), () -> new Decision(List.of(), remembered.getOutcome(), false)));
    }

    private Decision sameBody(ByteString first, Supplier<Decision> answer) {
        return first.equals(command.getMeta().getBodyHash()) ? answer.get() : keyReused();
    }

    /** Not remembered: the first answer stays the one that a true retry gets. */
    private Decision keyReused() {
        return new Decision(
                List.of(), refused(IDEMPOTENCY_KEY_REUSED, List.of(), "the body that this key came with first"), false);
    }

    private Decision unknown(String bookingId) {
        return refuse(UNKNOWN_BOOKING, List.of(bookingId), "a booking of your own");
    }

    private Decision refuse(SeatRefusalReason reason, List<String> values, String expected) {
        return new Decision(List.of(), refused(reason, values, expected), true);
    }

    private static SeatOutcome refused(SeatRefusalReason reason, List<String> values, String expected) {
        return SeatOutcome.newBuilder()
                .setRefused(SeatRefusal.newBuilder()
                        .setReason(reason)
                        .addAllValues(values.subList(0, Math.min(values.size(), VALUES_NAMED_MAX)))
                        .setExpected(expected))
                .build();
    }

    private Decision answer(Booking booking) {
        return new Decision(facts, SeatOutcome.newBuilder().setBooking(booking).build(), false);
    }

    /** An answer that changes nothing, so that no booking carries it. */
    private Decision answerAndRemember(Booking booking) {
        return new Decision(
                List.of(), SeatOutcome.newBuilder().setBooking(booking).build(), true);
    }

    /** The booking as its hold was answered. */
    private static Booking asHeld(BookingState state) {
        return state.getBooking().toBuilder()
                .setStatus(BookingStatus.BOOKING_RESERVED)
                .setExpiresAtMillis(state.getFirstExpiresAtMillis())
                .setChangedAtMillis(state.getBooking().getCreatedAtMillis())
                .build();
    }

    /** The booking with this status from now on, its seats where the present layout has them. */
    private Booking now(Booking booking, BookingStatus status) {
        Booking.Builder changed = booking.toBuilder().setStatus(status).setChangedAtMillis(now);
        for (BookedSeat.Builder seat : changed.getSeatsBuilderList()) {
            EventLayout.Place place = book.layout().find(seat.getTicketId());
            if (place == null) {
                throw new IllegalStateException(
                        "seat: " + seat.getTicketId() + " of " + booking.getBookingId() + " (expected: in the layout)");
            }
            seat.setSeatIndex(place.seatIndex());
        }
        return changed.build();
    }

    private SeatFact.Builder fact() {
        long version = head == null ? 0 : head.getSeatMapVersion();
        return SeatFact.newBuilder()
                .setCommandId(commandId.bytes())
                .setEventId(command.getEventId())
                .setPosition(position)
                .setAtMillis(now)
                .setSeatMapVersion(version + facts.size() + 1);
    }

    private SeatFact add(SeatFact.Builder fact) {
        SeatFact built = fact.build();
        facts.add(built);
        return built;
    }

    private static String shortName(BookingStatus status) {
        return status.name().substring("BOOKING_".length());
    }

    private static IllegalStateException notStored(Booking booking) {
        return new IllegalStateException("booking: " + booking.getBookingId() + " is " + booking.getStatus()
                + " (expected: a status that these rules store)");
    }
}
