package dev.millrace.streams;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** How far a command log goes, and how far its application has committed, as the brokers know it now. */
final class LogEnds {
    private static final int ANSWER_MILLIS_MAX = 2_000;

    private final Admin admin;
    private final String topic;
    private final String group;

    LogEnds(Admin admin, String topic, String group) {
        this.admin = admin;
        this.topic = topic;
        this.group = group;
    }

    /** Offset after the newest command of each of these partitions. */
    CompletionStage<Map<Integer, Long>> of(Collection<Integer> partitions) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(p -> asked.put(new TopicPartition(topic, p), OffsetSpec.latest()));
        return admin.listOffsets(asked, new ListOffsetsOptions().timeoutMs(ANSWER_MILLIS_MAX))
                .all()
                .toCompletionStage()
                .thenApply(found -> {
                    Map<Integer, Long> ends = new HashMap<>();
                    found.forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
                    return ends;
                });
    }

    /** Offset up to which this partition was consumed, unreadable commands included; 0 if it never was. */
    CompletionStage<Long> committed(int partition) {
        TopicPartition asked = new TopicPartition(topic, partition);
        return admin.listConsumerGroupOffsets(
                        Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(java.util.List.of(asked))))
                .partitionsToOffsetAndMetadata(group)
                .toCompletionStage()
                .thenApply(found -> {
                    var committed = found.get(asked);
                    return committed == null ? 0L : committed.offset();
                });
    }
}
