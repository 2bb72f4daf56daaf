package dev.millrace.serving;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What is measured of one projector, tagged with its name. */
final class ProjectorMetrics {
    private final Counter facts;
    private final Counter fenced;
    private final Counter failures;
    private final AtomicLong lag = new AtomicLong();
    private final AtomicInteger stopped = new AtomicInteger();

    ProjectorMetrics(MeterRegistry registry, String projector) {
        facts = Counter.builder("millrace.projector.facts")
                .description("Facts written to the store")
                .tag("projector", projector)
                .register(registry);
        fenced = Counter.builder("millrace.projector.fenced")
                .description("Batches thrown away because somebody else had projected the partition")
                .tag("projector", projector)
                .register(registry);
        failures = Counter.builder("millrace.projector.failures")
                .description("Attempts that failed and are tried again")
                .tag("projector", projector)
                .register(registry);
        Gauge.builder("millrace.projector.lag", lag, AtomicLong::get)
                .description("Committed records not written yet, over this process's partitions")
                .baseUnit("records")
                .tag("projector", projector)
                .register(registry);
        Gauge.builder("millrace.projector.stopped", stopped, AtomicInteger::get)
                .description("1 when the projector has stopped for good and a person has to look")
                .tag("projector", projector)
                .register(registry);
    }

    void applied(int count) {
        facts.increment(count);
    }

    void fenced() {
        fenced.increment();
    }

    void failed() {
        failures.increment();
    }

    void lag(long records) {
        lag.set(records);
    }

    void stopped() {
        stopped.set(1);
    }
}
