package dev.millrace.tickets.ingest;

import dev.millrace.topics.http.Settings;

/**
 * What an operator may set about tickets.
 *
 * @param holdSecondsMin shortest hold an event may have
 */
public record TicketsSettings(int holdSecondsMin) {
    /** A hold lasts 1 to 30 minutes by the event's setting. */
    static final int HOLD_SECONDS_MAX = 1_800;

    private static final int HOLD_SECONDS_MIN = 60;

    public static TicketsSettings from(Settings s) {
        return new TicketsSettings(s.integer(
                "tickets.hold.seconds.min",
                HOLD_SECONDS_MIN,
                1,
                HOLD_SECONDS_MAX,
                "shortest hold an event may have, in seconds"));
    }
}
