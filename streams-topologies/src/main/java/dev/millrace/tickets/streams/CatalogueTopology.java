package dev.millrace.tickets.streams;

import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.Replies;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.tickets.rules.CatalogueRules;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.CatalogueCommand;
import dev.millrace.topics.SpineTopics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
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

/** Catalogue commands to catalogue facts and replies: a venue's or performer's definitions are numbered without a gap. */
public final class CatalogueTopology {
    public static final String STORE = "catalogue";

    static final String FACTS = "catalogue-facts";
    static final String MISROUTED = "misrouted-catalogue-commands";
    private static final String COMMANDS = "catalogue-commands";
    private static final String DECIDE = "decide-definition";

    private final OwnedPartitions partitions;
    private final DecisionMeters meters;

    /** @param partitions where the tasks say how far they are */
    public CatalogueTopology(OwnedPartitions partitions, DecisionMeters meters) {
        this.partitions = partitions;
        this.meters = meters;
    }

    public Topology addTo(Topology topology) {
        topology.addSource(
                COMMANDS,
                new StringDeserializer(),
                new CatalogueCommandReader(),
                TicketsTopics.CATALOGUE_COMMANDS.name());
        topology.addProcessor(DECIDE, new Supplier(), COMMANDS);
        topology.addSink(
                FACTS,
                TicketsTopics.CATALOGUE_FACTS.name(),
                new StringSerializer(),
                TicketsTopics.CATALOGUE_FACTS.values().serializer(),
                DECIDE);
        Replies.addTo(topology, DECIDE);
        topology.addSink(
                MISROUTED, SpineTopics.DEAD_LETTERS.name(), new StringSerializer(), new ByteArraySerializer(), DECIDE);
        return topology;
    }

    /** Reads the state this topology keeps. */
    public StateReader reader() {
        return new CatalogueQueries();
    }

    private final class Supplier implements ProcessorSupplier<String, CatalogueCommand, String, Object> {
        @Override
        public Processor<String, CatalogueCommand, String, Object> get() {
            return new CatalogueProcessor(partitions, meters);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            StoreBuilder<KeyValueStore<Bytes, byte[]>> catalogue = Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray())
                    .withCachingDisabled()
                    .withLoggingEnabled(Map.of(
                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                            String.valueOf(TicketsTopics.CATALOGUE_COMMANDS.recordBytesMax())));
            return Set.of(catalogue);
        }
    }

    /** Reads catalogue commands, and refuses as unreadable what could never be decided. */
    private static final class CatalogueCommandReader implements Deserializer<CatalogueCommand> {
        private final Deserializer<CatalogueCommand> wire =
                TicketsTopics.CATALOGUE_COMMANDS.values().deserializer();

        @Override
        public CatalogueCommand deserialize(String topic, byte @Nullable [] bytes) {
            CatalogueCommand command = bytes == null ? null : wire.deserialize(topic, bytes);
            if (command == null) {
                throw new SerializationException(topic + ": no value (expected: a command)");
            }
            Optional<String> problem = CatalogueRules.shapeProblemOf(command);
            if (problem.isPresent()) {
                throw new SerializationException(topic + ": " + problem.get());
            }
            return command;
        }
    }
}
