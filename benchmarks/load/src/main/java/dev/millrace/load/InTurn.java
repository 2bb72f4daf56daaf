package dev.millrace.load;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Does something for each of a list, so many at a time, as fast as it is answered. */
public final class InTurn<T> {
    private final Iterator<T> left;
    private final Function<T, Future<?>> call;
    private final CountDownLatch answered;
    private final int size;

    private InTurn(List<T> all, Function<T, Future<?>> call) {
        this.left = all.iterator();
        this.size = all.size();
        this.call = call;
        this.answered = new CountDownLatch(all.size());
    }

    /**
     * @param call counts as answered however it ends
     * @throws IllegalStateException if not all are answered in time
     */
    public static <T> void each(Vertx vertx, List<T> all, int atOnce, Duration within, Function<T, Future<?>> call)
            throws InterruptedException {
        InTurn<T> turn = new InTurn<>(all, call);
        vertx.runOnContext(start -> {
            for (int i = 0; i < atOnce; i++) {
                turn.next();
            }
        });
        if (!turn.answered.await(within.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("answered: " + (turn.size - turn.answered.getCount()) + " of " + turn.size
                    + " calls within " + within.toSeconds() + " s (expected: all)");
        }
    }

    private void next() {
        if (left.hasNext()) {
            call.apply(left.next()).onComplete(done -> {
                answered.countDown();
                next();
            });
        }
    }
}
