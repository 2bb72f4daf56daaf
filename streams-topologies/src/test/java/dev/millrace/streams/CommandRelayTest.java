package dev.millrace.streams;

import static dev.millrace.feed.rules.FollowCommands.follow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.streams.FollowRelay;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.AudienceFact;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.topics.CommandProducer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommandRelayTest {
    private static final TopicPartition FACTS = new TopicPartition(FeedTopics.AUDIENCE_FACTS.name(), 0);

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
    private final CommandRelay relay = new CommandRelay(
            consumer,
            new CommandProducer(producer, Map.of(FeedTopics.FOLLOW_COMMANDS.name(), 8)),
            List.of(new CommandRelay.Route<>(
                    FeedTopics.AUDIENCE_FACTS,
                    FeedTopics.FOLLOW_COMMANDS,
                    fact -> FollowRelay.acknowledgement(fact).stream().toList(),
                    FollowCommand::getReaderId)),
            () -> {});
    private final Thread thread = new Thread(relay);

    @BeforeEach
    void start() {
        thread.start();
        consumer.schedulePollTask(() -> {
            consumer.rebalance(List.of(FACTS));
            consumer.updateBeginningOffsets(Map.of(FACTS, 0L));
        });
    }

    @AfterEach
    void stop() throws InterruptedException {
        relay.close();
        thread.join(Duration.ofSeconds(10).toMillis());
    }

    @Test
    void aFactIsCarriedToWhomItConcernsAndPassedOnceItIsWritten() throws Exception {
        consumer.schedulePollTask(() -> add(0, fact("alice", true)));
        Awaitility.await().until(() -> producer.history().size() == 1);
        assertThat(committed()).isZero();

        producer.completeNext();

        Awaitility.await().until(() -> committed() == 1);
        ProducerRecord<String, byte[]> sent = producer.history().get(0);
        FollowCommand command =
                FeedTopics.FOLLOW_COMMANDS.values().deserializer().deserialize(sent.topic(), sent.value());
        assertThat(sent.key()).isEqualTo("alice");
        assertThat(command.getReaderId()).isEqualTo("alice");
        assertThat(command.getAcknowledgeFollow().getAuthorId()).isEqualTo("bob");
        assertThat(command.getAcknowledgeFollow().getPostSequence()).isEqualTo(9);
        assertThat(command.getMeta().getBodyHash().isEmpty()).isTrue();
    }

    @Test
    void whatIsntKnownToBeWrittenIsSentAgain() {
        consumer.schedulePollTask(() -> add(0, fact("alice", true)));
        Awaitility.await().until(() -> producer.history().size() == 1);
        producer.errorNext(new KafkaException("the broker is away"));
        consumer.schedulePollTask(() -> add(0, fact("alice", true)));

        Awaitility.await().until(() -> producer.history().size() == 2);
        producer.completeNext();

        Awaitility.await().until(() -> committed() == 1);
    }

    @Test
    void factsThatMeanNothingToAnybodyElseAndUnreadableOnesArePassed() {
        consumer.schedulePollTask(() -> {
            add(0, fact("alice", false));
            consumer.addRecord(new ConsumerRecord<>(FACTS.topic(), 0, 1, "bob", new byte[] {99}));
        });

        Awaitility.await().until(() -> committed() == 2);

        assertThat(producer.history()).isEmpty();
    }

    /** Who follows in a test of rules is no relay's business; this is only that the two agree on who is meant. */
    @Test
    void aCommandOfTheRelaysIsUnderItsReader() {
        FollowCommand carried = FollowRelay.acknowledgement(fact("alice", true)).orElseThrow();

        assertThat(carried.getReaderId()).isEqualTo(follow("1", "alice", "bob").getReaderId());
    }

    private long committed() {
        var known = consumer.committed(java.util.Set.of(FACTS)).get(FACTS);
        return known == null ? 0 : known.offset();
    }

    private void add(long offset, AudienceFact fact) {
        byte[] value = FeedTopics.AUDIENCE_FACTS.values().serializer().serialize(FACTS.topic(), fact);
        consumer.addRecord(new ConsumerRecord<>(FACTS.topic(), 0, offset, "bob", value));
    }

    private static AudienceFact fact(String reader, boolean added) {
        return AudienceFact.newBuilder()
                .setChange(AudienceChange.newBuilder()
                        .setAuthorId("bob")
                        .setReaderId(reader)
                        .setAdded(added)
                        .setEdgeVersion(3))
                .setPostSequence(9)
                .build();
    }
}
