package dev.millrace.serving;

import dev.millrace.serving.Projection.Fact;
import dev.millrace.serving.Projection.Violation;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.Readiness;
import dev.millrace.topics.v1.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Committed facts to rows: each fact exactly once. What one poll brought and the offsets of its partitions are written
 * in one transaction; the offsets by compare-and-set, so that a projector that lost a partition without knowing writes
 * nothing. The database's offsets are the only ones that count.
 *
 * <p>A database that can't be reached is waited for. A fact that the database refuses stops the projector for good:
 * it means that a promise was broken upstream, and every later row could be wrong.
 */
final class Projector implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Projector.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY_MIN = Duration.ofMillis(200);
    private static final Duration RETRY_MAX = Duration.ofSeconds(10);

    private final Projection projection;
    private final Consumer<String, byte[]> consumer;
    private final DataSource database;
    private final Schema schema;
    private final Readiness.Condition condition;
    private final ProjectorMetrics metrics;
    private final Map<String, TopicSpec<?>> topics;

    /** Next offset of each partition we may write, as we last knew the database's. */
    private final Map<TopicPartition, Long> next = new HashMap<>();
    /** Ours by assignment, but paused until their offset is read from the database (again). */
    private final Unsynced unsynced = new Unsynced();

    private Duration retryIn = RETRY_MIN;
    private volatile boolean closing;

    Projector(
            Projection projection,
            Consumer<String, byte[]> consumer,
            DataSource database,
            Schema schema,
            Readiness.Condition condition,
            ProjectorMetrics metrics) {
        this.projection = projection;
        this.consumer = consumer;
        this.database = database;
        this.schema = schema;
        this.condition = condition;
        this.metrics = metrics;
        this.topics = projection.topics().stream().collect(Collectors.toMap(TopicSpec::name, Function.identity()));
    }

    @Override
    public void run() {
        try (consumer) {
            begin();
            while (!closing) {
                step();
            }
        } catch (WakeupException e) {
            // The way close() ends a poll.
        } catch (StoppedByViolation e) {
            stopFor(e);
        } catch (RuntimeException e) {
            condition.not("stopped: " + e);
            metrics.stopped();
            LOG.atError()
                    .addKeyValue("projector", projection.name())
                    .setCause(e)
                    .log("projector stopped by a bug");
        }
    }

    void begin() {
        consumer.subscribe(topics.keySet(), unsynced);
    }

    /** One poll and what came of it. */
    void step() {
        ConsumerRecords<String, byte[]> records = consumer.poll(unsynced.isEmpty() ? POLL : retryIn);
        List<TopicPartition> ours = records.partitions().stream()
                .filter(p -> next.containsKey(p) && !unsynced.contains(p))
                .toList();
        if (!ours.isEmpty()) {
            project(records, ours);
        }
        sync();
        metrics.lag(lagRecords());
    }

    private void sync() {
        if (unsynced.isEmpty()) {
            return;
        }
        try {
            schema.bringUpToDate();
            try (Connection connection = database.getConnection()) {
                for (TopicPartition partition : unsynced.all()) {
                    long offset = ProjectorOffsets.next(
                            connection, projection.name(), partition.topic(), partition.partition());
                    next.put(partition, offset);
                    consumer.seek(partition, offset);
                    consumer.resume(List.of(partition));
                    unsynced.done(partition);
                }
            }
            succeeded();
        } catch (SQLException e) {
            failed(e);
        }
    }

    private void project(ConsumerRecords<String, byte[]> records, List<TopicPartition> partitions) {
        List<Fact> facts = new ArrayList<>();
        List<ProjectorOffsets.Step> steps = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            List<ConsumerRecord<String, byte[]>> ofPartition = records.records(partition);
            List<Fact> decoded = decode(ofPartition);
            facts.addAll(decoded);
            steps.add(new ProjectorOffsets.Step(
                    partition.topic(),
                    partition.partition(),
                    Objects.requireNonNull(next.get(partition)),
                    ofPartition.get(ofPartition.size() - 1).offset() + 1,
                    newest(decoded)));
        }
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            write(connection, facts, steps, partitions);
        } catch (SQLException e) {
            failed(e);
            partitions.forEach(this::resync);
        }
    }

    private void write(
            Connection connection, List<Fact> facts, List<ProjectorOffsets.Step> steps, List<TopicPartition> partitions)
            throws SQLException {
        try {
            if (ProjectorOffsets.advance(connection, projection.name(), steps) < steps.size()) {
                connection.rollback();
                metrics.fenced();
                LOG.atWarn()
                        .addKeyValue("projector", projection.name())
                        .addKeyValue("partitions", partitions)
                        .log("somebody else has projected one of these partitions; nothing was written");
                partitions.forEach(this::resync);
                return;
            }
            projection.apply(connection, facts);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            if (isRefusal(e)) {
                throw new StoppedByViolation(explain(connection, facts, e), e);
            }
            throw e;
        }
        for (ProjectorOffsets.Step step : steps) {
            next.put(new TopicPartition(step.topic(), step.partition()), step.next());
        }
        metrics.applied(facts.size());
        succeeded();
    }

    private Violation explain(Connection connection, List<Fact> facts, SQLException refused) {
        try {
            Violation violation = projection.explain(connection, facts, refused);
            connection.rollback();
            return violation;
        } catch (SQLException e) {
            refused.addSuppressed(e);
            return new Violation(String.valueOf(refused.getMessage()), List.of(), facts.get(0));
        }
    }

    /**
     * Whether trying again can't help: the data breaks a constraint (23), doesn't fit a column (22), or the statement
     * is wrong (42).
     */
    private static boolean isRefusal(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("23") || state.startsWith("22") || state.startsWith("42"));
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
                throw new StoppedByViolation(
                        new Violation("unreadable fact: " + e.getMessage(), List.of(), unreadable), e);
            }
        }
        return facts;
    }

    private Optional<Position> newest(List<Fact> facts) {
        for (int i = facts.size() - 1; i >= 0; i--) {
            Optional<Position> position = projection.positionOf(facts.get(i));
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

    private void failed(SQLException e) {
        condition.not("PostgreSQL: " + e.getMessage());
        metrics.failed();
        LOG.atWarn()
                .addKeyValue("projector", projection.name())
                .addKeyValue("error", e.getMessage())
                .addKeyValue("retryInMs", retryIn.toMillis())
                .log("can't write to PostgreSQL; trying again");
        Duration doubled = retryIn.multipliedBy(2);
        retryIn = doubled.compareTo(RETRY_MAX) < 0 ? doubled : RETRY_MAX;
    }

    private void stopFor(StoppedByViolation e) {
        condition.not("stopped: " + e.violation.what());
        metrics.stopped();
        LoggingEventBuilder log = LOG.atError()
                .addKeyValue("projector", projection.name())
                .addKeyValue("topic", e.violation.fact().topic())
                .addKeyValue("partition", e.violation.fact().partition())
                .addKeyValue("offset", e.violation.fact().offset());
        List<String> details = e.violation.details();
        for (int i = 0; i + 1 < details.size(); i += 2) {
            log = log.addKeyValue(details.get(i), details.get(i + 1));
        }
        // Without the exception: its text repeats whole statements with the values in them.
        log.log("projector stopped: {}", e.violation.what());
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
        closing = true;
        consumer.wakeup();
    }

    /** Assigned partitions whose place in the database isn't known. */
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

    /** Ends {@link #run}: a person has to look. */
    private static final class StoppedByViolation extends RuntimeException {
        private final transient Violation violation;

        StoppedByViolation(Violation violation, Exception cause) {
            super(violation.what(), cause);
            this.violation = violation;
        }
    }
}
