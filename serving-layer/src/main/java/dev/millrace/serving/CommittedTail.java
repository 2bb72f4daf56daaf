package dev.millrace.serving;

import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.Readiness;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Committed facts of all partitions of one topic, as they come, to everybody in this process who follows them. It
 * starts a little before the end, so that a view loaded from a state endpoint that lags meets the facts it missed.
 */
public final class CommittedTail<T> implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommittedTail.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);
    /**
     * Fewest offsets to start before the end, so that a quiet partition's newest fact is met too: commit markers take
     * offsets as well, and an aborted transaction's records are never seen.
     */
    private static final long OFFSETS_BEFORE_END = 64;

    /** Takes the facts, on the tail's own thread. */
    public interface Follower<T> {
        void accept(int partition, long offset, T fact);

        /** A batch has ended. */
        default void rest() {}

        /** All committed that could be read at this moment, in epoch milliseconds, has been taken. */
        default void caughtUp(long atMillis) {}
    }

    private final Consumer<String, byte[]> consumer;
    private final TopicSpec<T> topic;
    private final Duration rewind;
    private final List<Follower<T>> followers;
    private final InstantSource clock;
    private final Readiness.Condition condition;
    private final AtomicLong lag = new AtomicLong();

    private Map<TopicPartition, Long> endsAtStart = Map.of();
    /** As the broker told them at {@link #endsAt}. */
    private Map<TopicPartition, Long> ends = Map.of();

    private long endsAt;

    /** Next offset of each partition, to go on from after the log was lost sight of. */
    private final Map<TopicPartition, Long> followed = new HashMap<>();

    private volatile int partitionCount;
    private long checkedAt;
    private volatile long caughtUpAt;
    private volatile boolean closing;
    private final CountDownLatch closed = new CountDownLatch(1);

    CommittedTail(
            Consumer<String, byte[]> consumer,
            TopicSpec<T> topic,
            Duration rewind,
            List<Follower<T>> followers,
            InstantSource clock,
            Readiness.Condition condition,
            MeterRegistry registry) {
        this.consumer = consumer;
        this.topic = topic;
        this.rewind = rewind;
        this.followers = List.copyOf(followers);
        this.clock = clock;
        this.condition = condition;
        Gauge.builder("millrace.tail.lag", lag, AtomicLong::get)
                .description("Committed records the live views haven't taken yet")
                .baseUnit("records")
                .tag("topic", topic.name())
                .register(registry);
    }

    /** How many partitions the topic has; 0 before that is known. */
    public int partitions() {
        return partitionCount;
    }

    /**
     * Last moment, in epoch milliseconds, at which all committed that could be read had been taken; 0 before the first.
     * A partition's open transaction hides what others commit behind it, for as long as owners may keep one open.
     */
    public long caughtUpAtMillis() {
        return caughtUpAt;
    }

    @Override
    public void run() {
        try (consumer) {
            while (!closing) {
                try {
                    assign();
                    follow();
                } catch (WakeupException e) {
                    return;
                } catch (KafkaException e) {
                    // Followers skip what they have seen, so starting over loses and doubles nothing.
                    condition.not("log: " + e.getMessage());
                    LOG.atWarn()
                            .addKeyValue("topic", topic.name())
                            .addKeyValue("error", e.getMessage())
                            .log("can't follow the log; trying again");
                    pause();
                }
            }
        } catch (RuntimeException e) {
            condition.not("stopped: " + e);
            LOG.atError().addKeyValue("topic", topic.name()).setCause(e).log("tail stopped by a bug");
        }
    }

    private void pause() {
        try {
            var unused = closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing = true;
        }
    }

    private void assign() {
        List<PartitionInfo> infos = consumer.partitionsFor(topic.name());
        if (infos == null || infos.isEmpty()) {
            throw new KafkaException("topic: " + topic.name() + " (expected: a topic that exists)");
        }
        List<TopicPartition> partitions = infos.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        Map<TopicPartition, Long> begin = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
        long since = Math.max(0, clock.millis() - rewind.toMillis());
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, since));
        Map<TopicPartition, OffsetAndTimestamp> recent = consumer.offsetsForTimes(times);
        for (TopicPartition partition : partitions) {
            long last = end.getOrDefault(partition, 0L);
            OffsetAndTimestamp first = recent.get(partition);
            long start = Math.min(first == null ? last : first.offset(), last - OFFSETS_BEFORE_END);
            start = followed.getOrDefault(partition, start);
            consumer.seek(partition, Math.max(begin.getOrDefault(partition, 0L), start));
        }
        partitionCount = partitions.size();
        endsAtStart = new HashMap<>(end);
        ends = Map.of();
        endsAt = 0;
    }

    private void follow() {
        while (!closing) {
            ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<String, byte[]> record : records) {
                take(record);
            }
            if (!records.isEmpty()) {
                followers.forEach(Follower::rest);
            }
            noteCaughtUp();
            long now = clock.millis();
            if (now - checkedAt >= CHECK_EVERY.toMillis()) {
                checkedAt = now;
                check(now);
                noteCaughtUp();
            }
        }
    }

    private void noteCaughtUp() {
        if (endsAt > caughtUpAt && behind() == 0) {
            caughtUpAt = endsAt;
            followers.forEach(follower -> follower.caughtUp(endsAt));
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        T fact = null;
        try {
            fact = topic.values().deserializer().deserialize(record.topic(), record.value());
        } catch (SerializationException e) {
            // Whoever needed it sees a gap at the next one, and asks for the state.
            LOG.atError()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("error", e.getMessage())
                    .log("unreadable fact left out");
        }
        if (fact != null) {
            for (Follower<T> follower : followers) {
                follower.accept(record.partition(), record.offset(), fact);
            }
        }
        followed.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
    }

    /**
     * Asks the broker for the ends: only its answer shows that silence means that nothing happened. All up to there may
     * be taken only some polls later, as new facts keep coming; the views are as fresh then as this question.
     */
    private void check(long now) {
        try {
            ends = consumer.endOffsets(consumer.assignment(), CHECK_EVERY);
        } catch (TimeoutException e) {
            return;
        }
        endsAt = now;
        lag.set(behind());
        boolean started =
                endsAtStart.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        if (started) {
            condition.ok();
        }
    }

    /** Records up to the ends as last told that aren't taken yet. */
    private long behind() {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey())))
                .sum();
    }

    @Override
    public void close() {
        closing = true;
        closed.countDown();
        consumer.wakeup();
    }
}
