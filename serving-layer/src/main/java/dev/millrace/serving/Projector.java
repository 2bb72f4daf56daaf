package dev.millrace.serving;

import dev.millrace.serving.FactStore.Step;
import dev.millrace.serving.Projection.Fact;
import dev.millrace.serving.Projection.Violation;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.Readiness;
import dev.millrace.topics.v1.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Committed facts to a store: none is left out. What one poll brought is written at once, together with the offsets of
 * its partitions; the store's offsets are the only ones that count.
 *
 * <p>A store that can't be reached is waited for. A fact that it refuses stops the projector for good: it means that a
 * promise was broken upstream, and every later row could be wrong.
 */
final class Projector implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Projector.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY_MIN = Duration.ofMillis(200);
    private static final Duration RETRY_MAX = Duration.ofSeconds(10);

    private final FactStore store;
    private final Consumer<String, byte[]> consumer;
    private final Readiness.Condition condition;
    private final ProjectorMetrics metrics;
    private final Map<String, TopicSpec<?>> topics;

    /** Next offset of each partition we may write, as we last knew the store's. */
    private final Map<TopicPartition, Long> next = new HashMap<>();
    /** Ours by assignment, but paused until their offset is read from the store (again). */
    private final Unsynced unsynced = new Unsynced();

    /** Whether the store's tables are there, as far as we know. */
    private boolean open;

    private Duration retryIn = RETRY_MIN;
    private final CountDownLatch closing = new CountDownLatch(1);

    Projector(
            FactStore store,
            Consumer<String, byte[]> consumer,
            Readiness.Condition condition,
            ProjectorMetrics metrics) {
        this.store = store;
        this.consumer = consumer;
        this.condition = condition;
        this.metrics = metrics;
        this.topics = store.topics().stream().collect(Collectors.toMap(TopicSpec::name, Function.identity()));
    }

    @Override
    public void run() {
        try (consumer) {
            begin();
            while (closing.getCount() > 0) {
                step();
            }
        } catch (WakeupException e) {
            // The way close() ends a poll.
        } catch (FactStore.Refused e) {
            stopFor(e);
        } catch (RuntimeException e) {
            condition.not("stopped: " + e);
            metrics.stopped();
            LOG.atError().addKeyValue("projector", store.name()).setCause(e).log("projector stopped by a bug");
        }
    }

    void begin() {
        if (!store.isVital()) {
            condition.ok();
        }
        consumer.subscribe(topics.keySet(), unsynced);
    }

    /** One poll and what came of it. */
    void step() {
        ConsumerRecords<String, byte[]> records = poll();
        List<TopicPartition> ours = records.partitions().stream()
                .filter(p -> next.containsKey(p) && !unsynced.contains(p))
                .toList();
        if (!ours.isEmpty()) {
            project(records, ours);
        }
        sync();
        metrics.lag(lagRecords());
    }

    /** What the log has for us: nothing while it can't be read, as from a broker that hasn't loaded our group yet. */
    private ConsumerRecords<String, byte[]> poll() {
        try {
            return consumer.poll(unsynced.isEmpty() ? POLL : retryIn);
        } catch (WakeupException | InterruptException | InvalidOffsetException e) {
            // The last means that facts are gone from the log that the store never got.
            throw e;
        } catch (KafkaException e) {
            LOG.atWarn()
                    .addKeyValue("projector", store.name())
                    .addKeyValue("error", e.getMessage())
                    .log("can't read the log; trying again");
            pause();
            return ConsumerRecords.empty();
        }
    }

    private void pause() {
        try {
            var unused = closing.await(RETRY_MIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }

    private void sync() {
        if (unsynced.isEmpty()) {
            return;
        }
        try {
            if (!open) {
                store.open();
                open = true;
            }
            for (TopicPartition partition : unsynced.all()) {
                long offset = store.next(partition.topic(), partition.partition());
                next.put(partition, offset);
                consumer.seek(partition, offset);
                consumer.resume(List.of(partition));
                unsynced.done(partition);
            }
            succeeded();
        } catch (FactStore.Away e) {
            failed(e);
        }
    }

    private void project(ConsumerRecords<String, byte[]> records, List<TopicPartition> partitions) {
        List<Fact> facts = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            List<ConsumerRecord<String, byte[]>> ofPartition = records.records(partition);
            List<Fact> decoded = decode(ofPartition);
            facts.addAll(decoded);
            steps.add(new Step(
                    partition.topic(),
                    partition.partition(),
                    Objects.requireNonNull(next.get(partition)),
                    ofPartition.get(ofPartition.size() - 1).offset() + 1,
                    newest(decoded)));
        }
        try {
            write(facts, steps, partitions);
        } catch (FactStore.Away e) {
            failed(e);
            // All of them: it may have come back without what it had.
            List.copyOf(next.keySet()).forEach(this::resync);
        }
    }

    private void write(List<Fact> facts, List<Step> steps, List<TopicPartition> partitions) throws FactStore.Away {
        if (!store.write(facts, steps)) {
            metrics.fenced();
            LOG.atWarn()
                    .addKeyValue("projector", store.name())
                    .addKeyValue("partitions", partitions)
                    .log("somebody else has projected one of these partitions; nothing was written");
            partitions.forEach(this::resync);
            return;
        }
        for (Step step : steps) {
            next.put(new TopicPartition(step.topic(), step.partition()), step.next());
        }
        metrics.applied(facts.size());
        succeeded();
    }

    private List<Fact> decode(List<ConsumerRecord<String, byte[]>> records) {
        List<Fact> facts = new ArrayList<>(records.size());
        for (ConsumerRecord<String, byte[]> record : records) {
            TopicSpec<?> topic = topics.get(record.topic());
            if (topic == null || record.value() == null) {
                continue;
            }
            try {
                Object value = topic.values().deserializer().deserialize(record.topic(), record.value());
                facts.add(new Fact(record.topic(), record.partition(), record.offset(), value));
            } catch (SerializationException e) {
                Fact unreadable = new Fact(record.topic(), record.partition(), record.offset(), record.value());
                throw new FactStore.Refused(
                        new Violation("unreadable fact: " + e.getMessage(), List.of(), unreadable), e);
            }
        }
        return facts;
    }

    private Optional<Position> newest(List<Fact> facts) {
        for (int i = facts.size() - 1; i >= 0; i--) {
            Optional<Position> position = store.positionOf(facts.get(i));
            if (position.isPresent()) {
                return position;
            }
        }
        return Optional.empty();
    }

    private void resync(TopicPartition partition) {
        next.remove(partition);
        unsynced.add(partition);
        consumer.pause(List.of(partition));
    }

    private void succeeded() {
        retryIn = RETRY_MIN;
        condition.ok();
    }

    private void failed(FactStore.Away e) {
        open = false;
        if (store.isVital()) {
            condition.not(store.server() + ": " + e.getMessage());
        }
        metrics.failed();
        LOG.atWarn()
                .addKeyValue("projector", store.name())
                .addKeyValue("error", e.getMessage())
                .addKeyValue("retryInMs", retryIn.toMillis())
                .log("can't write to {}; trying again", store.server());
        Duration doubled = retryIn.multipliedBy(2);
        retryIn = doubled.compareTo(RETRY_MAX) < 0 ? doubled : RETRY_MAX;
    }

    private void stopFor(FactStore.Refused e) {
        condition.not("stopped: " + e.violation().what());
        metrics.stopped();
        LoggingEventBuilder log = LOG.atError()
                .addKeyValue("projector", store.name())
                .addKeyValue("topic", e.violation().fact().topic())
                .addKeyValue("partition", e.violation().fact().partition())
                .addKeyValue("offset", e.violation().fact().offset());
        List<String> details = e.violation().details();
        for (int i = 0; i + 1 < details.size(); i += 2) {
            log = log.addKeyValue(details.get(i), details.get(i + 1));
        }
        // Without the exception: its text repeats whole statements with the values in them.
        log.log("projector stopped: {}", e.violation().what());
    }

    private long lagRecords() {
        long lag = 0;
        for (TopicPartition partition : consumer.assignment()) {
            lag += consumer.currentLag(partition).orElse(0);
        }
        return lag;
    }

    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
    }

    /** Assigned partitions whose place in the store isn't known. */
    private final class Unsynced implements ConsumerRebalanceListener {
        private final Set<TopicPartition> partitions = new java.util.LinkedHashSet<>();

        boolean isEmpty() {
            return partitions.isEmpty();
        }

        boolean contains(TopicPartition partition) {
            return partitions.contains(partition);
        }

        List<TopicPartition> all() {
            return List.copyOf(partitions);
        }

        void add(TopicPartition partition) {
            partitions.add(partition);
        }

        void done(TopicPartition partition) {
            partitions.remove(partition);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            partitions.addAll(assigned);
            consumer.pause(assigned);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            partitions.removeAll(revoked);
            next.keySet().removeAll(revoked);
        }
    }
}
