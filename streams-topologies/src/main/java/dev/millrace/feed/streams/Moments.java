package dev.millrace.feed.streams;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reading a store as it was at one moment while its stream thread writes: who finds that a command came in between, or
 * is half in, reads again.
 */
final class Moments {
    static final int ATTEMPTS_MAX = 20;

    private static final int ATTEMPTS_AT_ONCE = 3;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Moments() {}

    /** A command takes microseconds, unless its thread is made to wait. */
    static void pause(int attempt) {
        if (attempt >= ATTEMPTS_AT_ONCE) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
