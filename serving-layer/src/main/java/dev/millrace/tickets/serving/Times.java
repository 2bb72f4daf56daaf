package dev.millrace.tickets.serving;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as the API writes them: ISO 8601, UTC, always with milliseconds. */
final class Times {
    private static final DateTimeFormatter TEXT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Times() {}

    static String text(Instant time) {
        return TEXT.format(time);
    }

    static String text(long epochMillis) {
        return text(Instant.ofEpochMilli(epochMillis));
    }
}
