package dev.millrace.topics.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Times as the API writes them, ISO 8601, UTC, always with milliseconds, and as it reads them. */
public final class Times {
    private static final DateTimeFormatter TEXT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Times() {}

    public static String text(Instant time) {
        return TEXT.format(time);
    }

    public static String text(long epochMillis) {
        return text(Instant.ofEpochMilli(epochMillis));
    }

    /** Epoch milliseconds; empty unless this is a time with an offset. */
    public static Optional<Long> parse(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant().toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }
}
