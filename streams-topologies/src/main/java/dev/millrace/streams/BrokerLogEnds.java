package dev.millrace.streams;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The ends as the brokers know them now. */
final class BrokerLogEnds implements LogEnds {
    private static final int ANSWER_MILLIS_MAX = 2_000;

    private final Admin admin;
    private final String topic;
    private final String group;
    private final long markers;

    /** @param markers offsets behind the newest record that are no records: a transaction's marker takes one */
    BrokerLogEnds(Admin admin, String topic, String group, long markers) {
        this.admin = admin;
        this.topic = topic;
        this.group = group;
        this.markers = markers;
    }

    @Override
    public CompletionStage<Map<Integer, Long>> of(Collection<Integer> partitions) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(p -> asked.put(new TopicPartition(topic, p), OffsetSpec.latest()));
        return admin.listOffsets(asked, new ListOffsetsOptions().timeoutMs(ANSWER_MILLIS_MAX))
                .all()
                .toCompletionStage()
                .thenApply(found -> {
                    Map<Integer, Long> ends = new HashMap<>();
                    found.forEach(
                            (partition, end) -> ends.put(partition.partition(), Math.max(0, end.offset() - markers)));
                    return ends;
                });
    }

    @Override
    public CompletionStage<Long> committed(int partition) {
        TopicPartition asked = new TopicPartition(topic, partition);
        return admin.listConsumerGroupOffsets(
                        Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(asked))))
                .partitionsToOffsetAndMetadata(group)
                .toCompletionStage()
                .thenApply(found -> {
                    var committed = found.get(asked);
                    return committed == null ? 0L : committed.offset();
                });
    }
}
