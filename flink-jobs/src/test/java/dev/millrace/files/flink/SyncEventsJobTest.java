package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.topics.Owners;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema.KafkaSinkContext;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job as it is submitted, and what it writes as it is on the wire. */
class SyncEventsJobTest {
    private static final int PARTITIONS = 64;

    @TempDir
    private Path folder;

    @Test
    void everyOperatorHasAUidAndANameAndKeysStayInTheirGroups() throws Exception {
        Path file = Files.writeString(folder.resolve("flink.properties"), """
                kafka.bootstrap=127.0.0.1:9
                flink.parallelism=2
                flink.sync.parallelism=3
                s3.bucket=contents
                """);
        StreamExecutionEnvironment flink = StreamExecutionEnvironment.createLocalEnvironment();
        SyncEventsJob.addTo(flink, JobSettings.of(file));
        StreamGraph graph = flink.getStreamGraph();

        assertThat(graph.getStreamNodes()).isNotEmpty().allSatisfy(node -> {
            assertThat(node.getTransformationUID()).as(node.getOperatorName()).isNotNull();
            assertThat(node.getMaxParallelism()).isEqualTo(128);
            assertThat(node.getParallelism()).isEqualTo(3);
        });
        assertThat(StreamSupport.stream(graph.getStreamNodes().spliterator(), false)
                        .map(StreamNode::getTransformationUID))
                .doesNotHaveDuplicates();
    }

    @Test
    void anEventGoesToItsUsersPartitionAsItsTopicHasIt() {
        SyncEvent event = SyncEvent.newBuilder()
                .setUserNamespaceId("u-bob")
                .setNamespaceId("u-alice")
                .build();

        ProducerRecord<byte[], byte[]> written =
                SyncEvents.MESSAGES.serialize(event.toByteArray(), new SinkContext(), null);

        assertThat(written.topic()).isEqualTo("files.sync-events");
        assertThat(written.key()).isEqualTo("u-bob".getBytes(UTF_8));
        assertThat(written.partition()).isEqualTo(Owners.partitionOf("u-bob", PARTITIONS));
        assertThat(FilesTopics.SYNC_EVENTS.values().deserializer().deserialize(written.topic(), written.value()))
                .isEqualTo(event);
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
