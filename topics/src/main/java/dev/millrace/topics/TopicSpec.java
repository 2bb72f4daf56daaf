package dev.millrace.topics;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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

    private static final long FOR_EVER = -1;

    /** The broker's settings of this topic, by Kafka's names, for so many replicas. */
    public SortedMap<String, String> config(int replicas) {
        SortedMap<String, String> config = new TreeMap<>();
        config.put("cleanup.policy", cleanup.name().toLowerCase(Locale.ROOT));
        config.put(
                "retention.ms", Long.toString(retention.map(Duration::toMillis).orElse(FOR_EVER)));
        config.put("message.timestamp.type", timestamps == Timestamps.LOG_APPEND_TIME ? "LogAppendTime" : "CreateTime");
        config.put("max.message.bytes", Integer.toString(recordBytesMax));
        // With three replicas one may be away and an acknowledged record still is on two.
        config.put("min.insync.replicas", replicas >= 3 ? "2" : "1");
        // A segment is only deleted as a whole, so one of the broker's usual week would outlive a short retention.
        retention
                .filter(kept -> kept.compareTo(Duration.ofDays(1)) < 0)
                .ifPresent(kept ->
                        config.put("segment.ms", Long.toString(kept.dividedBy(6).toMillis())));
        return config;
    }

    /** Where a deployment runs: on several brokers or on one machine. */
    public enum Size {
        CLUSTER,
        STANDALONE
    }

    /** Partition counts by size of deployment. */
    public record Partitions(int cluster, int standalone) {
        public int of(Size size) {
            return size == Size.CLUSTER ? cluster : standalone;
        }
    }

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
