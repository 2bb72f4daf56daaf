package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.Owners;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Events of change feeds, given as messages' bytes, to the partition of their user's namespace: each exactly once, in
 * transactions that end with the job's checkpoints.
 */
final class SyncEvents implements KafkaRecordSerializationSchema<byte[]>, KafkaDatasetFacetProvider {
    private static final long serialVersionUID = 1;
    private static final int BUFFER_BYTES = 8 << 20;
    /** A broker that is away so long fails the task, which begins again at its checkpoint. */
    private static final Duration DELIVER_WITHIN = Duration.ofSeconds(60);
    /** What a checkpoint has is committed after it, and lost if the job is away for longer; brokers allow 15 minutes. */
    private static final Duration TRANSACTION_MAX = Duration.ofMinutes(14);

    SyncEvents() {}

    static KafkaSink<byte[]> to(String bootstrap) {
        Properties config = new Properties();
        config.putAll(CommandProducer.config(bootstrap, "millrace-files-sync", BUFFER_BYTES, DELIVER_WITHIN));
        // The producers of one process would share it.
        config.remove(ProducerConfig.CLIENT_ID_CONFIG);
        // Nobody waits for an answer here: a full buffer holds the job up instead of refusing.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVER_WITHIN.toMillis());
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_MAX.toMillis());
        return KafkaSink.<byte[]>builder()
                .setKafkaProducerConfig(config)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix("millrace-files-sync")
                // Else each checkpoint has an id of its own, which brokers remember for a week.
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                .setRecordSerializer(new SyncEvents())
                .build();
    }

    /** Where to look for transactions that a failure left open. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(new DefaultKafkaDatasetFacet(
                DefaultKafkaDatasetIdentifier.ofTopics(List.of(FilesTopics.SYNC_EVENTS.name()))));
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            byte[] message, KafkaSinkContext context, @Nullable Long timestamp) {
        SyncEvent event = parse(message);
        String topic = FilesTopics.SYNC_EVENTS.name();
        String key = event.getUserNamespaceId();
        int partition = Owners.partitionOf(key, context.getPartitionsForTopic(topic).length);
        byte[] value = FilesTopics.SYNC_EVENTS.values().serializer().serialize(topic, event);
        return new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value);
    }

    private static SyncEvent parse(byte[] message) {
        try {
            return SyncEvent.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a sync event", e);
        }
    }
}
