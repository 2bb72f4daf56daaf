package dev.millrace.files.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work that is done on so many threads at a time. */
final class AtOnce {
    private AtOnce() {}

    /** Returns the results in the work's order; what fails is thrown once the others are done. */
    static <T> List<T> all(int threads, List<Callable<T>> work) throws InterruptedException {
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> done : workers.invokeAll(work)) {
                results.add(done.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException("failed: " + e.getCause(), e);
        } finally {
            workers.shutdownNow();
        }
    }
}
