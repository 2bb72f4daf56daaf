package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.ChunkDeleted;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.files.topics.v1.PackDeleted;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.Owners;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What was decided for good of chunks and packs, as messages' bytes, to its topic and from it: each exactly once, in
 * transactions that end with the job's checkpoints. So what is read there is in a checkpoint that is complete.
 */
final class ChunkFacts
        implements KafkaRecordSerializationSchema<byte[]>,
                KafkaDatasetFacetProvider,
                KafkaRecordDeserializationSchema<byte[]> {
    private static final long serialVersionUID = 1;
    private static final HexFormat HEX = HexFormat.of();
    private static final String NAME = "millrace-files-chunks";
    private static final int BUFFER_BYTES = 2 << 20;
    /** A broker that is away so long fails the task, which begins again at its checkpoint. */
    private static final Duration DELIVER_WITHIN = Duration.ofSeconds(60);
    /**
     * What a checkpoint has is committed after it, and lost if the job is away for longer: then some bytes stay that
     * nobody names. Brokers allow 15 minutes.
     */
    private static final Duration TRANSACTION_MAX = Duration.ofMinutes(14);

    ChunkFacts() {}

    /** @param chunk SHA-256 in hex, as that of the pack */
    static byte[] chunkDeleted(String chunk, String pack, long nowMillis) {
        return of(pack, nowMillis)
                .setChunkDeleted(ChunkDeleted.newBuilder().setSha256(bytes(chunk)))
                .build()
                .toByteArray();
    }

    /** @param object SHA-256 in hex of what goes, as that of the pack */
    static byte[] packDeleted(String pack, String object, long storedBytes, boolean last, long nowMillis) {
        return of(pack, nowMillis)
                .setPackDeleted(PackDeleted.newBuilder()
                        .setObject(bytes(object))
                        .setStoredBytes(storedBytes)
                        .setLast(last))
                .build()
                .toByteArray();
    }

    private static ChunkFact.Builder of(String pack, long nowMillis) {
        return ChunkFact.newBuilder().setPack(bytes(pack)).setAtMillis(nowMillis);
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HEX.parseHex(hex));
    }

    /** What a fact is keyed by: its pack, in hex. */
    static String packOf(byte[] message) {
        return HEX.formatHex(parse(message).getPack().toByteArray());
    }

    static ChunkFact parse(byte[] message) {
        try {
            return ChunkFact.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a chunk fact", e);
        }
    }

    static KafkaSink<byte[]> to(String bootstrap) {
        Properties config = new Properties();
        config.putAll(CommandProducer.config(bootstrap, NAME, BUFFER_BYTES, DELIVER_WITHIN));
        // The producers of one process would share it.
        config.remove(ProducerConfig.CLIENT_ID_CONFIG);
        // Nobody waits for an answer here: a full buffer holds the job up instead of refusing.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVER_WITHIN.toMillis());
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_MAX.toMillis());
        return KafkaSink.<byte[]>builder()
                .setKafkaProducerConfig(config)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(NAME)
                // Else each checkpoint has an id of its own, which brokers remember for a week.
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                .setRecordSerializer(new ChunkFacts())
                .build();
    }

    /** Goes on where the job's checkpoint was; without one from the beginning. */
    static KafkaSource<byte[]> from(String bootstrap) {
        return KafkaSource.<byte[]>builder()
                .setBootstrapServers(bootstrap)
                .setTopics(FilesTopics.CHUNK_FACTS.name())
                .setGroupId(NAME)
                .setClientIdPrefix(NAME)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .setDeserializer(new ChunkFacts())
                .build();
    }

    /** Where to look for transactions that a failure left open. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(new DefaultKafkaDatasetFacet(
                DefaultKafkaDatasetIdentifier.ofTopics(List.of(FilesTopics.CHUNK_FACTS.name()))));
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            byte[] message, KafkaSinkContext context, @Nullable Long timestamp) {
        String topic = FilesTopics.CHUNK_FACTS.name();
        String key = packOf(message);
        int partition = Owners.partitionOf(key, context.getPartitionsForTopic(topic).length);
        byte[] value = FilesTopics.CHUNK_FACTS.values().serializer().serialize(topic, parse(message));
        return new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> fact, Collector<byte[]> out) {
        ChunkFact read = FilesTopics.CHUNK_FACTS
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
