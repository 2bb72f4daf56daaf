package dev.millrace.topics;

import com.google.protobuf.MessageLite;
import dev.millrace.topics.v1.Position;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The only way commands get onto the log: idempotent, acknowledged by all replicas, never transactional. A
 * transactional record would stall every later command of its partition until its transaction ended.
 */
public final class CommandProducer implements AutoCloseable {
    /** Commands of a few milliseconds go together: a request costs the broker as much with one as with a hundred. */
    private static final int LINGER_MILLIS = 8;

    private final Producer<String, byte[]> producer;
    private final Map<String, Integer> partitions = new HashMap<>();

    /** @param partitionsOf partition count of every command topic, as the broker has it */
    public CommandProducer(Producer<String, byte[]> producer, Map<String, Integer> partitionsOf) {
        this.producer = producer;
        this.partitions.putAll(partitionsOf);
    }

    /**
     * Settings of the producer below.
     *
     * @param bufferBytes most that may wait for the broker; a full buffer refuses at once
     * @param deliverWithin how long a record may stay unacknowledged before its sender is told so
     */
    public static Map<String, Object> config(
            String bootstrapServers, String clientId, long bufferBytes, Duration deliverWithin) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 * 1024 * 1024);
        // A caller is never made to wait for metadata or for room in the buffer: it gets its refusal now.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        // By default a topic that nobody wrote to for five minutes is forgotten, and the next command would be refused.
        config.put(
                ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(3650).toMillis());
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) deliverWithin.toMillis() - LINGER_MILLIS);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) deliverWithin.toMillis());
        return config;
    }

    public static Producer<String, byte[]> open(Map<String, Object> config) {
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * Whether the partitions of every topic are known here, so that a command can be sent at once. Asking makes the
     * producer look them up: ask again until it is so before taking the first command.
     */
    public boolean knowsItsTopics() {
        boolean known = true;
        for (String topic : partitions.keySet()) {
            try {
                known &= !producer.partitionsFor(topic).isEmpty();
            } catch (TimeoutException e) {
                known = false;
            }
        }
        return known;
    }

    /**
     * Writes one command to its owner's partition. Completes with its place in the log once all replicas have it, or
     * exceptionally when it may not be there: at once if the buffer is full or the topic unknown, after the delivery
     * time if the broker doesn't answer.
     */
    public <T extends MessageLite> CompletionStage<Position> send(TopicSpec<T> topic, String key, T command) {
        Integer count = partitions.get(topic.name());
        if (count == null) {
            throw new IllegalArgumentException(
                    "topic: " + topic.name() + " (expected: one of " + partitions.keySet() + ")");
        }
        int partition = Owners.partitionOf(key, count);
        byte[] value = topic.values().serializer().serialize(topic.name(), command);
        CompletableFuture<Position> written = new CompletableFuture<>();
        var unused = producer.send(new ProducerRecord<>(topic.name(), partition, key, value), (metadata, failure) -> {
            if (failure != null) {
                written.completeExceptionally(failure);
            } else {
                written.complete(Position.newBuilder()
                        .setLog(topic.log())
                        .setPartition(metadata.partition())
                        .setOffset(metadata.offset())
                        .build());
            }
        });
        return written;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
