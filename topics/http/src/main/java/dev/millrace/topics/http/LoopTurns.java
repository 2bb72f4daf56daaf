package dev.millrace.topics.http;

import io.vertx.core.Context;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long the turn of an event loop takes: in one turn it takes in every request that had come by its beginning. When
 * more come than can be taken in, they wait in their sockets, where nobody counts them, and turns get longer. So what a
 * turn hasn't come to in good time is to be sent away, which takes no time, and the next turn is short again.
 */
public final class LoopTurns {
    /** A few large requests make a turn long too; that is no crowd, and to send it away would help nobody. */
    private static final int TAKEN_IN_ALWAYS = 64;

    private final long nanosMax;
    private final LongSupplier nanoTime;
    private final ThreadLocal<Turn> turns = ThreadLocal.withInitial(Turn::new);

    private static final class Turn {
        private boolean begun;
        private long beganNanos;
        private int asked;
    }

    /** @param longest turn that still takes everything in */
    public LoopTurns(Duration longest, LongSupplier nanoTime) {
        this.nanosMax = longest.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Whether the present turn is too long for one more request. Asked with every request, on its event loop. */
    public boolean isLong(Context loop) {
        Turn turn = turns.get();
        long now = nanoTime.getAsLong();
        if (!turn.begun) {
            turn.begun = true;
            turn.beganNanos = now;
            turn.asked = 0;
            // Runs when everything that was ready has been taken in.
            loop.runOnContext(over -> turn.begun = false);
        }
        turn.asked++;
        return turn.asked > TAKEN_IN_ALWAYS && now - turn.beganNanos > nanosMax;
    }
}
