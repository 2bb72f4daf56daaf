package dev.millrace.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The one thread on which a product's live sockets are told of what happens, and everything about them is kept. What
 * comes after its end is left out: all sockets are about to close then.
 */
public final class LiveThread implements Executor, AutoCloseable {
    private final ExecutorService own;

    public LiveThread(String name) {
        this.own = Executors.newSingleThreadExecutor(work -> new Thread(work, name));
    }

    @Override
    public void execute(Runnable work) {
        try {
            own.execute(work);
        } catch (RejectedExecutionException closing) {
            // Nobody listens any more.
        }
    }

    /** Has the facts of a log taken here, all that came with one poll at once; the log is read on once they are. */
    public <T> CommittedTail.Follower<T> following(Consumer<List<T>> take) {
        return new Batches<>(take);
    }

    private final class Batches<T> implements CommittedTail.Follower<T> {
        private final Consumer<List<T>> take;
        private List<T> batch = new ArrayList<>();

        Batches(Consumer<List<T>> take) {
            this.take = take;
        }

        @Override
        public void accept(int partition, long offset, T fact) {
            batch.add(fact);
        }

        @Override
        public void rest() {
            List<T> facts = batch;
            batch = new ArrayList<>();
            try {
                CompletableFuture.runAsync(() -> take.accept(facts), own).join();
            } catch (RejectedExecutionException closing) {
                // Nobody listens any more.
            }
        }
    }

    @Override
    public void close() {
        own.shutdown();
    }
}
