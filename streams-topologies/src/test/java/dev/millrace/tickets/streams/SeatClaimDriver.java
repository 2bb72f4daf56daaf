package dev.millrace.tickets.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.streams.owner.DecisionMeters;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.tickets.rules.Commands;
import dev.millrace.tickets.topics.TicketsQueries;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatMapView;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.Reply;
import dev.millrace.topics.v1.ReplyAddress;
import dev.millrace.topics.v1.StateQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** Seat claims on one partition, through the public topics, in a time of its own. */
final class SeatClaimDriver implements AutoCloseable {
    private static final ReplyAddress ASKED_AT =
            ReplyAddress.newBuilder().setPartition(0).setEpoch(1).build();

    private Instant now = Instant.parse("2026-11-01T18:00:00Z");
    private final List<SeatCommand> reminders = new ArrayList<>();
    private final OwnedPartitions partitions = new OwnedPartitions();
    private final SeatClaimTopology claims;
    private final Topology topology;
    private final TopologyTestDriver driver;
    private final TestInputTopic<String, byte[]> commands;
    private final TestOutputTopic<String, SeatFact> facts;
    private final TestOutputTopic<byte[], Reply> replies;
    private final TestOutputTopic<byte[], byte[]> deadLetters;
    private final TestOutputTopic<byte[], byte[]> changelog;
    private @Nullable Reply lastReply;

    SeatClaimDriver() {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, "millrace-seats");
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        p.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        p.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, SpineTopics.DEAD_LETTERS.name());
        claims = new SeatClaimTopology(
                partitions, 1_000_000, reminders::add, new DecisionMeters(new SimpleMeterRegistry(), "seats"));
        topology = claims.addTo(new Topology());
        driver = new TopologyTestDriver(topology, p, now);
        commands = driver.createInputTopic(
                TicketsTopics.SEAT_COMMANDS.name(), new StringSerializer(), new ByteArraySerializer());
        facts = driver.createOutputTopic(
                TicketsTopics.SEAT_FACTS.name(),
                new StringDeserializer(),
                TicketsTopics.SEAT_FACTS.values().deserializer());
        replies = driver.createOutputTopic(
                SpineTopics.REPLIES.name(),
                new ByteArrayDeserializer(),
                SpineTopics.REPLIES.values().deserializer());
        deadLetters = driver.createOutputTopic(
                SpineTopics.DEAD_LETTERS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        changelog = driver.createOutputTopic(
                "millrace-seats-seat-books-changelog", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** What is answered to this command, which asks for an answer unless it already does. */
    SeatOutcome send(SeatCommand command) {
        SeatCommand.Builder asking = command.toBuilder();
        if (!command.getMeta().hasReplyTo()) {
            asking.getMetaBuilder().setReplyTo(ASKED_AT);
        }
        sendSilently(asking.build());
        lastReply = replies.readValue();
        try {
            return SeatOutcome.parseFrom(lastReply.getOutcome());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    void sendSilently(SeatCommand command) {
        misroute(command.getEventId(), command);
    }

    void misroute(String key, SeatCommand command) {
        raw(key, TicketsTopics.SEAT_COMMANDS.values().serializer().serialize("", command));
    }

    void raw(String key, byte @Nullable [] value) {
        commands.pipeInput(new TestRecord<>(key, value, now));
    }

    void later(Duration duration) {
        now = now.plus(duration);
        driver.advanceWallClockTime(duration);
    }

    List<SeatCommand> reminders() {
        List<SeatCommand> sent = List.copyOf(reminders);
        reminders.clear();
        return sent;
    }

    List<SeatFact> facts() {
        return facts.readValuesToList();
    }

    List<TestRecord<String, SeatFact>> factRecords() {
        return facts.readRecordsToList();
    }

    Reply reply() {
        return lastReply();
    }

    Reply lastReply() {
        return Objects.requireNonNull(lastReply);
    }

    boolean noReplies() {
        return replies.isEmpty();
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return deadLetters.readRecordsToList();
    }

    /** The map as the state endpoint would answer, checked against the one read from the store. */
    String seatMap() {
        StateQuery query = StateQuery.newBuilder()
                .setName(TicketsQueries.SEAT_MAP)
                .setOwner(Commands.EVENT)
                .build();
        Position position = Position.getDefaultInstance();
        SeatMapView published = (SeatMapView) claims.reader()
                .read(query, store(), partitions.get(0), position)
                .orElseThrow();
        SeatMapView stored = (SeatMapView)
                claims.reader().read(query, store(), null, position).orElseThrow();
        if (!published.equals(stored)) {
            throw new AssertionError("published: " + published + " stored: " + stored);
        }
        return published.getStatuses().toStringUtf8();
    }

    long storedKeys(char kind) {
        long count = 0;
        try (KeyValueIterator<Bytes, byte[]> all = store().all()) {
            while (all.hasNext()) {
                KeyValue<Bytes, byte[]> one = all.next();
                count += one.key.get()[0] == kind ? 1 : 0;
            }
        }
        return count;
    }

    /** Bytes of all keys and values written to the changelog since the last call. */
    int changelogBytes() {
        return changelog.readRecordsToList().stream()
                .mapToInt(r -> r.key().length + (r.value() == null ? 0 : r.value().length))
                .sum();
    }

    KeyValueStore<Bytes, byte[]> store() {
        return driver.getKeyValueStore(SeatClaimTopology.STORE);
    }

    /** The books as a restored task would have them: from the store alone. */
    SeatBooks reopened() {
        return new SeatBooks(0, store(), new SeatMaps(1_000_000), new OwnedPartitions());
    }

    long nowMillis() {
        return now.toEpochMilli();
    }

    String description() {
        return topology.describe().toString();
    }

    static String golden(String name) {
        try (InputStream in = SeatClaimDriver.class.getResourceAsStream("/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.close();
    }
}
