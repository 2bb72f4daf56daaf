package dev.millrace.tickets.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.ingest.Accepted;
import dev.millrace.ingest.CommandDesk;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.ingest.Decision;
import dev.millrace.ingest.Expect;
import dev.millrace.tickets.topics.BookingIds;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.CancelBooking;
import dev.millrace.tickets.topics.v1.ConfirmBooking;
import dev.millrace.tickets.topics.v1.HoldSeats;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StrictJson;
import dev.millrace.topics.v1.CommandMeta;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Holding seats, confirming and cancelling a booking. */
public final class BookingRoutes {
    /** Most tickets one request may name; an event's own limit is at most half of it. */
    static final int TICKETS_MAX = 100;

    private static final int PAYMENT_METHOD_CHARS_MAX = 128;
    private static final Pattern TICKET_ID = Pattern.compile("[A-Za-z0-9]{1,16}-[A-Za-z0-9]{1,8}-[0-9]{1,6}");

    private final CommandDesk desk;
    private final InstantSource clock;

    /** Body of a claim. */
    public record Hold(
            @Nullable List<@Nullable String> ticketIds,
            @Nullable Long expectedVersion) {}

    record Payment(@Nullable PaymentDetails paymentDetails) {}

    record PaymentDetails(@Nullable String paymentMethod) {}

    BookingRoutes(CommandDesk desk, InstantSource clock) {
        this.desk = desk;
        this.clock = clock;
    }

    void addTo(CommandRoutes routes) {
        routes.forUsers(HttpMethod.POST, "/bookings/:eventId").handler(this::hold);
        routes.forUsers(HttpMethod.POST, "/bookings/:bookingId/payment").handler(this::pay);
        routes.forUsers(HttpMethod.DELETE, "/bookings/:bookingId").handler(this::cancel);
    }

    private void hold(RoutingContext ctx) {
        String eventId = Expect.pathId("eventId", ctx.pathParam("eventId"));
        HoldSeats hold = holdOf(StrictJson.body(ctx, Hold.class));
        send(
                ctx,
                eventId,
                201,
                decision -> BookingIds.of(eventId, decision.commandId()),
                meta -> SeatCommand.newBuilder()
                        .setMeta(meta)
                        .setEventId(eventId)
                        .setHoldSeats(hold)
                        .build());
    }

    /** @throws Problem if the event could never take it */
    public static HoldSeats holdOf(Hold body) {
        if (body.ticketIds() != null && body.ticketIds().size() > TICKETS_MAX) {
            throw Problem.of(
                    422,
                    "TOO_MANY_SEATS",
                    "ticketIds",
                    body.ticketIds().size() + " of them",
                    "1.." + TICKETS_MAX + " of them, or fewer if the event says so");
        }
        List<String> ticketIds = Expect.list("ticketIds", body.ticketIds(), 1, TICKETS_MAX);
        Set<String> seen = new HashSet<>();
        for (String ticketId : ticketIds) {
            Expect.matching(
                    "ticketIds", ticketId, TICKET_ID, "<section>-<row>-<seat number>, as in the event's tickets");
            if (!seen.add(ticketId)) {
                throw Expect.invalid("ticketIds", ticketId + " twice", "each ticket once");
            }
        }
        HoldSeats.Builder hold = HoldSeats.newBuilder().addAllTicketIds(ticketIds);
        if (body.expectedVersion() != null) {
            hold.setExpectedVersion(Expect.between("expectedVersion", body.expectedVersion(), 0, Long.MAX_VALUE));
        }
        return hold.build();
    }

    private void pay(RoutingContext ctx) {
        String bookingId = String.valueOf(ctx.pathParam("bookingId"));
        String eventId = eventOf(bookingId);
        if (ctx.body().length() > 0) {
            PaymentDetails details = StrictJson.body(ctx, Payment.class).paymentDetails();
            if (details != null) {
                Expect.text("paymentDetails.paymentMethod", details.paymentMethod(), 1, PAYMENT_METHOD_CHARS_MAX);
            }
        }
        send(
                ctx,
                eventId,
                200,
                decision -> bookingId,
                meta -> SeatCommand.newBuilder()
                        .setMeta(meta)
                        .setEventId(eventId)
                        .setConfirmBooking(ConfirmBooking.newBuilder().setBookingId(bookingId))
                        .build());
    }

    private void cancel(RoutingContext ctx) {
        String bookingId = String.valueOf(ctx.pathParam("bookingId"));
        String eventId = eventOf(bookingId);
        send(
                ctx,
                eventId,
                200,
                decision -> bookingId,
                meta -> SeatCommand.newBuilder()
                        .setMeta(meta)
                        .setEventId(eventId)
                        .setCancelBooking(CancelBooking.newBuilder().setBookingId(bookingId))
                        .build());
    }

    private static String eventOf(String bookingId) {
        return BookingIds.eventOf(bookingId)
                .filter(Expect::isId)
                .orElseThrow(
                        () -> Problem.of(404, "UNKNOWN_BOOKING", "bookingId", bookingId, "id of a booking of yours"));
    }

    private void send(
            RoutingContext ctx,
            String eventId,
            int status,
            Function<Decision, String> bookingIdOf,
            Function<CommandMeta, SeatCommand> command) {
        desk.decide(ctx, TicketsTopics.SEAT_COMMANDS, eventId, command)
                .onSuccess(decision -> tell(ctx, status, decision, bookingIdOf.apply(decision)))
                .onFailure(ctx::fail);
    }

    private void tell(RoutingContext ctx, int status, Decision decision, String bookingId) {
        String location = "/bookings/" + bookingId;
        if (decision instanceof Decision.Pending pending) {
            Accepted.pending(ctx, pending, location, Map.of("bookingId", bookingId, "status", "PENDING"));
            return;
        }
        SeatOutcome outcome = outcomeOf((Decision.Decided) decision);
        if (outcome.hasBooking()) {
            if (status == 201) {
                ctx.response().putHeader("Location", location);
            }
            Accepted.answer(ctx, status, decision, BookingJson.of(outcome.getBooking(), clock.millis()));
        } else {
            ctx.fail(SeatRefusals.problem(outcome));
        }
    }

    static SeatOutcome outcomeOf(Decision.Decided decided) {
        try {
            return SeatOutcome.parseFrom(decided.outcome());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("outcome of " + decided.commandId() + " can't be read", e);
        }
    }
}
