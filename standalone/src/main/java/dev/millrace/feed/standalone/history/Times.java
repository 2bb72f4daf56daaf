package dev.millrace.feed.standalone.history;

import java.time.Instant;

/** Times as the API writes them: ISO 8601, UTC, always with milliseconds. */
final class Times {
    private Times() {}

    static String text(long millis) {
        String text = Instant.ofEpochMilli(millis).toString();
        // Java leaves out what is zero; the API doesn't.
        return text.length() == "2026-01-01T00:00:00Z".length() ? text.replace("Z", ".000Z") : text;
    }
}
