package dev.millrace.streams;

import dev.millrace.tickets.streams.SeatClaimTopology;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.CatalogueCommand;
import dev.millrace.tickets.topics.v1.CatalogueOutcome;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.topics.BrokerTopics;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.TopicCatalogue;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.Settings;
import dev.millrace.topics.http.StateFrames;
import dev.millrace.topics.v1.AccountCommand;
import dev.millrace.topics.v1.AccountOutcome;
import dev.millrace.topics.v1.PartitionMap;
import dev.millrace.topics.v1.Reply;
import dev.millrace.topics.v1.ReplyAddress;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.awaitility.Awaitility;

/** A real broker with the real topics, streams instances on ports of their own, and somebody who sends and asks. */
final class StreamsRig implements AutoCloseable {
    private static final ReplyAddress HERE =
            ReplyAddress.newBuilder().setPartition(2).setEpoch(4711).build();

    private final KafkaClusterTestKit broker;
    private final Path dataDir;
    private final CommandProducer producer;
    private final Consumer<byte[], byte[]> replies;
    private final Map<com.google.protobuf.ByteString, Reply> answered = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();

    /** One instance and where it listens. */
    record Instance(StreamsTopologies role, int port) {}

    /** One broker, in this process and running, as the topologies want it. */
    static KafkaClusterTestKit broker() throws Exception {
        KafkaClusterTestKit broker = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                        .setCombined(true)
                        .setNumBrokerNodes(1)
                        .setNumControllerNodes(1)
                        .build())
                .setConfigProp("auto.create.topics.enable", "false")
                .setConfigProp("group.min.session.timeout.ms", "1000")
                .setConfigProp("group.initial.rebalance.delay.ms", "0")
                .setConfigProp("offsets.topic.replication.factor", "1")
                .setConfigProp("transaction.state.log.replication.factor", "1")
                .setConfigProp("transaction.state.log.min.isr", "1")
                .setConfigProp("add.partitions.to.txn.retry.backoff.ms", "2")
                .build();
        broker.format();
        broker.startup();
        broker.waitForReadyBrokers();
        return broker;
    }

    StreamsRig(Path dataDir) throws Exception {
        this.dataDir = dataDir;
        broker = broker();
        producer = new CommandProducer(
                CommandProducer.open(CommandProducer.config(
                        broker.bootstrapServers(), "rig", 16 * 1024 * 1024, Duration.ofSeconds(10))),
                Map.of(
                        TicketsTopics.SEAT_COMMANDS.name(),
                        8,
                        TicketsTopics.CATALOGUE_COMMANDS.name(),
                        8,
                        SpineTopics.ACCOUNT_COMMANDS.name(),
                        8));
        replies = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_uncommitted"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    void makeTopics() {
        try (var admin = broker.admin()) {
            BrokerTopics topics = new BrokerTopics(admin, Duration.ofSeconds(20));
            topics.apply(topics.compare(TopicCatalogue.ALL, TopicSpec.Size.STANDALONE, 1));
        }
        TopicPartition mine = new TopicPartition(SpineTopics.REPLIES.name(), HERE.getPartition());
        replies.assign(List.of(mine));
        replies.seekToBeginning(List.of(mine));
        Awaitility.await().until(producer::knowsItsTopics);
    }

    String bootstrap() {
        return broker.bootstrapServers();
    }

    Instance start(int number) {
        Settings settings = Settings.of(Map.of(
                "http.port", "0",
                "instance", String.valueOf(number),
                "kafka.bootstrap", broker.bootstrapServers(),
                "data.dir", dataDir.resolve(String.valueOf(number)).toString(),
                "streams.threads", "1"));
        StreamsSettings read = StreamsSettings.from(settings);
        settings.check();
        StreamsTopologies role = new StreamsTopologies(read, SeatClaimTopology::new, () -> {});
        return new Instance(role, role.start());
    }

    static void awaitReady(Instance... instances) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            for (Instance instance : instances) {
                if (!instance.role().readiness().ready()) {
                    throw new AssertionError("not ready: " + instance.port());
                }
            }
        });
    }

    SeatOutcome send(SeatCommand command) throws Exception {
        SeatCommand.Builder asking = command.toBuilder();
        asking.getMetaBuilder().setReplyTo(HERE);
        return SeatOutcome.parseFrom(reply(
                        TicketsTopics.SEAT_COMMANDS,
                        command.getEventId(),
                        asking.build(),
                        command.getMeta().getCommandId())
                .getOutcome());
    }

    CatalogueOutcome send(String key, CatalogueCommand command) throws Exception {
        CatalogueCommand.Builder asking = command.toBuilder();
        asking.getMetaBuilder().setReplyTo(HERE);
        return CatalogueOutcome.parseFrom(reply(
                        TicketsTopics.CATALOGUE_COMMANDS,
                        key,
                        asking.build(),
                        command.getMeta().getCommandId())
                .getOutcome());
    }

    AccountOutcome send(AccountCommand command) throws Exception {
        AccountCommand.Builder asking = command.toBuilder();
        asking.getMetaBuilder().setReplyTo(HERE);
        return AccountOutcome.parseFrom(reply(
                        SpineTopics.ACCOUNT_COMMANDS,
                        command.getUserId(),
                        asking.build(),
                        command.getMeta().getCommandId())
                .getOutcome());
    }

    /** Reply to the last sending of this command. */
    Reply replyTo(SeatCommand command) {
        return Objects.requireNonNull(answered.get(command.getMeta().getCommandId()));
    }

    private <T extends com.google.protobuf.MessageLite> Reply reply(
            TopicSpec<T> topic, String key, T command, com.google.protobuf.ByteString commandId) throws Exception {
        answered.remove(commandId);
        producer.send(topic, key, command).toCompletableFuture().get();
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!answered.containsKey(commandId)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no reply within 30 s");
            }
            for (ConsumerRecord<byte[], byte[]> one : replies.poll(Duration.ofMillis(50))) {
                Reply reply = SpineTopics.REPLIES.values().deserializer().deserialize("", one.value());
                answered.put(reply.getCommandId(), reply);
            }
        }
        return Objects.requireNonNull(answered.get(commandId));
    }

    StateAnswer ask(Instance instance, StateQuery query) throws IOException, InterruptedException {
        byte[] answers = http.send(
                        HttpRequest.newBuilder(uri(instance, "/state/queries"))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(
                                        StateFrames.append(Buffer.buffer(), 0, query)
                                                .getBytes()))
                                .build(),
                        BodyHandlers.ofByteArray())
                .body();
        List<byte[]> taken = new ArrayList<>();
        StateFrames.parser(answers.length, (place, message) -> taken.add(message))
                .handle(Buffer.buffer(answers));
        return StateAnswer.parseFrom(taken.get(0));
    }

    PartitionMap map(Instance instance) throws IOException, InterruptedException {
        return PartitionMap.parseFrom(
                http.send(HttpRequest.newBuilder(uri(instance, "/state/map")).build(), BodyHandlers.ofByteArray())
                        .body());
    }

    String get(Instance instance, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(instance, path)).build(), BodyHandlers.ofString())
                .body();
    }

    private static URI uri(Instance instance, String path) {
        return URI.create("http://127.0.0.1:" + instance.port() + path);
    }

    @Override
    public void close() {
        producer.close();
        replies.close();
        try {
            broker.close();
        } catch (Exception e) {
            throw new IllegalStateException("the test's broker doesn't stop", e);
        }
    }
}
