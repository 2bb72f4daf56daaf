package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.ContentRejected;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.topics.Owners;
import java.util.stream.IntStream;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema.KafkaSinkContext;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The job's commands are on the wire what ingest's are. */
class NamespaceCommandsTest {
    private static final int PARTITIONS = 64;

    @Test
    void aCommandGoesToItsNamespacesOwnerAsItsTopicHasIt() {
        NamespaceCommand command = NamespaceCommand.newBuilder()
                .setNamespaceId("u-alice")
                .setContentRejected(ContentRejected.getDefaultInstance())
                .build();

        ProducerRecord<byte[], byte[]> written =
                NamespaceCommands.MESSAGES.serialize(command.toByteArray(), new SinkContext(), null);

        assertThat(written.topic()).isEqualTo("files.namespace-commands");
        assertThat(written.key()).isEqualTo("u-alice".getBytes(UTF_8));
        assertThat(written.partition()).isEqualTo(Owners.partitionOf("u-alice", PARTITIONS));
        assertThat(FilesTopics.NAMESPACE_COMMANDS.values().deserializer().deserialize(written.topic(), written.value()))
                .isEqualTo(command);
    }

    private static final class SinkContext implements KafkaSinkContext {
        @Override
        public int getParallelInstanceId() {
            return 0;
        }

        @Override
        public int getNumberOfParallelInstances() {
            return 1;
        }

        @Override
        public int[] getPartitionsForTopic(String topic) {
            return IntStream.range(0, PARTITIONS).toArray();
        }
    }
}
