package dev.millrace.tickets.ingest;

import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.tickets.topics.v1.SeatRefusal;
import dev.millrace.tickets.topics.v1.SeatRefusalReason;
import dev.millrace.topics.http.Problem;

/** How each refusal of an event's owner is told over HTTP. */
final class SeatRefusals {
    private SeatRefusals() {}

    static Problem problem(SeatOutcome outcome) {
        if (!outcome.hasRefused()) {
            throw new IllegalStateException("outcome: " + outcome.getKindCase() + " (expected: REFUSED)");
        }
        return problem(outcome.getRefused());
    }

    static Problem problem(SeatRefusal refusal) {
        SeatRefusalReason reason = refusal.getReason();
        Problem problem = Problem.of(status(reason), reason.name(), detail(reason));
        if (!refusal.getValuesList().isEmpty()) {
            problem = problem.with("value", String.join(", ", refusal.getValuesList()));
        }
        if (!refusal.getExpected().isEmpty()) {
            problem = problem.with("expected", refusal.getExpected());
        }
        return reason == SeatRefusalReason.SEAT_TAKEN
                ? problem.with("tickets", refusal.getValuesList().stream().toList())
                : problem;
    }

    static int status(SeatRefusalReason reason) {
        return switch (reason) {
            case UNKNOWN_EVENT, UNKNOWN_BOOKING -> 404;
            case IDEMPOTENCY_KEY_REUSED, UNKNOWN_TICKET, TOO_MANY_SEATS -> 422;
            case VERSION_CONFLICT, SEAT_TAKEN, HOLD_LAPSED, BOOKING_CLOSED, SEATS_IN_USE -> 409;
            case PAYMENT_REQUIRED -> 402;
            case SEAT_REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("refusal without a reason we know: " + reason);
        };
    }

    private static String detail(SeatRefusalReason reason) {
        return switch (reason) {
            case IDEMPOTENCY_KEY_REUSED -> "This Idempotency-Key was used for this call with another body.";
            case UNKNOWN_EVENT -> "There is no such event.";
            case UNKNOWN_TICKET -> "The event has no such tickets.";
            case TOO_MANY_SEATS -> "That is more seats than one booking of this event may have.";
            case VERSION_CONFLICT -> "Some of these seats have changed since the version you saw.";
            case SEAT_TAKEN -> "Some of these seats are taken; none was held.";
            case UNKNOWN_BOOKING -> "You have no such booking.";
            case HOLD_LAPSED -> "The hold has lapsed and its seats can't be had again.";
            case BOOKING_CLOSED -> "This booking is over; nothing more happens to it.";
            case PAYMENT_REQUIRED -> "This booking costs something, and payments aren't taken yet.";
            case SEATS_IN_USE -> "The new definition would take away seats that are held or sold.";
            case SEAT_REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED -> "Refused.";
        };
    }
}
