package dev.millrace.topics.http;

import java.time.Duration;

/** Nobody who holds the state answered in time; a caller gets 503 STATE_UNAVAILABLE. */
public final class StateUnavailable extends Problem {
    public StateUnavailable(String detail) {
        super(Problem.of(503, "STATE_UNAVAILABLE", detail).retryAfter(Duration.ofSeconds(1)));
    }
}
