package dev.millrace.load;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

/**
 * Starts calls at a fixed rate, whether or not earlier ones were answered, as people do who don't know of each other.
 * A call's time counts from when it was meant to begin, so a stalled system can't make its numbers better by stalling
 * the one who asks.
 */
public final class OpenLoop {
    private static final Duration LAST_ANSWERS_WITHIN = Duration.ofSeconds(40);

    private final Vertx vertx;
    private final LongUnaryOperator dueAfterNanos;
    private final long calls;
    private final Duration lastAnswersWithin;
    private final Call call;
    private final CountDownLatch answered;

    private long started;
    private long begun;

    /** One call. It must say once that it was answered, however it ends. */
    @FunctionalInterface
    public interface Call {
        void begin(long intendedNanos, Runnable whenAnswered);
    }

    /** @param perSecond more than 0 */
    public OpenLoop(Vertx vertx, double perSecond, Duration lasting, Call call) {
        this(vertx, perSecond, lasting, LAST_ANSWERS_WITHIN, call);
    }

    /**
     * @param perSecond more than 0
     * @param lastAnswersWithin longer than any call takes to say how it ended
     */
    public OpenLoop(Vertx vertx, double perSecond, Duration lasting, Duration lastAnswersWithin, Call call) {
        this(
                vertx,
                Math.max(1, (long) (lasting.toNanos() / 1e9 * perSecond)),
                i -> (long) (i * 1e9 / perSecond),
                lastAnswersWithin,
                call);
    }

    /**
     * @param dueNanos when each call is meant to begin, in nanoseconds after the start and in order
     * @param lastAnswersWithin longer than any call takes to say how it ended
     */
    public OpenLoop(Vertx vertx, long[] dueNanos, Duration lastAnswersWithin, Call call) {
        this(vertx, dueNanos.length, i -> dueNanos[(int) i], lastAnswersWithin, call);
    }

    private OpenLoop(Vertx vertx, long calls, LongUnaryOperator dueAfterNanos, Duration lastAnswersWithin, Call call) {
        this.vertx = vertx;
        this.dueAfterNanos = dueAfterNanos;
        this.calls = calls;
        this.lastAnswersWithin = lastAnswersWithin;
        this.call = call;
        this.answered = new CountDownLatch((int) calls);
    }

    /** Runs to the last answer. Returns how many calls were never answered. */
    public long run() throws InterruptedException {
        vertx.runOnContext(start -> {
            started = System.nanoTime();
            vertx.setPeriodic(1, this::beginDue);
        });
        long within = dueAfterNanos.applyAsLong(calls - 1) + lastAnswersWithin.toNanos();
        return answered.await(within, TimeUnit.NANOSECONDS) ? 0 : answered.getCount();
    }

    private void beginDue(long timer) {
        long now = System.nanoTime();
        while (begun < calls) {
            long intended = started + dueAfterNanos.applyAsLong(begun);
            if (intended - now > 0) {
                return;
            }
            begun++;
            call.begin(intended, answered::countDown);
        }
        vertx.cancelTimer(timer);
    }
}
