package dev.millrace.tickets.streams;

import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.Replies;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.tickets.rules.SeatRules;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.topics.SpineTopics;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Seat commands to seat facts and replies: each seat of an event has at most one live holder, because one task decides
 * all commands of an event, in the order of the log.
 */
public final class SeatClaimTopology {
    public static final String STORE = "seat-books";

    static final String FACTS = "seat-facts";
    static final String MISROUTED = "misrouted-seat-commands";
    private static final String COMMANDS = "seat-commands";
    private static final String DECIDE = "decide-seat-claim";

    private final OwnedPartitions partitions;
    private final SeatMaps maps;
    private final Reminders reminders;
    private final DecisionMeters meters;
    private final SeatDecider decider;
    private final UnaryOperator<Processor<String, SeatCommand, String, Object>> around;

    /**
     * @param partitions where the tasks say how far they are
     * @param mapBytesMax heap that the published seat maps may take
     */
    public SeatClaimTopology(OwnedPartitions partitions, long mapBytesMax, Reminders reminders, DecisionMeters meters) {
        this(partitions, mapBytesMax, reminders, meters, SeatRules::decide, UnaryOperator.identity());
    }

    /**
     * @param decider what decides; tests give one that is wrong
     * @param around put around every processor, for tests that lose or double what it sends
     */
    SeatClaimTopology(
            OwnedPartitions partitions,
            long mapBytesMax,
            Reminders reminders,
            DecisionMeters meters,
            SeatDecider decider,
            UnaryOperator<Processor<String, SeatCommand, String, Object>> around) {
        this.decider = decider;
        this.around = around;
        this.partitions = partitions;
        this.maps = new SeatMaps(mapBytesMax);
        this.reminders = reminders;
        this.meters = meters;
    }

    public Topology addTo(Topology topology) {
        topology.addSource(
                COMMANDS, new StringDeserializer(), new SeatCommandReader(), TicketsTopics.SEAT_COMMANDS.name());
        topology.addProcessor(DECIDE, new Supplier(), COMMANDS);
        topology.addSink(
                FACTS,
                TicketsTopics.SEAT_FACTS.name(),
                new StringSerializer(),
                TicketsTopics.SEAT_FACTS.values().serializer(),
                DECIDE);
        Replies.addTo(topology, DECIDE);
        topology.addSink(
                MISROUTED, SpineTopics.DEAD_LETTERS.name(), new StringSerializer(), new ByteArraySerializer(), DECIDE);
        return topology;
    }

    /** Reads the state this topology keeps. */
    public StateReader reader() {
        return new SeatQueries(maps);
    }

    private final class Supplier implements ProcessorSupplier<String, SeatCommand, String, Object> {
        @Override
        public Processor<String, SeatCommand, String, Object> get() {
            return around.apply(new SeatClaimProcessor(partitions, maps, reminders, meters, decider));
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            StoreBuilder<KeyValueStore<Bytes, byte[]>> books = Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray())
                    .withCachingDisabled()
                    .withLoggingEnabled(Map.of(
                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                            String.valueOf(TicketsTopics.SEAT_COMMANDS.recordBytesMax()),
                            TopicConfig.SEGMENT_BYTES_CONFIG,
                            String.valueOf(64 * 1024 * 1024)));
            return Set.of(books);
        }
    }
}
