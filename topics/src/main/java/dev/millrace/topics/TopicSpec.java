package dev.millrace.topics;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;

/**
 * One topic: what is in it and how the broker keeps it.
 *
 * @param log short name of the command log it belongs to ("seats"), as in positions
 * @param key what a record's key is, in words
 * @param keyed whether the key decides the partition; such a topic's partition count never changes
 * @param partitions how many, in a cluster and on one machine
 * @param retention how long records stay; empty means for ever
 * @param why what the topic is for
 */
public record TopicSpec<V>(
        String name,
        String log,
        String key,
        Serde<V> values,
        Class<V> valueType,
        boolean keyed,
        Partitions partitions,
        Optional<Duration> retention,
        Cleanup cleanup,
        Timestamps timestamps,
        int recordBytesMax,
        String why) {

    /** Partition counts by size of deployment. */
    public record Partitions(int cluster, int standalone) {}

    /** Kafka's cleanup.policy. */
    public enum Cleanup {
        DELETE,
        COMPACT
    }

    /** Kafka's message.timestamp.type: who says when a record was written. */
    public enum Timestamps {
        LOG_APPEND_TIME,
        CREATE_TIME
    }
}
