package dev.millrace.tickets.topics;

/** Names of the questions that tickets' state endpoint answers; the answer's message is behind each. */
public final class TicketsQueries {
    /** EventView; owner and key are the event id. Log: seats. */
    public static final String EVENT = "tickets.event";
    /** SeatMapView; owner and key are the event id. Log: seats. */
    public static final String SEAT_MAP = "tickets.seatmap";
    /** BookingView; owner is the event id, key the booking id. Log: seats. */
    public static final String BOOKING = "tickets.booking";
    /** Venue; owner and key are "venue/&lt;id&gt;". Log: catalogue. */
    public static final String VENUE = "tickets.venue";
    /** Performer; owner and key are "performer/&lt;id&gt;". Log: catalogue. */
    public static final String PERFORMER = "tickets.performer";

    private TicketsQueries() {}
}
