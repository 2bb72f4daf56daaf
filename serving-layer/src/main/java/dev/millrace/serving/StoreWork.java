package dev.millrace.serving;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls to a store that reads can do without: off the event loop, each within a bound. After several failures nobody
 * calls it for a while, so that a store that is away costs nobody any time.
 */
public final class StoreWork implements Closeable {
    private static final int CALLS_JUDGED = 20;
    private static final int CALLS_JUDGED_MIN = 5;
    private static final int CALLS_TO_TRY_AGAIN = 2;
    private static final Duration LEFT_ALONE_FOR = Duration.ofSeconds(2);
    /** More would wait longer for a thread than a call takes. */
    private static final int WAITING_PER_THREAD_MAX = 8;

    private static final Duration REHEARSED_AGAIN_AFTER = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final WorkerExecutor threads;
    private final Duration within;
    private final int underWayMax;
    private final AtomicInteger underWay = new AtomicInteger();
    private final CircuitBreaker breaker;

    /**
     * @param store its name, for people
     * @param within a call that takes longer has failed
     */
    public StoreWork(Vertx vertx, String store, int threadCount, Duration within, MeterRegistry registry) {
        this.vertx = vertx;
        this.threads = vertx.createSharedWorkerExecutor(store, threadCount);
        this.within = within;
        this.underWayMax = threadCount * WAITING_PER_THREAD_MAX;
        this.breaker = CircuitBreaker.of(
                store,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(CALLS_JUDGED)
                        .minimumNumberOfCalls(CALLS_JUDGED_MIN)
                        .waitDurationInOpenState(LEFT_ALONE_FOR)
                        .permittedNumberOfCallsInHalfOpenState(CALLS_TO_TRY_AGAIN)
                        .build());
        Gauge.builder("millrace.store.away", breaker, b -> b.getState() == CircuitBreaker.State.CLOSED ? 0 : 1)
                .description("1 while calls to the store fail and reads do without it")
                .tag("store", store)
                .register(registry);
    }

    /**
     * Calls until it went well once: a first call loads the client and opens connections, for which it isn't given the
     * time later, when somebody waits.
     */
    public void rehearse(Callable<?> call) {
        threads.executeBlocking(call, false)
                .onFailure(notYet -> vertx.setTimer(REHEARSED_AGAIN_AFTER.toMillis(), again -> rehearse(call)));
    }

    /** Fails at once while the store is left alone, or when too many calls are under way. */
    public <T> Future<T> call(Callable<T> call) {
        if (underWay.incrementAndGet() > underWayMax || !breaker.tryAcquirePermission()) {
            underWay.decrementAndGet();
            return Future.failedFuture(new RejectedExecutionException(breaker.getName() + " is left alone"));
        }
        long begun = System.nanoTime();
        Future<T> done = threads.executeBlocking(call, false);
        done.onComplete(unused -> underWay.decrementAndGet());
        return done.timeout(within.toMillis(), TimeUnit.MILLISECONDS).onComplete(called -> {
            long nanos = System.nanoTime() - begun;
            if (called.succeeded()) {
                breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            } else {
                breaker.onError(nanos, TimeUnit.NANOSECONDS, called.cause());
            }
        });
    }

    @Override
    public void close() {
        var unused = threads.close();
    }
}
