package dev.millrace.load;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * So many callers, each of whom begins a call when the last one was answered: as fast as the system answers, and no
 * faster. Finds a capacity; says nothing about waiting times.
 */
public final class ClosedLoop {
    private static final Duration LAST_ANSWERS_WITHIN = Duration.ofSeconds(40);

    private final Vertx vertx;
    private final int callers;
    private final Duration lasting;
    private final OpenLoop.Call call;
    private final CountDownLatch done;
    private long until;

    public ClosedLoop(Vertx vertx, int callers, Duration lasting, OpenLoop.Call call) {
        this.vertx = vertx;
        this.callers = callers;
        this.lasting = lasting;
        this.call = call;
        this.done = new CountDownLatch(callers);
    }

    /** Runs to the last answer. Returns how many calls were never answered. */
    public long run() throws InterruptedException {
        vertx.runOnContext(start -> {
            until = System.nanoTime() + lasting.toNanos();
            for (int i = 0; i < callers; i++) {
                next();
            }
        });
        long within = lasting.plus(LAST_ANSWERS_WITHIN).toMillis();
        return done.await(within, TimeUnit.MILLISECONDS) ? 0 : done.getCount();
    }

    private void next() {
        long now = System.nanoTime();
        if (now - until < 0) {
            call.begin(now, this::next);
        } else {
            done.countDown();
        }
    }
}
