package dev.millrace.feed.serving;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which partitions of timelines aren't asked for a while: those of which no answer came in time for a second, though they
 * were asked. An answer that is late while others come says nothing about the partition.
 */
final class AwayTimelines {
    /** So long all answers are late until a partition isn't asked, and so long it isn't then. */
    static final long AWAY_MILLIS = 1_000;

    /**
     * No answer has come in time since.
     *
     * @param since when the first was late
     * @param until the partition isn't asked; 0 if it is
     */
    private record Late(long since, long until) {}

    private final Map<Integer, Late> late = new ConcurrentHashMap<>();

    boolean isAway(int partition, long nowMillis) {
        Late found = late.get(partition);
        return found != null && nowMillis < found.until();
    }

    /** One came in time. */
    void answered(int partition) {
        late.remove(partition);
    }

    /** One was late, or none came. */
    void wasLate(int partition, long nowMillis) {
        late.compute(partition, (p, before) -> {
            if (before == null) {
                return new Late(nowMillis, 0);
            }
            return nowMillis - before.since() < AWAY_MILLIS
                    ? before
                    : new Late(before.since(), nowMillis + AWAY_MILLIS);
        });
    }
}
