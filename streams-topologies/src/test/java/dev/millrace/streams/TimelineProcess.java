package dev.millrace.streams;

import dev.millrace.feed.streams.timeline.TimelineMeters;
import dev.millrace.feed.streams.timeline.TimelineSettings;
import dev.millrace.feed.streams.timeline.TimelineTopology;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.topics.http.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.Topology;

/** The timelines' application alone, in the test's JVM or in one that can be killed. */
final class TimelineProcess implements AutoCloseable {
    static final int READERS_MAX = 1_000;
    static final int PARTITIONS = 8;

    private final Admin admin;
    private final StreamsApplication application;

    /** @param more what else the topology has; tests break it with that */
    TimelineProcess(
            String bootstrap, Path dataDir, int instance, Duration snapshotEvery, UnaryOperator<Topology> more) {
        Settings settings = Settings.of(Map.of(
                "http.port",
                "0",
                "instance",
                String.valueOf(instance),
                "kafka.bootstrap",
                bootstrap,
                "data.dir",
                dataDir.toString(),
                "streams.threads",
                "1"));
        StreamsSettings read = StreamsSettings.from(settings);
        settings.check();
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        OwnedPartitions owned = new OwnedPartitions();
        TimelineTopology topology = new TimelineTopology(
                owned,
                new TimelineSettings(READERS_MAX, snapshotEvery),
                Executors.newSingleThreadExecutor(task -> {
                    Thread thread = new Thread(task, "timeline-snapshots");
                    thread.setDaemon(true);
                    return thread;
                }),
                new TimelineMeters(new SimpleMeterRegistry()));
        StreamsApplication.Plan plan = new StreamsApplication.Plan(
                "millrace-timelines",
                FeedTopics.TIMELINE_PAGES,
                true,
                TimelineTopology.STORE,
                1,
                owned,
                topology.reader(),
                builder -> more.apply(topology.addTo(builder)),
                false);
        application =
                new StreamsApplication(plan, read, admin, PARTITIONS, "127.0.0.1:" + (10_000 + instance), () -> {});
        application.start();
    }

    /** Ends with whoever started it. */
    public static void main(String[] args) throws IOException {
        TimelineProcess process =
                new TimelineProcess(args[0], Path.of(args[1]), 1, Duration.ofMillis(500), UnaryOperator.identity());
        System.in.transferTo(OutputStream.nullOutputStream());
        process.close();
    }

    StreamsApplication application() {
        return application;
    }

    @Override
    public void close() {
        application.close();
        admin.close();
    }
}
