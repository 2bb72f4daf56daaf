package dev.millrace.tickets.benchmarks.peer;

import dev.millrace.topics.http.Problem;
import java.util.List;

/** How the functions' outcomes are told over HTTP: as Millrace tells them. */
final class Refusals {
    private Refusals() {}

    static Problem problem(String outcome, String[] seats) {
        Problem problem = Problem.of(status(outcome), outcome, detail(outcome));
        if (seats.length == 0) {
            return problem;
        }
        problem = problem.with("value", String.join(", ", seats));
        return outcome.equals("SEAT_TAKEN")
                ? problem.with("expected", "seats that are available").with("tickets", List.of(seats))
                : problem;
    }

    private static int status(String outcome) {
        return switch (outcome) {
            case "UNKNOWN_EVENT", "UNKNOWN_BOOKING" -> 404;
            case "SEAT_TAKEN", "HOLD_LAPSED", "BOOKING_CLOSED" -> 409;
            case "IDEMPOTENCY_KEY_REUSED", "UNKNOWN_TICKET", "TOO_MANY_SEATS" -> 422;
            case "PAYMENT_REQUIRED" -> 402;
            default -> throw new IllegalStateException("outcome: " + outcome + " (expected: one of schema.sql)");
        };
    }

    private static String detail(String outcome) {
        return switch (outcome) {
            case "SEAT_TAKEN" -> "Some of these seats are taken; none was held.";
            case "IDEMPOTENCY_KEY_REUSED" -> "This Idempotency-Key was used for this call with another body.";
            default -> "Refused.";
        };
    }
}
