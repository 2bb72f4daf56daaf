package dev.millrace.streams;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Looks into stores, which are taken on worker threads: those of one turn of an event loop go over together, as to go
 * over and back costs more than most looks.
 */
final class Looks {
    /** A long look holds up those that went with it. */
    private static final int TOGETHER_MAX = 16;

    private final Vertx vertx;
    private final ThreadLocal<List<Look<?>>> begun = ThreadLocal.withInitial(ArrayList::new);

    private static final class Look<T> {
        private final Callable<T> look;
        private final Promise<T> seen = Promise.promise();
        private Future<T> result = seen.future();

        Look(Callable<T> look) {
            this.look = look;
        }

        /** On a worker thread. */
        void take() {
            try {
                result = Future.succeededFuture(look.call());
            } catch (Exception e) {
                result = Future.failedFuture(e);
            }
        }

        /** On the event loop. */
        void tell() {
            seen.handle(result);
        }
    }

    Looks(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Completes on the event loop that calls this. */
    <T> Future<T> take(Callable<T> look) {
        List<Look<?>> together = begun.get();
        if (together.isEmpty()) {
            vertx.getOrCreateContext().runOnContext(turn -> goOver());
        }
        Look<T> one = new Look<>(look);
        together.add(one);
        return one.seen.future();
    }

    private void goOver() {
        List<Look<?>> all = new ArrayList<>(begun.get());
        begun.get().clear();
        for (int from = 0; from < all.size(); from += TOGETHER_MAX) {
            List<Look<?>> some = all.subList(from, Math.min(all.size(), from + TOGETHER_MAX));
            vertx.executeBlocking(
                            () -> {
                                some.forEach(Look::take);
                                return some;
                            },
                            false)
                    .onComplete(taken -> some.forEach(Look::tell));
        }
    }
}
