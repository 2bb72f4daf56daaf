package dev.millrace.streams.owner;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What is measured about the decisions of one command log. */
public final class DecisionMeters {
    private final MeterRegistry registry;
    private final String log;
    private final Timer decisions;
    private final Map<String, Counter> refusals = new ConcurrentHashMap<>();

    public DecisionMeters(MeterRegistry registry, String log) {
        this.registry = registry;
        this.log = log;
        this.decisions = Timer.builder("millrace.decisions")
                .description("commands decided, and how long deciding and storing took")
                .tag("log", log)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(10_000))
                .maximumExpectedValue(Duration.ofSeconds(1))
                .register(registry);
    }

    public void decided(long nanos) {
        decisions.record(Duration.ofNanos(nanos));
    }

    public void refused(String reason) {
        refusals.computeIfAbsent(
                        reason,
                        r -> Counter.builder("millrace.refusals")
                                .description("commands refused, by reason")
                                .tag("log", log)
                                .tag("reason", r)
                                .register(registry))
                .increment();
    }
}
