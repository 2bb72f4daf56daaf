package dev.millrace.standalone.history;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Topics from their beginning to their present end, committed records only, each partition's in order. */
public final class LogReader {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    /** What was fetched ahead and finds nothing is waited for when the consumer closes. */
    private static final int FETCH_WAIT_MILLIS = 10;

    private static final byte WIRE_VERSION = 1;

    private LogReader() {}

    public static void each(String bootstrap, String topic, Consumer<ConsumerRecord<String, byte[]>> take) {
        try (KafkaConsumer<String, byte[]> log = consumer(bootstrap)) {
            List<TopicPartition> partitions = partitions(log, topic);
            log.assign(partitions);
            log.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = log.endOffsets(partitions, ANSWER_WITHIN);
            while (partitions.stream().anyMatch(p -> log.position(p, ANSWER_WITHIN) < ends.getOrDefault(p, 0L))) {
                log.poll(Duration.ofMillis(200)).forEach(take);
            }
        }
    }

    /** Whether the topic still has all that was ever in it. */
    public static boolean isWhole(String bootstrap, String topic) {
        try (KafkaConsumer<String, byte[]> log = consumer(bootstrap)) {
            return log.beginningOffsets(partitions(log, topic), ANSWER_WITHIN).values().stream()
                    .allMatch(offset -> offset == 0);
        }
    }

    private static KafkaConsumer<String, byte[]> consumer(String bootstrap) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.CLIENT_ID_CONFIG,
                "history-check",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                FETCH_WAIT_MILLIS,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                10_000);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private static List<TopicPartition> partitions(KafkaConsumer<String, byte[]> log, String topic) {
        return log.partitionsFor(topic, ANSWER_WITHIN).stream()
                .map(p -> new TopicPartition(topic, p.partition()))
                .toList();
    }

    /** @throws IllegalStateException if it isn't what the topic's records are */
    public static <T> T decode(ConsumerRecord<String, byte[]> record, Parser<T> parser) {
        byte[] value = record.value();
        if (value.length == 0 || value[0] != WIRE_VERSION) {
            throw new IllegalStateException(
                    record.topic() + " " + record.partition() + "." + record.offset() + ": not of wire version 1");
        }
        try {
            return parser.parseFrom(value, 1, value.length - 1);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(record.topic() + " " + record.partition() + "." + record.offset(), e);
        }
    }
}
