package dev.millrace.streams.owner;

import com.google.protobuf.MessageLite;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.TopicSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
import org.jspecify.annotations.Nullable;

/**
 * Commands of one log to what comes of them and to replies, where an owner keeps many values per key in one store: the
 * commands of a partition are decided in their order in the log, and a repeated one gets its first answer.
 */
public final class OwnerTopology<C extends MessageLite, O extends MessageLite> {
    private final Names names;
    private final TopicSpec<C> commands;
    private final List<Sink> sinks;
    private final OwnerRules<C, O> rules;
    private final OwnedPartitions partitions;
    private final DecisionMeters meters;
    private final Supplier<@Nullable OwnerReminders> reminders;

    /**
     * @param noun what is decided about, as in the names of source and sinks
     * @param decide name of the processor
     * @param store name of the store
     */
    public record Names(String noun, String decide, String store) {}

    /** Where records of one topic leave. */
    public record Sink(String name, TopicSpec<?> topic) {}

    /** @param partitions where the tasks say how far they are */
    public OwnerTopology(
            Names names,
            TopicSpec<C> commands,
            List<Sink> sinks,
            OwnerRules<C, O> rules,
            OwnedPartitions partitions,
            DecisionMeters meters) {
        this(names, commands, sinks, rules, partitions, meters, () -> null);
    }

    /** @param reminders makes those of one task, if it needs any */
    public OwnerTopology(
            Names names,
            TopicSpec<C> commands,
            List<Sink> sinks,
            OwnerRules<C, O> rules,
            OwnedPartitions partitions,
            DecisionMeters meters,
            Supplier<@Nullable OwnerReminders> reminders) {
        this.names = names;
        this.commands = commands;
        this.sinks = List.copyOf(sinks);
        this.rules = rules;
        this.partitions = partitions;
        this.meters = meters;
        this.reminders = reminders;
    }

    public Topology addTo(Topology topology) {
        String source = names.noun() + "-commands";
        topology.addSource(
                source,
                new StringDeserializer(),
                new CommandReader<>(commands, rules::shapeProblemOf),
                commands.name());
        topology.addProcessor(names.decide(), new Processors(), source);
        for (Sink sink : sinks) {
            topology.addSink(
                    sink.name(),
                    sink.topic().name(),
                    new StringSerializer(),
                    sink.topic().values().serializer(),
                    names.decide());
        }
        Replies.addTo(topology, names.decide());
        topology.addSink(
                misrouted(),
                SpineTopics.DEAD_LETTERS.name(),
                new StringSerializer(),
                new ByteArraySerializer(),
                names.decide());
        return topology;
    }

    private String misrouted() {
        return "misrouted-" + names.noun() + "-commands";
    }

    private final class Processors implements ProcessorSupplier<String, C, String, Object> {
        @Override
        public Processor<String, C, String, Object> get() {
            return new OwnerProcessor<>(
                    commands, names.store(), misrouted(), rules, partitions, meters, reminders.get());
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(storeNamed(names.store(), commands.recordBytesMax()));
        }
    }

    /** A store as every owner keeps it: written through, its changelog beside it. */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> storeNamed(String name, int valueBytesMax) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of(
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        String.valueOf(valueBytesMax),
                        TopicConfig.SEGMENT_BYTES_CONFIG,
                        String.valueOf(64 * 1024 * 1024)));
    }
}
