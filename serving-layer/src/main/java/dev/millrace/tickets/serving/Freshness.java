package dev.millrace.tickets.serving;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * How old a view may be: views are as old as the last moment at which both the owners of state were heard of and
 * everything committed had been taken from the log.
 */
final class Freshness {
    /** Both are looked at about every second; less than this is no age. */
    private static final Duration CURRENT = Duration.ofSeconds(5);

    private final InstantSource clock;
    private final LongSupplier caughtUpAtMillis;
    private final long startedAt;
    private volatile long ownersHeardAt;

    Freshness(InstantSource clock, LongSupplier caughtUpAtMillis) {
        this.clock = clock;
        this.caughtUpAtMillis = caughtUpAtMillis;
        this.startedAt = clock.millis();
        this.ownersHeardAt = startedAt;
    }

    void ownersHeard() {
        ownersHeardAt = clock.millis();
    }

    /** Seconds for the header Age; 0 while views are current. */
    long ageSeconds() {
        long current = Math.min(ownersHeardAt, Math.max(startedAt, caughtUpAtMillis.getAsLong()));
        long age = clock.millis() - current;
        return age < CURRENT.toMillis() ? 0 : age / 1000;
    }
}
