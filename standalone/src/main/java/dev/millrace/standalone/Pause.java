package dev.millrace.standalone;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits out a time that somebody else has set, as in Retry-After. */
public final class Pause {
    private Pause() {}

    public static void of(Duration time) throws InterruptedException {
        var unused = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
