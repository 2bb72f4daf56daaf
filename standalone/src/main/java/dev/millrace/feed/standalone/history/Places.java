package dev.millrace.feed.standalone.history;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Places in logs, as the header Millrace-Position lists them.
 *
 * @param offsets by log and partition, as in "posts.3"
 */
record Places(Map<String, Long> offsets) {
    /** Of two places in one partition the earlier counts: that much is in everything. */
    static Places parse(@Nullable String header) {
        Map<String, Long> offsets = new TreeMap<>();
        if (header != null && !header.isBlank()) {
            for (String place : header.split(",", -1)) {
                int dot = place.lastIndexOf('.');
                offsets.merge(
                        place.substring(0, dot).strip(),
                        Long.parseLong(place.substring(dot + 1).strip()),
                        Math::min);
            }
        }
        return new Places(offsets);
    }

    /** -1 if nothing is said of that partition: it is as it was before its first command. */
    long offset(String log, int partition) {
        return offsets.getOrDefault(log + "." + partition, -1L);
    }
}
