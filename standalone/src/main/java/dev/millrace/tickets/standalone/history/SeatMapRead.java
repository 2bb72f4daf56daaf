package dev.millrace.tickets.standalone.history;

import org.jspecify.annotations.Nullable;

/**
 * A seat map as somebody was shown it.
 *
 * @param positionSent header Millrace-Position of the request
 * @param position header Millrace-Position of the answer
 * @param statuses one of A, R and S for each seat, in the order of the catalogue
 */
public record SeatMapRead(
        String eventId,
        @Nullable String positionSent,
        @Nullable String position,
        long seatMapVersion,
        String statuses) {}
