package dev.millrace.ingest;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as the API writes them: ISO 8601, UTC, milliseconds. */
public final class Times {
    private static final DateTimeFormatter TEXT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Times() {}

    public static String text(Instant at) {
        return TEXT.format(at);
    }

    public static String text(long epochMillis) {
        return TEXT.format(Instant.ofEpochMilli(epochMillis));
    }
}
