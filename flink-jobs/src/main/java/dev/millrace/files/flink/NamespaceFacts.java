package dev.millrace.files.flink;

import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.NamespaceFact;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The facts of every namespace from their topic, as messages' bytes: each was decided, whatever became of its decider. */
final class NamespaceFacts implements KafkaRecordDeserializationSchema<byte[]> {
    private static final long serialVersionUID = 1;

    private NamespaceFacts() {}

    /**
     * Goes on where the job's checkpoint was; without one from the beginning.
     *
     * @param job which reads them
     */
    static KafkaSource<byte[]> from(String bootstrap, String job) {
        return KafkaSource.<byte[]>builder()
                .setBootstrapServers(bootstrap)
                .setTopics(FilesTopics.NAMESPACE_FACTS.name())
                .setGroupId("millrace-" + job)
                .setClientIdPrefix("millrace-" + job)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .setDeserializer(new NamespaceFacts())
                .build();
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> fact, Collector<byte[]> out) {
        NamespaceFact read = FilesTopics.NAMESPACE_FACTS
                .values()
                .deserializer()
                .deserialize(fact.topic(), Objects.requireNonNull(fact.value(), "a fact without a value"));
        out.collect(read.toByteArray());
    }

    @Override
    public TypeInformation<byte[]> getProducedType() {
        return PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    }
}
