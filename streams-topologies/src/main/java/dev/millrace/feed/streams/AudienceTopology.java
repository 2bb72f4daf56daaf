package dev.millrace.feed.streams;

import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.OwnerTopology;
import dev.millrace.streams.owner.StateReader;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Changes of audiences and post facts to audience facts and page records: the authors' side knows every follower, says
 * of each edge from which of the author's posts on it counts, and sends these posts to the partitions of the readers, one
 * record for up to 512 of them.
 */
public final class AudienceTopology {
    public static final String STORE = "audiences";

    static final String FACTS = "audience-facts";
    static final String PAGES = "timeline-pages";
    static final String MODES = "author-modes";
    /** Instead of one partition. */
    static final int EVERYWHERE = -1;

    private static final String CHANGES = "audience-changes";
    private static final String POSTS = "post-facts";
    private static final String KEEP = "keep-audience";
    private static final int VALUE_BYTES_MAX = 64 * 1024;

    private final OwnedPartitions partitions;
    private final FanOutSettings settings;

    /**
     * A record and the partition of readers it is for.
     *
     * @param partition or {@link #EVERYWHERE}
     */
    record Addressed(int partition, TimelineRecord record) {}

    /** @param partitions where the tasks say how far they are */
    public AudienceTopology(OwnedPartitions partitions, FanOutSettings settings) {
        this.partitions = partitions;
        this.settings = settings;
    }

    public Topology addTo(Topology topology) {
        topology.addSource(
                CHANGES,
                new StringDeserializer(),
                FeedTopics.AUDIENCE_CHANGES.values().deserializer(),
                FeedTopics.AUDIENCE_CHANGES.name());
        topology.addSource(
                POSTS,
                new StringDeserializer(),
                FeedTopics.POST_FACTS.values().deserializer(),
                FeedTopics.POST_FACTS.name());
        topology.addProcessor(KEEP, new Supplier(), CHANGES, POSTS);
        topology.addSink(
                FACTS,
                FeedTopics.AUDIENCE_FACTS.name(),
                new StringSerializer(),
                FeedTopics.AUDIENCE_FACTS.values().serializer(),
                KEEP);
        topology.addSink(
                MODES,
                FeedTopics.AUTHOR_MODES.name(),
                new StringSerializer(),
                FeedTopics.AUTHOR_MODES.values().serializer(),
                KEEP);
        Serializer<TimelineRecord> pages = FeedTopics.TIMELINE_PAGES.values().serializer();
        topology.<String, Addressed>addSink(
                PAGES,
                FeedTopics.TIMELINE_PAGES.name(),
                new StringSerializer(),
                (topic, addressed) -> pages.serialize(topic, addressed.record()),
                (topic, key, addressed, count) -> Optional.of(partitionsOf(addressed, count)),
                KEEP);
        return topology;
    }

    /** Readers of a partition that doesn't exist are nobody's. */
    private static Set<Integer> partitionsOf(Addressed addressed, int count) {
        if (addressed.partition() == EVERYWHERE) {
            return IntStream.range(0, count).boxed().collect(Collectors.toSet());
        }
        boolean exists = addressed.partition() >= 0 && addressed.partition() < count;
        return exists ? Set.of(addressed.partition()) : Set.of();
    }

    /** Reads the state this topology keeps. */
    public StateReader reader() {
        return new AudienceQueries();
    }

    private final class Supplier implements ProcessorSupplier<String, Object, String, Object> {
        @Override
        public Processor<String, Object, String, Object> get() {
            return new AudienceProcessor(partitions, settings);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(OwnerTopology.storeNamed(STORE, VALUE_BYTES_MAX));
        }
    }
}
