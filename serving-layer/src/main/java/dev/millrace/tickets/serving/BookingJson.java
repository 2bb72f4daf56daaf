package dev.millrace.tickets.serving;

import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.SeatRefusal;
import dev.millrace.topics.http.Times;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Bookings as the API shows them. */
final class BookingJson {
    private static final String STATUS_PREFIX = "BOOKING_";

    private BookingJson() {}

    static JsonObject booking(Booking booking, long nowMillis) {
        JsonArray tickets = new JsonArray();
        for (BookedSeat seat : booking.getSeatsList()) {
            tickets.add(ticket(seat));
        }
        return new JsonObject()
                .put("bookingId", booking.getBookingId())
                .put("eventId", booking.getEventId())
                .put("userId", booking.getUserId())
                .put("status", booking.getStatus().name().substring(STATUS_PREFIX.length()))
                .put("tickets", tickets)
                .put("total", booking.getTotalMinor())
                .put("currency", booking.getCurrency())
                .put("expiresAt", Times.text(booking.getExpiresAtMillis()))
                .put("expiresInMs", Math.max(0, booking.getExpiresAtMillis() - nowMillis))
                .put("createdAt", Times.text(booking.getCreatedAtMillis()));
    }

    /** Section and row have no dash in them, so a ticket's id says all. */
    private static JsonObject ticket(BookedSeat seat) {
        String[] parts = seat.getTicketId().split("-", 3);
        JsonObject json = new JsonObject().put("ticketId", seat.getTicketId());
        if (parts.length == 3) {
            json.put("section", parts[0]).put("row", parts[1]).put("seat", Integer.parseInt(parts[2]));
        }
        return json.put("tier", seat.getTierId()).put("price", seat.getPriceMinor());
    }

    static JsonObject pending(String bookingId) {
        return new JsonObject().put("bookingId", bookingId).put("status", "PENDING");
    }

    static JsonObject refused(String bookingId, SeatRefusal refusal) {
        return new JsonObject()
                .put("bookingId", bookingId)
                .put("status", "REFUSED")
                .put("reason", refusal.getReason().name())
                .put("values", new JsonArray(java.util.List.copyOf(refusal.getValuesList())))
                .put("expected", refusal.getExpected());
    }
}
