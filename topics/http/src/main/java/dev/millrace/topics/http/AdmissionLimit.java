package dev.millrace.topics.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How many requests may wait for their answer at once: as many as are answered within the longest wait that is worth it
 * (Little's law: what waits is rate times time). More would only wait longer, until nobody wants the answer any more.
 * The rate is the best of the last seconds, so that a pause, such as an owner's failover, doesn't close the door.
 */
public final class AdmissionLimit {
    private static final int SECONDS = 15;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int min;
    private final int max;
    private final double seconds;
    private final long[] answered = new long[SECONDS];
    private long second = -1;
    private volatile int limit;

    /**
     * @param min room that there always is, so that a rate can be seen at all
     * @param max most that may wait whatever the rate
     * @param within longest wait that is aimed at
     */
    public AdmissionLimit(int min, int max, Duration within) {
        this.min = min;
        this.max = max;
        this.seconds = within.toMillis() / 1000.0;
        this.limit = min;
    }

    public int now() {
        return limit;
    }

    /** Counts answers. One thread calls it. */
    public void answered(int count, long nanos) {
        long present = nanos / SECOND_NANOS;
        if (present != second) {
            // Seconds in which nothing was answered count as such.
            for (long s = Math.max(second + 1, present - SECONDS + 1); s <= present; s++) {
                answered[(int) Math.floorMod(s, (long) SECONDS)] = 0;
            }
            second = present;
            limit = limit();
        }
        answered[(int) Math.floorMod(present, (long) SECONDS)] += count;
    }

    private int limit() {
        long best = 0;
        for (long perSecond : answered) {
            best = Math.max(best, perSecond);
        }
        return (int) Math.max(min, Math.min(max, best * seconds));
    }
}
