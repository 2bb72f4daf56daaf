package dev.millrace.tickets.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Ids;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.tickets.topics.v1.SeatRefusalReason;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds what buyers were answered against what had to be decided. */
final class AnswerCheck {
    private static final String KEY_REUSED = "IDEMPOTENCY_KEY_REUSED";
    /** Reasons that tell a decision of an event's owner. All others say that nothing was decided. */
    private static final Set<String> DECISIONS =
            Arrays.stream(SeatRefusalReason.values()).map(Enum::name).collect(Collectors.toSet());

    private final Map<String, EventHistory> events;
    private final Contradictions found;
    private long checked;

    AnswerCheck(Map<String, EventHistory> events, Contradictions found) {
        this.events = events;
        this.found = found;
    }

    long checked() {
        return checked;
    }

    void check(Exchange call) {
        String[] path = call.path().split("/", -1);
        String subject = path[2];
        String eventId = subject.contains(".") ? subject.substring(0, subject.lastIndexOf('.')) : subject;
        EventHistory event = events.get(eventId);
        if (event == null) {
            return;
        }
        if (call.method().equals("GET")) {
            checkRead(call, subject, event);
        } else if (call.idempotencyKey() != null) {
            checkCommand(call, eventId, event, call.idempotencyKey());
        }
    }

    private void checkCommand(Exchange call, String eventId, EventHistory event, String key) {
        ByteString id = Ids.command(call.user(), call.method(), call.path(), key);
        EventHistory.Told told = event.told(id, Ids.body(call.body()));
        if (call.status() == 202) {
            checked++;
            LogPosition written = LogPosition.parse(call.position());
            if (told == null || written == null) {
                found.add(name(call) + " was answered 202, but command " + Ids.hex(id) + " is not on the log");
            }
            return;
        }
        JsonObject answer = decision(call);
        if (answer == null) {
            return;
        }
        checked++;
        if (KEY_REUSED.equals(answer.getString("reason"))) {
            if (!event.hasSeveralBodies(id) && told != null) {
                found.add(name(call) + " was told " + KEY_REUSED + ", but command " + Ids.hex(id)
                        + " came with one body only");
            }
            return;
        }
        if (told == null) {
            found.add(name(call) + " was answered " + call.status() + ", but command " + Ids.hex(id)
                    + " is not on the log: " + call.answer());
            return;
        }
        Map<String, Object> expected = expected(call.method(), eventId, told.outcome());
        Map<String, Object> actual = actual(call.status(), answer);
        if (!expected.equals(actual)) {
            found.add(name(call) + ", command " + Ids.hex(id) + " at " + told.position() + ", was answered " + actual
                    + " (expected: " + expected + ")");
        }
        LogPosition position = LogPosition.parse(call.position());
        boolean made = call.status() < 300;
        if (made
                && (position == null
                        || position.partition() != told.position().partition()
                        || position.offset() < told.position().offset())) {
            found.add(name(call) + " was told position " + position + " (expected: " + told.position() + " or later)");
        }
    }

    /** The answer as far as it tells a decision; null if it tells none. */
    private static @Nullable JsonObject decision(Exchange call) {
        if (call.status() != 200 && call.status() != 201 && (call.status() < 400 || call.status() >= 500)) {
            return null;
        }
        JsonObject answer = new JsonObject(call.answer());
        return call.status() < 300 || DECISIONS.contains(answer.getString("reason", "")) ? answer : null;
    }

    private static Map<String, Object> expected(String method, String eventId, SeatOutcome outcome) {
        Map<String, Object> expected = new LinkedHashMap<>();
        if (outcome.hasRefused()) {
            SeatRefusalReason reason = outcome.getRefused().getReason();
            expected.put("status", statusOf(reason));
            expected.put("reason", reason.name());
            expected.put(
                    "tickets",
                    reason == SeatRefusalReason.SEAT_TAKEN
                            ? outcome.getRefused().getValuesList()
                            : List.of());
            return expected;
        }
        boolean hold = method.equals("POST") && outcome.getBooking().getStatus() == BookingStatus.BOOKING_RESERVED;
        expected.put("status", hold ? 201 : 200);
        expected.putAll(fields(outcome.getBooking()));
        if (!eventId.equals(outcome.getBooking().getEventId())) {
            throw new IllegalStateException("booking of another event: " + outcome);
        }
        return expected;
    }

    private static Map<String, Object> fields(Booking booking) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bookingId", booking.getBookingId());
        fields.put("userId", booking.getUserId());
        fields.put("bookingStatus", booking.getStatus().name().substring("BOOKING_".length()));
        fields.put(
                "seats", booking.getSeatsList().stream().map(AnswerCheck::seat).toList());
        fields.put("total", booking.getTotalMinor() + " " + booking.getCurrency());
        fields.put("expiresAt", Instant.ofEpochMilli(booking.getExpiresAtMillis()));
        fields.put("createdAt", Instant.ofEpochMilli(booking.getCreatedAtMillis()));
        return fields;
    }

    private static String seat(BookedSeat seat) {
        return seat.getTicketId() + " " + seat.getTierId() + " " + seat.getPriceMinor();
    }

    private static Map<String, Object> actual(int status, JsonObject answer) {
        Map<String, Object> actual = new LinkedHashMap<>();
        actual.put("status", status);
        if (status >= 300) {
            actual.put("reason", answer.getString("reason"));
            actual.put(
                    "tickets", answer.getJsonArray("tickets", new JsonArray()).getList());
            return actual;
        }
        actual.putAll(fields(answer));
        return actual;
    }

    private static Map<String, Object> fields(JsonObject booking) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bookingId", booking.getString("bookingId"));
        fields.put("userId", booking.getString("userId"));
        fields.put("bookingStatus", booking.getString("status"));
        fields.put(
                "seats",
                booking.getJsonArray("tickets").stream()
                        .map(JsonObject.class::cast)
                        .map(t -> t.getString("ticketId") + " " + t.getString("tier") + " " + t.getLong("price"))
                        .toList());
        fields.put("total", booking.getLong("total") + " " + booking.getString("currency"));
        fields.put("expiresAt", Instant.parse(booking.getString("expiresAt")));
        fields.put("createdAt", Instant.parse(booking.getString("createdAt")));
        return fields;
    }

    /** As the API's contract has it. */
    private static int statusOf(SeatRefusalReason reason) {
        return switch (reason) {
            case UNKNOWN_EVENT, UNKNOWN_BOOKING -> 404;
            case IDEMPOTENCY_KEY_REUSED, UNKNOWN_TICKET, TOO_MANY_SEATS -> 422;
            case PAYMENT_REQUIRED -> 402;
            default -> 409;
        };
    }

    /** A booking that was read must be in a state it had at the position that was sent or told, or in a later one. */
    private void checkRead(Exchange call, String bookingId, EventHistory event) {
        if (call.status() != 200 && call.status() != 404) {
            return;
        }
        checked++;
        List<EventHistory.BookingAt> states = event.statesOf(bookingId);
        int from = Math.max(
                newest(states, LogPosition.parse(call.positionSent())),
                newest(states, LogPosition.parse(call.position())));
        JsonObject answer = new JsonObject(call.answer());
        String status = call.status() == 404 ? "UNKNOWN" : answer.getString("status");
        boolean unknownYet = status.equals("UNKNOWN") || status.equals("PENDING");
        boolean right = unknownYet
                ? from < 0
                : status.equals("REFUSED")
                        ? states.isEmpty()
                        : states.subList(Math.max(0, from), states.size()).stream()
                                .anyMatch(state -> Objects.equals(fields(state.booking()), fields(answer)));
        if (!right) {
            found.add(name(call) + " with position " + call.positionSent() + ", told " + call.position()
                    + ", showed " + status + " (expected: one of "
                    + states.subList(Math.max(0, from), states.size()).stream()
                            .map(state -> state.booking().getStatus() + " since " + state.offset())
                            .toList()
                    + ")");
        }
    }

    /** Place of the newest state at this position; -1 if there is none yet. */
    private static int newest(List<EventHistory.BookingAt> states, @Nullable LogPosition position) {
        int newest = -1;
        for (int i = 0; position != null && i < states.size(); i++) {
            if (states.get(i).offset() <= position.offset()) {
                newest = i;
            }
        }
        return newest;
    }

    private static String name(Exchange call) {
        return call.method() + " " + call.path() + " of " + call.user() + " (key " + call.idempotencyKey() + ")";
    }
}
