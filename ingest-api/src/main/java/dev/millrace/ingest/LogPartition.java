package dev.millrace.ingest;

import java.time.Duration;

/**
 * Whether one partition of a command topic takes commands, judged by its acknowledgements. It is silent while commands
 * wait for one and none has come for too long; then further commands are refused at once, but for one now and then
 * that tries whether it has come back.
 */
final class LogPartition {
    private final long silenceNanosMax;
    private int outstanding;
    private long lastSignNanos;
    private boolean silent;

    LogPartition(Duration silenceMax) {
        this.silenceNanosMax = silenceMax.toNanos();
    }

    /** Whether a command may be sent now; if so it counts as outstanding. */
    synchronized boolean admit(long now) {
        if (isSilent(now)) {
            if (now - lastSignNanos < silenceNanosMax) {
                return false;
            }
            // One goes through and tries; the others are refused for another while.
            lastSignNanos = now;
        } else if (outstanding == 0) {
            lastSignNanos = now;
        }
        outstanding++;
        return true;
    }

    synchronized void acknowledged(long now) {
        outstanding--;
        lastSignNanos = now;
        silent = false;
    }

    synchronized void failed() {
        outstanding--;
    }

    /**
     * Whether it is silent now. Once it is, an acknowledgement ends that; or, when nothing is outstanding any more, the
     * passing of time, as otherwise nobody might ever try again.
     */
    synchronized boolean isSilent(long now) {
        boolean longSinceSign = now - lastSignNanos > silenceNanosMax;
        if (!silent && outstanding > 0 && longSinceSign) {
            silent = true;
            lastSignNanos = now;
        } else if (silent && outstanding == 0 && longSinceSign) {
            silent = false;
        }
        return silent;
    }
}
