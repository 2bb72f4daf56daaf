package dev.millrace.feed.streams.timeline;

import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.kafka.streams.state.StoreBuilder;

/** Makes a store per partition. Whether it is cached or logged isn't up to whoever uses it: its topic is its log. */
final class TimelineStoreBuilder implements StoreBuilder<TimelineStore> {
    private final String name;
    private final TimelineSettings settings;
    private final Executor background;

    TimelineStoreBuilder(String name, TimelineSettings settings, Executor background) {
        this.name = name;
        this.settings = settings;
        this.background = background;
    }

    @Override
    public StoreBuilder<TimelineStore> withCachingEnabled() {
        return this;
    }

    @Override
    public StoreBuilder<TimelineStore> withCachingDisabled() {
        return this;
    }

    @Override
    public StoreBuilder<TimelineStore> withLoggingEnabled(Map<String, String> config) {
        return this;
    }

    @Override
    public StoreBuilder<TimelineStore> withLoggingDisabled() {
        return this;
    }

    @Override
    public TimelineStore build() {
        return new TimelineStore(name, settings, background);
    }

    @Override
    public Map<String, String> logConfig() {
        return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
        return false;
    }

    @Override
    public String name() {
        return name;
    }
}
