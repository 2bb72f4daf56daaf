package dev.millrace.streams.owner;

import java.time.Duration;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A partition whose commands are decided in this process: how far, and who waits for more. Written by its stream
 * thread, read by any.
 */
public final class OwnedPartition {
    private static final AtomicLong WAITS = new AtomicLong();

    private record Wait(long offset, long number, CompletableFuture<Boolean> reached) {
        static final Comparator<Wait> ORDER =
                Comparator.comparingLong(Wait::offset).thenComparingLong(Wait::number);
    }

    private final NavigableSet<Wait> waits = new ConcurrentSkipListSet<>(Wait.ORDER);
    private volatile long decidedOffset;
    private volatile long progressNanos = System.nanoTime();
    private volatile boolean closed;

    OwnedPartition(long decidedOffset) {
        this.decidedOffset = decidedOffset;
    }

    /** Offset of the newest command decided, -1 if none is. */
    public long decidedOffset() {
        return decidedOffset;
    }

    /** {@link System#nanoTime} of the newest decision, or of the moment the partition came here. */
    public long progressNanos() {
        return progressNanos;
    }

    /** Says that everything up to here is in the state. */
    public void decided(long offset) {
        decidedOffset = offset;
        progressNanos = System.nanoTime();
        while (!waits.isEmpty() && waits.first().offset() <= offset) {
            Wait wait = waits.pollFirst();
            if (wait != null) {
                wait.reached().completeAsync(() -> true);
            }
        }
    }

    /**
     * Completes with whether this offset was decided within that time, never on the stream thread; with false as soon
     * as the partition goes away.
     */
    public CompletionStage<Boolean> reached(long offset, Duration within) {
        Wait wait = new Wait(offset, WAITS.incrementAndGet(), new CompletableFuture<>());
        waits.add(wait);
        // The decision, or the end, may have come between the caller's look and the wait.
        if (decidedOffset >= offset || closed) {
            wait.reached().complete(decidedOffset >= offset);
        } else {
            wait.reached().completeOnTimeout(false, within.toMillis(), TimeUnit.MILLISECONDS);
        }
        return wait.reached().whenComplete((reached, failure) -> waits.remove(wait));
    }

    void close() {
        closed = true;
        waits.forEach(wait -> wait.reached().completeAsync(() -> false));
    }
}
