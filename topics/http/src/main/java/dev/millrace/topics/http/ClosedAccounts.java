package dev.millrace.topics.http;

import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.AccountFact;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users whose accounts are closed, by the committed account facts: read from their beginning, then followed. Until
 * the beginning is read nobody's account is known to be open. A log lost sight of later leaves what was known; an
 * account can't be closed either while its log is away.
 */
public final class ClosedAccounts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClosedAccounts.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final long CLOSE_MILLIS = 5_000;

    private final Consumer<byte[], byte[]> consumer;
    private final Readiness.Condition condition;
    private final Set<String> closed = ConcurrentHashMap.newKeySet();
    private final Map<TopicPartition, Long> toRead = new HashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean known;

    ClosedAccounts(Consumer<byte[], byte[]> consumer, Readiness.Condition condition) {
        this.consumer = consumer;
        this.condition = condition;
        this.thread = new Thread(this::run, "closed-accounts");
    }

    /**
     * Reads nothing before {@link #start}.
     *
     * @param condition met once the beginning is read
     */
    public static ClosedAccounts open(String bootstrap, String clientId, Readiness.Condition condition) {
        return new ClosedAccounts(
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrap,
                                ConsumerConfig.CLIENT_ID_CONFIG,
                                clientId,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false,
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest",
                                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                                false,
                                ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                                500L),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer()),
                condition);
    }

    public void start() {
        thread.start();
    }

    /**
     * Whether this user's account is closed.
     *
     * @throws Problem 503 LOG_UNAVAILABLE while that isn't known
     */
    public boolean has(String userId) {
        if (!known) {
            throw Problem.of(503, "LOG_UNAVAILABLE", "Which accounts are closed isn't known here yet.")
                    .retryAfter(SOON);
        }
        return closed.contains(userId);
    }

    private void run() {
        try (consumer) {
            while (closing.getCount() > 0) {
                try {
                    assign();
                    follow();
                } catch (WakeupException e) {
                    return;
                } catch (InterruptException e) {
                    Thread.currentThread().interrupt();
                    return;
                } catch (KafkaException e) {
                    if (!known) {
                        condition.not("log of accounts: " + e.getMessage());
                    }
                    LOG.atDebug().addKeyValue("error", e.getMessage()).log("account facts can't be read now");
                    if (closing.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            known = false;
            condition.not("stopped: " + e);
            LOG.atError().setCause(e).log("following the account facts stopped by a bug");
        }
    }

    private void assign() {
        if (!consumer.assignment().isEmpty()) {
            return;
        }
        String topic = SpineTopics.ACCOUNT_FACTS.name();
        List<TopicPartition> partitions = consumer.partitionsFor(topic, ANSWER_WITHIN).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("topic: " + topic + " (expected: a topic that exists)");
        }
        toRead.putAll(consumer.endOffsets(partitions, ANSWER_WITHIN));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    private void follow() {
        while (closing.getCount() > 0) {
            toRead.entrySet().removeIf(end -> consumer.position(end.getKey(), ANSWER_WITHIN) >= end.getValue());
            if (toRead.isEmpty() && !known) {
                known = true;
                condition.ok();
                LOG.atInfo().addKeyValue("closed", closed.size()).log("closed accounts are known");
            }
            consumer.poll(POLL).forEach(this::take);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            AccountFact fact =
                    SpineTopics.ACCOUNT_FACTS.values().deserializer().deserialize(record.topic(), record.value());
            // For good: no later fact opens it again.
            if (fact != null && fact.getAccount().getClosed()) {
                closed.add(fact.getAccount().getUserId());
            }
        } catch (SerializationException e) {
            LOG.atError()
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("error", e.getMessage())
                    .log("unreadable account fact left out");
        }
    }

    @Override
    public void close() {
        closing.countDown();
        if (thread.getState() == Thread.State.NEW) {
            consumer.close();
            return;
        }
        consumer.wakeup();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
