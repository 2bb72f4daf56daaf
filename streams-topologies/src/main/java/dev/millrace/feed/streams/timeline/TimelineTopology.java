package dev.millrace.feed.streams.timeline;

import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.EvictedBlock;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.StateReader;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/**
 * Page records to timelines: every post pushed to a reader who is enrolled is in the reader's timeline once, or has left
 * it in a block on feed.evicted-blocks. It may run at least once: taking a record in again changes nothing.
 */
public final class TimelineTopology {
    public static final String STORE = "timelines";

    private static final String PAGES = "timeline-pages";
    private static final String PUSH = "push-posts";
    private static final String HAND_ON = "hand-on-evicted-blocks";
    private static final String EVICTED = "evicted-blocks";

    private final OwnedPartitions partitions;
    private final TimelineSettings settings;
    private final Executor background;
    private final TimelineMeters meters;

    /**
     * @param partitions where the tasks say how far they are
     * @param background where snapshots are written
     */
    public TimelineTopology(
            OwnedPartitions partitions, TimelineSettings settings, Executor background, TimelineMeters meters) {
        this.partitions = partitions;
        this.settings = settings;
        this.background = background;
        this.meters = meters;
    }

    public Topology addTo(Topology topology) {
        topology.addReadOnlyStateStore(
                new TimelineStoreBuilder(STORE, settings, background),
                PAGES,
                new RequiredKey(),
                new TimelineRecords(),
                FeedTopics.TIMELINE_PAGES.name(),
                PUSH,
                () -> new TimelineProcessor(partitions, meters));
        // After the other: both are children of the same source, and are called in the order they were added.
        topology.addProcessor(HAND_ON, () -> new EvictionProcessor(meters), PAGES);
        topology.connectProcessorAndStateStores(HAND_ON, STORE);
        topology.<byte[], EvictedBlock>addSink(
                EVICTED,
                FeedTopics.EVICTED_BLOCKS.name(),
                new ByteArraySerializer(),
                FeedTopics.EVICTED_BLOCKS.values().serializer(),
                (topic, key, block, count) -> Optional.of(Set.of(block.getReaderPartition())),
                HAND_ON);
        return topology;
    }

    /** Reads the timelines this topology keeps. */
    public StateReader reader() {
        return new TimelineQueries();
    }
}
