package dev.millrace.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.http.Readiness;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** When views may call themselves fresh; log and clock are played by hand, one poll after the other. */
class CommittedTailTest {
    private static final TopicPartition PARTITION = new TopicPartition(TicketsTopics.SEAT_FACTS.name(), 0);
    private static final long SECOND = 1_000;
    private static final long START = 1_000_000;

    private final PlayedLog log = new PlayedLog();
    private final Readiness.Condition condition = new Readiness().condition("tail");
    private final List<Long> taken = new ArrayList<>();
    private long now = START;
    private final CommittedTail<SeatFact> tail = new CommittedTail<>(
            log,
            TicketsTopics.SEAT_FACTS,
            Duration.ofMinutes(1),
            List.of((partition, offset, fact) -> taken.add(offset)),
            () -> Instant.ofEpochMilli(now),
            condition,
            new SimpleMeterRegistry());

    @Test
    void aLogWithNothingOnItIsAllTaken() {
        play(() -> {});

        assertThat(tail.caughtUpAtMillis()).isEqualTo(START);
        assertThat(condition.whyNot()).isEmpty();
    }

    @Test
    void itIsBehindWhileOneRecordBeforeTheEndIsMissing() {
        log.end(2);
        play(() -> log.add(0));

        assertThat(taken).containsExactly(0L);
        assertThat(tail.caughtUpAtMillis()).isZero();
        assertThat(condition.whyNot()).isPresent();
    }

    @Test
    void itIsAsFreshAsTheQuestionWhoseAnswerItReachesLater() {
        log.end(2);
        play(() -> log.add(0), this::passALittle, () -> {
            passALittle();
            log.add(1);
        });

        assertThat(taken).containsExactly(0L, 1L);
        assertThat(tail.caughtUpAtMillis()).isEqualTo(START);
    }

    @Test
    void itStaysFreshUnderALoadThatNeverStops() {
        Runnable[] second = new Runnable[30];
        for (int i = 0; i < second.length; i++) {
            long offset = i;
            second[i] = () -> {
                now += SECOND;
                log.add(offset);
                // The broker always has one more already.
                log.end(offset + 2);
            };
        }
        play(second);

        assertThat(tail.caughtUpAtMillis()).isEqualTo(now - SECOND);
    }

    @Test
    void itGrowsOldWhileTheBrokerDoesntSayWhereTheEndIs() {
        play(
                () -> log.add(0),
                () -> {
                    now += SECOND;
                    log.silent = true;
                },
                () -> now += SECOND,
                () -> now += SECOND);

        assertThat(tail.caughtUpAtMillis()).isEqualTo(START);
    }

    private void passALittle() {
        now += SECOND / 4;
    }

    /** One step before each poll, then the end. */
    private void play(Runnable... steps) {
        for (Runnable step : steps) {
            log.schedulePollTask(step);
        }
        log.schedulePollTask(() -> {});
        log.schedulePollTask(tail::close);
        tail.run();
        assertThat(log.closed()).isTrue();
    }

    /** One partition whose end is told as a test says, whatever is on it. */
    private static final class PlayedLog extends MockConsumer<String, byte[]> {
        private boolean silent;

        PlayedLog() {
            super("earliest");
            Node broker = new Node(1, "localhost", 9092);
            updatePartitions(
                    PARTITION.topic(),
                    List.of(new PartitionInfo(PARTITION.topic(), 0, broker, new Node[] {broker}, new Node[] {broker})));
            updateBeginningOffsets(Map.of(PARTITION, 0L));
            end(0);
        }

        void end(long offset) {
            updateEndOffsets(Map.of(PARTITION, offset));
        }

        void add(long offset) {
            byte[] fact = TicketsTopics.SEAT_FACTS.values().serializer().serialize("", SeatFact.getDefaultInstance());
            addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, offset, "e", fact));
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times) {
            return Map.of();
        }

        @Override
        public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions, Duration timeout) {
            if (silent) {
                throw new TimeoutException("nobody answers");
            }
            return super.endOffsets(partitions, timeout);
        }
    }
}
