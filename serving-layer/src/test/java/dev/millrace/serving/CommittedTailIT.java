package dev.millrace.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.http.Readiness;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the tail takes for all that is committed while transactions are open, end and are aborted on a real broker. */
class CommittedTailIT {
    private static final int PARTITION = 3;
    private static final Duration SOON = Duration.ofSeconds(20);

    private static TestBroker broker;

    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final Readiness.Condition condition = new Readiness().condition("tail");
    private CommittedTail<SeatFact> tail;
    private Thread thread;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void follow() {
        tail = new CommittedTail<>(
                Logs.tail(broker.address(), "tail"),
                TicketsTopics.SEAT_FACTS,
                Duration.ZERO,
                List.of((partition, offset, fact) -> taken.add(fact.getEventId())),
                InstantSource.system(),
                condition,
                new SimpleMeterRegistry());
        thread = new Thread(tail, "tail");
        thread.start();
        await().atMost(SOON).until(() -> condition.whyNot().isEmpty());
        taken.clear();
    }

    @AfterEach
    void end() throws InterruptedException {
        tail.close();
        thread.join();
    }

    @Test
    void anOpenTransactionIsNotWaitedForAndItsFactsComeWithItsCommit() {
        try (KafkaProducer<String, byte[]> owner = owner("owner")) {
            owner.beginTransaction();
            send(owner, "open");

            awaitCaughtUpFromNow();
            assertThat(taken).isEmpty();

            owner.commitTransaction();
            await().atMost(SOON).untilAsserted(() -> assertThat(taken).containsExactly("open"));
            awaitCaughtUpFromNow();
        }
    }

    @Test
    void itIsCaughtUpThroughAbortedTransactionsOfWhichItTakesNothing() {
        try (KafkaProducer<String, byte[]> owner = owner("owner")) {
            for (int i = 0; i < 20; i++) {
                owner.beginTransaction();
                send(owner, "aborted " + i);
                owner.abortTransaction();
            }

            awaitCaughtUpFromNow();
            assertThat(taken).isEmpty();

            owner.beginTransaction();
            send(owner, "committed");
            owner.commitTransaction();
            await().atMost(SOON).untilAsserted(() -> assertThat(taken).containsExactly("committed"));
        }
    }

    /** Why owners may keep a transaction open for seconds only: what others committed meanwhile is hidden, and no age says so. */
    @Test
    void anOpenTransactionHidesWhatIsCommittedBehindItUntilItIsAborted() {
        try (KafkaProducer<String, byte[]> killed = owner("killed");
                KafkaProducer<String, byte[]> successor = owner("successor")) {
            killed.beginTransaction();
            send(killed, "never to be");
            successor.beginTransaction();
            send(successor, "committed behind it");
            successor.commitTransaction();

            awaitCaughtUpFromNow();
            assertThat(taken).isEmpty();

            killed.abortTransaction();
            await().atMost(SOON).untilAsserted(() -> assertThat(taken).containsExactly("committed behind it"));
        }
    }

    private void awaitCaughtUpFromNow() {
        long now = System.currentTimeMillis();
        await().atMost(SOON).until(() -> tail.caughtUpAtMillis() > now);
    }

    private static void send(KafkaProducer<String, byte[]> owner, String eventId) {
        SeatFact fact = SeatFact.newBuilder().setEventId(eventId).build();
        byte[] value = TicketsTopics.SEAT_FACTS.values().serializer().serialize("", fact);
        var unused = owner.send(new ProducerRecord<>(TicketsTopics.SEAT_FACTS.name(), PARTITION, eventId, value));
        owner.flush();
    }

    private static KafkaProducer<String, byte[]> owner(String transactionalId) {
        KafkaProducer<String, byte[]> owner = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.address(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        transactionalId),
                new StringSerializer(),
                new ByteArraySerializer());
        owner.initTransactions();
        return owner;
    }
}
