package dev.millrace.tickets.ingest;

import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.topics.http.Times;
import java.util.List;

/** A booking as the API shows it. Prices are in minor units of the currency. */
public record BookingJson(
        String bookingId,
        String eventId,
        String userId,
        String status,
        List<Ticket> tickets,
        long total,
        String currency,
        String expiresAt,
        long expiresInMs,
        String createdAt) {
    private static final String STATUS_PREFIX = "BOOKING_";

    public record Ticket(String ticketId, String section, String row, int seat, String tier, long price) {
        static Ticket of(BookedSeat seat) {
            return of(seat.getTicketId(), seat.getTierId(), seat.getPriceMinor());
        }

        public static Ticket of(String id, String tier, long price) {
            int first = id.indexOf('-');
            int second = id.lastIndexOf('-');
            return new Ticket(
                    id,
                    id.substring(0, first),
                    id.substring(first + 1, second),
                    Integer.parseInt(id.substring(second + 1)),
                    tier,
                    price);
        }
    }

    /** @param nowMillis when it is told; what is left of the hold counts from then */
    static BookingJson of(Booking booking, long nowMillis) {
        return new BookingJson(
                booking.getBookingId(),
                booking.getEventId(),
                booking.getUserId(),
                booking.getStatus().name().substring(STATUS_PREFIX.length()),
                booking.getSeatsList().stream().map(Ticket::of).toList(),
                booking.getTotalMinor(),
                booking.getCurrency(),
                Times.text(booking.getExpiresAtMillis()),
                Math.max(0, booking.getExpiresAtMillis() - nowMillis),
                Times.text(booking.getCreatedAtMillis()));
    }
}
