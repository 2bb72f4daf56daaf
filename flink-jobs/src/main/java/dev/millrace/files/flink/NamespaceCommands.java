package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.Owners;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Commands, given as messages' bytes, to the partition of their namespace's owner: each at least once, in no transaction,
 * as every command. Their ids make the owner decide each one once.
 */
final class NamespaceCommands implements KafkaRecordSerializationSchema<byte[]> {
    private static final long serialVersionUID = 1;
    private static final int BUFFER_BYTES = 16 << 20;
    /** A broker that is away so long fails the task, which begins again at its checkpoint. */
    private static final Duration DELIVER_WITHIN = Duration.ofSeconds(60);

    NamespaceCommands() {}

    static KafkaSink<byte[]> to(String bootstrap) {
        Properties config = new Properties();
        config.putAll(CommandProducer.config(bootstrap, "millrace-files-hashing", BUFFER_BYTES, DELIVER_WITHIN));
        // The tasks of one process would share it.
        config.remove(ProducerConfig.CLIENT_ID_CONFIG);
        // Nobody waits for an answer here: a full buffer holds the job up instead of refusing.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVER_WITHIN.toMillis());
        return KafkaSink.<byte[]>builder()
                .setKafkaProducerConfig(config)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(new NamespaceCommands())
                .build();
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            byte[] message, KafkaSinkContext context, @Nullable Long timestamp) {
        NamespaceCommand command = parse(message);
        String topic = FilesTopics.NAMESPACE_COMMANDS.name();
        String key = command.getNamespaceId();
        int partition = Owners.partitionOf(key, context.getPartitionsForTopic(topic).length);
        byte[] value = FilesTopics.NAMESPACE_COMMANDS.values().serializer().serialize(topic, command);
        return new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value);
    }

    private static NamespaceCommand parse(byte[] message) {
        try {
            return NamespaceCommand.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a namespace command", e);
        }
    }
}
