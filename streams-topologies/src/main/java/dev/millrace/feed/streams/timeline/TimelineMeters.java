package dev.millrace.feed.streams.timeline;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** What an operator sees of the timelines. */
public final class TimelineMeters {
    private final Counter deliveries;
    private final Counter evicted;
    private final Map<Integer, TimelineStore> stores = new ConcurrentHashMap<>();

    public TimelineMeters(MeterRegistry registry) {
        deliveries = Counter.builder("millrace.timeline.deliveries")
                .description("posts put into readers' timelines")
                .register(registry);
        evicted = Counter.builder("millrace.timeline.evicted")
                .description("blocks of entries that left full timelines")
                .register(registry);
        Gauge.builder("millrace.timeline.readers", stores, held -> sum(held, TimelineStore::readers))
                .description("readers who have a timeline here")
                .register(registry);
        Gauge.builder("millrace.timeline.size", stores, held -> sum(held, TimelineStore::bytes))
                .description("what timelines take of the heap, with what is kept free for the next ones")
                .baseUnit("bytes")
                .register(registry);
    }

    private static double sum(Map<Integer, TimelineStore> stores, ToDoubleFunction<TimelineStore> of) {
        return stores.values().stream().mapToDouble(of).sum();
    }

    /** The store of a partition that is owned from now on. */
    void opened(int partition, TimelineStore store) {
        stores.put(partition, store);
    }

    void closed(int partition, TimelineStore store) {
        stores.remove(partition, store);
    }

    void delivered(int timelines) {
        deliveries.increment(timelines);
    }

    void evicted() {
        evicted.increment();
    }
}
