package dev.millrace.ingest;

import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
 * Reads this instance's own partition of the replies, from its end on. Uncommitted replies count: should their
 * transaction be aborted, the replay of the same commands gives the same answers.
 */
final class ReplyReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration END_WITHIN = Duration.ofSeconds(2);
    private static final long CLOSE_MILLIS = 5_000;

    private final TopicPartition own;
    private final long epoch;
    private final Consumer<List<Reply>> replies;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean atEnd;

    /** @param epoch of this instance; replies to another one are left alone */
    ReplyReader(String bootstrap, int partition, long epoch, Consumer<List<Reply>> replies) {
        this.own = new TopicPartition(SpineTopics.REPLIES.name(), partition);
        this.epoch = epoch;
        this.replies = replies;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "ingest-replies-" + partition,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_uncommitted",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "latest",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        5_000,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        500L),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.thread = new Thread(this::read, "replies-" + partition);
    }

    void start() {
        thread.start();
    }

    /** Whether every reply from now on is seen, so that commands may be sent. */
    boolean isAtEnd() {
        return atEnd;
    }

    private void read() {
        try (consumer) {
            consumer.assign(List.of(own));
            seekEnd();
            while (!closing) {
                List<Reply> mine = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    addIfMine(record, mine);
                }
                if (!mine.isEmpty()) {
                    replies.accept(mine);
                }
            }
        } catch (WakeupException | InterruptException e) {
            // This is how close() ends the wait; at any other time it is a bug.
            if (!closing) {
                throw e;
            }
        } finally {
            atEnd = false;
        }
    }

    private void seekEnd() {
        while (!closing && !atEnd) {
            try {
                consumer.seekToEnd(List.of(own));
                long end = consumer.position(own, END_WITHIN);
                LOG.atInfo()
                        .addKeyValue("partition", own.partition())
                        .addKeyValue("offset", end)
                        .log("waiting for replies");
                atEnd = true;
            } catch (WakeupException | InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                LOG.atDebug().addKeyValue("error", e.getMessage()).log("end of replies not known yet");
            }
        }
    }

    private void addIfMine(ConsumerRecord<byte[], byte[]> record, List<Reply> mine) {
        try {
            Reply reply = SpineTopics.REPLIES.values().deserializer().deserialize(record.topic(), record.value());
            if (reply != null && reply.getEpoch() == epoch) {
                mine.add(reply);
            }
        } catch (SerializationException e) {
            // Whoever waits for it gets 202 and reads the outcome where it lives.
            LOG.atError()
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("error", e.getMessage())
                    .log("reply can't be read");
        }
    }

    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
