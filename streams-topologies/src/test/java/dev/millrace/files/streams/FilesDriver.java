package dev.millrace.files.streams;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.FilesQuestion;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.ReplyAddress;
import dev.millrace.topics.v1.StateQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;

/** The topology of namespaces as an application, with its reminders and the relay done by hand. */
final class FilesDriver implements AutoCloseable {
    static final long NOW = 1_795_600_000_000L;

    private static final ReplyAddress HERE =
            ReplyAddress.newBuilder().setPartition(0).setEpoch(1).build();

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final List<NamespaceCommand> reminders = new ArrayList<>();
    final Topology topology;

    private final NamespaceQueries queries;
    private final TopologyTestDriver driver;
    private final TestInputTopic<String, NamespaceCommand> commands;
    private final TestOutputTopic<String, NamespaceFact> facts;
    /** What the clock and the log say. */
    long now = NOW;

    FilesDriver() {
        NamespaceTopology parts = new NamespaceTopology(
                new OwnedPartitions(), reminders::add, new DecisionMeters(registry, FilesTopics.NAMESPACES));
        queries = new NamespaceQueries(() -> Instant.ofEpochMilli(now));
        topology = parts.addTo(new Topology());
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "millrace-namespaces");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        driver = new TopologyTestDriver(topology, properties, Instant.ofEpochMilli(NOW));
        commands = driver.createInputTopic(
                FilesTopics.NAMESPACE_COMMANDS.name(),
                new StringSerializer(),
                FilesTopics.NAMESPACE_COMMANDS.values().serializer());
        facts = driver.createOutputTopic(
                FilesTopics.NAMESPACE_FACTS.name(),
                new StringDeserializer(),
                FilesTopics.NAMESPACE_FACTS.values().deserializer());
    }

    NamespaceOutcome decide(NamespaceCommand command) throws InvalidProtocolBufferException {
        NamespaceCommand.Builder asking = command.toBuilder();
        asking.getMetaBuilder().setReplyTo(HERE);
        send(command.getNamespaceId(), asking.build());
        return NamespaceOutcome.parseFrom(driver.createOutputTopic(
                        SpineTopics.REPLIES.name(),
                        new ByteArrayDeserializer(),
                        SpineTopics.REPLIES.values().deserializer())
                .readValue()
                .getOutcome());
    }

    /** Without looking at replies. */
    void send(NamespaceCommand... all) {
        for (NamespaceCommand command : all) {
            send(command.getNamespaceId(), command);
        }
    }

    void send(String key, NamespaceCommand command) {
        commands.pipeInput(key, command, Instant.ofEpochMilli(now));
    }

    /** So much later, with whatever is due by then. */
    void pass(Duration time) {
        advance(time);
        while (!reminders.isEmpty()) {
            List<NamespaceCommand> sent = List.copyOf(reminders);
            reminders.clear();
            sent.forEach(this::send);
            advance(Duration.ofSeconds(6));
        }
    }

    private void advance(Duration time) {
        now += time.toMillis();
        driver.advanceWallClockTime(time);
    }

    List<KeyValue<String, NamespaceFact>> facts() {
        return facts.readKeyValuesToList();
    }

    List<KeyValue<String, byte[]>> deadLetters() {
        return driver.createOutputTopic(
                        SpineTopics.DEAD_LETTERS.name(), new StringDeserializer(), new ByteArrayDeserializer())
                .readKeyValuesToList();
    }

    KeyValueStore<Bytes, byte[]> store() {
        return driver.getKeyValueStore(NamespaceTopology.STORE);
    }

    /** Asks the namespace of a user, as another one. */
    <T> Optional<T> ask(String name, String owner, FilesQuestion.Builder question, Class<T> type) {
        StateQuery query = StateQuery.newBuilder()
                .setName(name)
                .setOwner(FileIds.namespaceOf(owner))
                .setArgument(question.build().toByteString())
                .build();
        Position included = Position.newBuilder()
                .setLog(FilesTopics.NAMESPACES)
                .setOffset(queries.decidedOffset(store()))
                .build();
        Optional<? extends MessageLite> found = queries.read(query, store(), null, included);
        return found.map(type::cast);
    }

    static FilesQuestion.Builder as(String caller) {
        return FilesQuestion.newBuilder().setCaller(caller).setLimit(100);
    }

    static FilesQuestion.Builder as(String caller, ByteString about) {
        return as(caller).setId(about);
    }

    @Override
    public void close() {
        driver.close();
    }
}
