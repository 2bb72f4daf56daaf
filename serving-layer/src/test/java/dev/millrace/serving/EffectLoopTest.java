package dev.millrace.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.Readiness;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EffectLoopTest {
    private static final TopicPartition FACTS = new TopicPartition(TicketsTopics.SEAT_FACTS.name(), 0);

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final Readiness.Condition condition = new Readiness().condition("effect");
    private final Played effect = new Played();
    private final EffectLoop<SeatFact> loop = new EffectLoop<>(effect, consumer, condition);
    private final Thread thread = new Thread(loop);

    /** Does it, but for events whose name says that it can't be done the first time. */
    private static final class Played implements Effect<SeatFact> {
        private final List<String> tried = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "played";
        }

        @Override
        public TopicSpec<SeatFact> facts() {
            return TicketsTopics.SEAT_FACTS;
        }

        @Override
        public void bringAbout(SeatFact fact) throws Away {
            boolean first = !tried.contains(fact.getEventId());
            tried.add(fact.getEventId());
            if (first && fact.getEventId().startsWith("late")) {
                throw new Away("not now", new IOException("not now"));
            }
        }
    }

    @BeforeEach
    void start() {
        consumer.schedulePollTask(() -> {
            consumer.rebalance(List.of(FACTS));
            consumer.updateBeginningOffsets(Map.of(FACTS, 0L));
        });
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        loop.close();
        thread.join(Duration.ofSeconds(10).toMillis());
    }

    @Test
    void aFactIsPassedOnceItsEffectIsThere() {
        consumer.schedulePollTask(() -> add(0, "one"));

        await().until(() -> committed() == 1);

        assertThat(effect.tried).containsExactly("one");
        assertThat(condition.whyNot()).isEmpty();
    }

    @Test
    void whatCantBeHadIsTriedAgainAndNothingAfterItIsPassed() {
        consumer.schedulePollTask(() -> {
            add(0, "late");
            add(1, "two");
        });
        await().until(() -> effect.tried.contains("late"));
        assertThat(committed()).isZero();
        consumer.schedulePollTask(() -> {
            add(0, "late");
            add(1, "two");
        });

        await().until(() -> committed() == 2);

        assertThat(effect.tried).containsExactly("late", "late", "two");
        assertThat(condition.whyNot()).isEmpty();
    }

    @Test
    void aFactThatNobodyCanReadStopsIt() {
        await().until(() -> condition.whyNot().isEmpty());

        consumer.schedulePollTask(
                () -> consumer.addRecord(new ConsumerRecord<>(FACTS.topic(), 0, 0, "x", new byte[] {99})));

        await().until(() -> condition.whyNot().isPresent());

        assertThat(effect.tried).isEmpty();
    }

    private long committed() {
        var known = consumer.committed(Set.of(FACTS)).get(FACTS);
        return known == null ? 0 : known.offset();
    }

    private void add(long offset, String event) {
        byte[] value = TicketsTopics.SEAT_FACTS
                .values()
                .serializer()
                .serialize(
                        FACTS.topic(), SeatFact.newBuilder().setEventId(event).build());
        consumer.addRecord(new ConsumerRecord<>(FACTS.topic(), 0, offset, event, value));
    }
}
