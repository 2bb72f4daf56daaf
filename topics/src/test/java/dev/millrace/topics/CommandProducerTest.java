package dev.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.topics.TopicSpec.Size;
import dev.millrace.topics.v1.Position;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class CommandProducerTest {
    private static final TopicSpec<SeatCommand> TOPIC = TicketsTopics.SEAT_COMMANDS;
    private static final Map<String, Integer> PARTITIONS = Map.of(TOPIC.name(), 8);

    private final MockProducer<String, byte[]> log =
            new MockProducer<>(cluster(), false, null, new StringSerializer(), new ByteArraySerializer());

    private static Cluster cluster() {
        var node = new Node(0, "127.0.0.1", 1);
        var partitions = IntStream.range(0, 8)
                .mapToObj(i -> new PartitionInfo(TOPIC.name(), i, node, new Node[] {node}, new Node[] {node}))
                .toList();
        return new Cluster("test", List.of(node), partitions, Set.of(), Set.of());
    }

    @Test
    void aCommandGoesToItsOwnersPartitionAndItsPlaceIsTold() {
        try (var producer = new CommandProducer(log, PARTITIONS)) {
            SeatCommand command =
                    SeatCommand.newBuilder().setEventId("autumn-gala").build();

            CompletableFuture<Position> sent =
                    producer.send(TOPIC, "autumn-gala", command).toCompletableFuture();

            assertThat(sent).isNotDone();
            var written = log.history().get(0);
            assertThat(written.partition()).isEqualTo(Owners.partitionOf("autumn-gala", 8));
            assertThat(TOPIC.values().deserializer().deserialize("", written.value()))
                    .isEqualTo(command);
            log.completeNext();
            assertThat(sent.join())
                    .isEqualTo(Position.newBuilder()
                            .setLog("seats")
                            .setPartition(Owners.partitionOf("autumn-gala", 8))
                            .setOffset(0)
                            .build());
        }
    }

    @Test
    void aFailureReachesWhoeverWaits() {
        try (var producer = new CommandProducer(log, PARTITIONS)) {
            CompletableFuture<Position> sent =
                    producer.send(TOPIC, "e", SeatCommand.getDefaultInstance()).toCompletableFuture();

            log.errorNext(new RecordTooLargeException("too large"));

            assertThatThrownBy(sent::join).hasCauseInstanceOf(RecordTooLargeException.class);
        }
    }

    @Test
    void aTopicWithoutAKnownPartitionCountIsABug() {
        try (var producer = new CommandProducer(log, Map.of("elsewhere", 1))) {
            assertThatThrownBy(() -> producer.send(TOPIC, "e", SeatCommand.getDefaultInstance()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("topic: tickets.seat-commands (expected: one of [elsewhere])");
        }
    }

    @Test
    void withoutABrokerTheAnswerIsImmediate() {
        var config = CommandProducer.config("127.0.0.1:1", "test", 1 << 20, Duration.ofSeconds(2));
        try (var producer = new CommandProducer(CommandProducer.open(config), PARTITIONS)) {
            assertThat(producer.knowsItsTopics()).isFalse();
            assertThat(producer.send(TOPIC, "e", SeatCommand.getDefaultInstance())
                            .toCompletableFuture())
                    .isCompletedExceptionally()
                    .failsWithin(0, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void onceTheTopicsAreKnownTheFirstCommandIsTaken() throws Exception {
        try (var broker = TestBroker.start()) {
            try (var admin = broker.admin()) {
                var topics = new BrokerTopics(admin, Duration.ofSeconds(30));
                topics.apply(topics.compare(List.of(TOPIC), Size.STANDALONE, 1));
            }
            var config = CommandProducer.config(broker.address(), "test", 1 << 20, Duration.ofSeconds(10));
            try (var producer = new CommandProducer(CommandProducer.open(config), PARTITIONS)) {
                await().until(producer::knowsItsTopics);

                assertThat(producer.send(TOPIC, "e", SeatCommand.getDefaultInstance())
                                .toCompletableFuture())
                        .succeedsWithin(10, TimeUnit.SECONDS)
                        .extracting(Position::getOffset)
                        .isEqualTo(0L);
            }
        }
    }
}
