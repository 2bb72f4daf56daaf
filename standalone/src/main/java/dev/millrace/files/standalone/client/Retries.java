package dev.millrace.files.standalone.client;

import dev.millrace.standalone.Pause;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;

/** Tries again what may succeed later, and waits as long as it is told to. */
final class Retries {
    /** Some forty seconds: an owner that was killed decides again within half of that. */
    private static final int ATTEMPTS_MAX = 10;

    private static final Duration FIRST_WAIT = Duration.ofMillis(300);
    private static final Duration WAIT_MAX = Duration.ofSeconds(10);
    private static final double GROWTH = 2;
    private static final double SPREAD = 0.3;
    private static final Set<Integer> LATER = Set.of(408, 429, 500, 502, 503, 504);

    private Retries() {}

    /** @param undecided answers that are none yet, besides those whose status says so */
    static <T> Retry of(String name, Predicate<HttpResponse<T>> undecided) {
        IntervalFunction growing = IntervalFunction.ofExponentialRandomBackoff(FIRST_WAIT, GROWTH, SPREAD, WAIT_MAX);
        return Retry.of(
                name,
                RetryConfig.<HttpResponse<T>>custom()
                        .maxAttempts(ATTEMPTS_MAX)
                        .retryOnException(IOException.class::isInstance)
                        .retryOnResult(answer -> LATER.contains(answer.statusCode()) || undecided.test(answer))
                        .intervalBiFunction((attempt, outcome) -> Math.max(growing.apply(attempt), toldMillis(outcome)))
                        .build());
    }

    /** @param interrupted what to say if this is broken off */
    static void pause(Duration time, String interrupted) {
        try {
            Pause.of(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FilesFailure(interrupted);
        }
    }

    private static <T> long toldMillis(Either<Throwable, HttpResponse<T>> outcome) {
        if (outcome.isLeft()) {
            return 0;
        }
        String told = outcome.get().headers().firstValue("Retry-After").orElse("");
        // A date is allowed too, but nobody we talk to says one.
        return told.matches("\\d{1,4}")
                ? Duration.ofSeconds(Long.parseLong(told)).toMillis()
                : 0;
    }
}
