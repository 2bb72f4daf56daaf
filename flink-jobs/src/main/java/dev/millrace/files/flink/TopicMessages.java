package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.Owners;
import dev.millrace.topics.TopicSpec;
import java.io.Serializable;
import java.time.Duration;
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
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** What a topic has, in a job as the messages' bytes: to it, each message to the partition of its key, and from it. */
final class TopicMessages<T extends MessageLite>
        implements KafkaRecordSerializationSchema<byte[]>,
                KafkaDatasetFacetProvider,
                KafkaRecordDeserializationSchema<byte[]> {
    private static final long serialVersionUID = 1;
    /** A broker that is away so long fails the task, which begins again at its checkpoint. */
    private static final Duration DELIVER_WITHIN = Duration.ofSeconds(60);
    /** What a checkpoint has is committed after it, and lost if the job is away for longer; brokers allow 15 minutes. */
    private static final Duration TRANSACTION_MAX = Duration.ofMinutes(14);
    /** The broker answers a reader in batches when there is so much, or after half a second. */
    private static final int BATCH_BYTES = 256 * 1024;

    private final Topic<T> topic;
    private final Parsing<T> parsing;
    private final Key<T> key;

    /** Which topic it is, wherever a task runs. */
    interface Topic<T> extends Serializable {
        TopicSpec<T> spec();
    }

    interface Parsing<T> extends Serializable {
        T of(byte[] message) throws InvalidProtocolBufferException;
    }

    interface Key<T> extends Serializable {
        String of(T message);
    }

    TopicMessages(Topic<T> topic, Parsing<T> parsing, Key<T> key) {
        this.topic = topic;
        this.parsing = parsing;
        this.key = key;
    }

    /**
     * Each at least once, in no transaction.
     *
     * @param name of who writes
     */
    KafkaSink<byte[]> atLeastOnce(String bootstrap, String name, int bufferBytes) {
        return sink(producer(bootstrap, name, bufferBytes))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }

    /**
     * Each exactly once, in transactions that end with the job's checkpoints.
     *
     * @param name of who writes, and of the transactions
     */
    KafkaSink<byte[]> exactlyOnce(String bootstrap, String name, int bufferBytes) {
        Properties config = producer(bootstrap, name, bufferBytes);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_MAX.toMillis());
        return sink(config)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(name)
                // Else each checkpoint has an id of its own, which brokers remember for a week.
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                .build();
    }

    private KafkaSinkBuilder<byte[]> sink(Properties config) {
        return KafkaSink.<byte[]>builder().setKafkaProducerConfig(config).setRecordSerializer(this);
    }

    private static Properties producer(String bootstrap, String name, int bufferBytes) {
        Properties config = new Properties();
        config.putAll(CommandProducer.config(bootstrap, name, bufferBytes, DELIVER_WITHIN));
        // The producers of one process would share it.
        config.remove(ProducerConfig.CLIENT_ID_CONFIG);
        // Nobody waits for an answer here: a full buffer holds the job up instead of refusing.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVER_WITHIN.toMillis());
        return config;
    }

    /**
     * What is committed, going on where the job's checkpoint was; without one from the beginning.
     *
     * @param name of who reads
     */
    KafkaSource<byte[]> from(String bootstrap, String name) {
        return source(bootstrap, name).build();
    }

    /**
     * The same for a reader to whom half a second later is soon enough: much at a time costs broker and job less.
     *
     * @param name of who reads
     */
    KafkaSource<byte[]> inBatches(String bootstrap, String name) {
        return source(bootstrap, name)
                .setProperty(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, Integer.toString(BATCH_BYTES))
                .build();
    }

    private KafkaSourceBuilder<byte[]> source(String bootstrap, String name) {
        return KafkaSource.<byte[]>builder()
                .setBootstrapServers(bootstrap)
                .setTopics(topic.spec().name())
                .setGroupId(name)
                .setClientIdPrefix(name)
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .setDeserializer(this);
    }

    T parse(byte[] message) {
        try {
            return parsing.of(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "not a message of " + topic.spec().name(), e);
        }
    }

    /** What a message is keyed by. */
    String keyOf(byte[] message) {
        return key.of(parse(message));
    }

    /** Where to look for transactions that a failure left open. */
    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
        return Optional.of(new DefaultKafkaDatasetFacet(
                DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic.spec().name()))));
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            byte[] message, KafkaSinkContext context, @Nullable Long timestamp) {
        T parsed = parse(message);
        String to = topic.spec().name();
        String by = key.of(parsed);
        int partition = Owners.partitionOf(by, context.getPartitionsForTopic(to).length);
        byte[] value = topic.spec().values().serializer().serialize(to, parsed);
        return new ProducerRecord<>(to, partition, by.getBytes(UTF_8), value);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> read, Collector<byte[]> out) {
        T message = topic.spec()
                .values()
                .deserializer()
                .deserialize(read.topic(), Objects.requireNonNull(read.value(), "a record without a value"));
        out.collect(message.toByteArray());
    }

    @Override
    public TypeInformation<byte[]> getProducedType() {
        return PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    }
}
