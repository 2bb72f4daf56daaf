package dev.millrace.streams.owner;

import com.google.protobuf.MessageLite;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.TopicSpec;
import java.util.Map;
import java.util.Set;
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
 * Commands of one log to its facts and replies, where an owner keeps one value per key: the commands of a key are
 * decided in their order in the log, each by the state the ones before it left.
 */
public final class KeyedTopology<
        C extends MessageLite, S extends MessageLite, F extends MessageLite, O extends MessageLite> {
    private final String decide;
    private final Log<C, F> log;
    private final KeyedState<S> state;
    private final S empty;
    private final KeyedRules<C, S, F, O> rules;
    private final OwnedPartitions partitions;
    private final DecisionMeters meters;

    /**
     * A command log and what comes of it.
     *
     * @param noun what is decided about, as in the names of sources and sinks
     */
    public record Log<C, F>(String noun, TopicSpec<C> commands, TopicSpec<F> facts) {
        String source() {
            return noun + "-commands";
        }

        String factSink() {
            return noun + "-facts";
        }

        String misroutedSink() {
            return "misrouted-" + noun + "-commands";
        }
    }

    /**
     * @param decide name of the processor
     * @param empty state of a key before its first command
     * @param partitions where the tasks say how far they are
     */
    public KeyedTopology(
            String decide,
            Log<C, F> log,
            KeyedState<S> state,
            S empty,
            KeyedRules<C, S, F, O> rules,
            OwnedPartitions partitions,
            DecisionMeters meters) {
        this.decide = decide;
        this.log = log;
        this.state = state;
        this.empty = empty;
        this.rules = rules;
        this.partitions = partitions;
        this.meters = meters;
    }

    public Topology addTo(Topology topology) {
        topology.addSource(
                log.source(),
                new StringDeserializer(),
                new CommandReader<>(log.commands(), rules::shapeProblemOf),
                log.commands().name());
        topology.addProcessor(decide, new Supplier(), log.source());
        topology.addSink(
                log.factSink(),
                log.facts().name(),
                new StringSerializer(),
                log.facts().values().serializer(),
                decide);
        Replies.addTo(topology, decide);
        topology.addSink(
                log.misroutedSink(),
                SpineTopics.DEAD_LETTERS.name(),
                new StringSerializer(),
                new ByteArraySerializer(),
                decide);
        return topology;
    }

    private final class Supplier implements ProcessorSupplier<String, C, String, Object> {
        @Override
        public Processor<String, C, String, Object> get() {
            return new KeyedProcessor<>(log, state, empty, rules, partitions, meters);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            StoreBuilder<KeyValueStore<Bytes, byte[]>> store = Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(state.store()), Serdes.Bytes(), Serdes.ByteArray())
                    .withCachingDisabled()
                    .withLoggingEnabled(Map.of(
                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                            String.valueOf(log.commands().recordBytesMax())));
            return Set.of(store);
        }
    }
}
