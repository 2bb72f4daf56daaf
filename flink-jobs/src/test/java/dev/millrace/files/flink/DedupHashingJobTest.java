package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.files.gc.ChunkLife;
import dev.millrace.files.gc.PackLife;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job as it is submitted: what it was told, and what it is made of. */
class DedupHashingJobTest {
    private static final int PARTITIONS = 8;
    private static final String SECRET = "never-shown";
    private static final String SETTINGS = """
            kafka.bootstrap=127.0.0.1:9
            flink.parallelism=2
            s3.endpoint=http://127.0.0.1:8
            s3.bucket=contents
            s3.access-key=key
            s3.secret-key=%s
            """.formatted(SECRET);

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void settingsAreInAFile() throws Exception {
        file = Files.writeString(folder.resolve("flink.properties"), SETTINGS);
    }

    private StreamGraph graph() {
        StreamExecutionEnvironment flink = StreamExecutionEnvironment.createLocalEnvironment();
        DedupHashingJob.addTo(flink, JobSettings.of(file), PARTITIONS);
        return flink.getStreamGraph();
    }

    @Test
    void everyOperatorHasAUidAndANameAndKeysStayInTheirGroups() {
        assertThat(graph().getStreamNodes()).isNotEmpty().allSatisfy(node -> {
            assertThat(node.getTransformationUID()).as(node.getOperatorName()).isNotNull();
            assertThat(node.getMaxParallelism()).isEqualTo(128);
            // There is one who marks epochs.
            assertThat(node.getParallelism()).isEqualTo("epochs".equals(node.getTransformationUID()) ? 1 : 2);
        });
        assertThat(StreamSupport.stream(graph().getStreamNodes().spliterator(), false)
                        .map(StreamNode::getTransformationUID))
                .doesNotHaveDuplicates();
    }

    @Test
    void noSecretIsInWhatFlinkKeepsOfTheJob() throws Exception {
        JobSettings settings = JobSettings.of(file);
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        new ObjectOutputStream(kept).writeObject(settings);

        assertThat(settings.bucket().secretKey()).isEqualTo(SECRET);
        assertThat(kept.toString(UTF_8)).contains("127.0.0.1:9").doesNotContain(SECRET);
        assertThat(settings.toString()).doesNotContain(SECRET);
        assertThat(graph().getStreamingPlanAsJSON()).contains("namespace facts").doesNotContain(SECRET);
    }

    @Test
    void garbageIsKeptForAsLongAsIsSet() throws Exception {
        assertThat(JobSettings.of(file).epochLasts()).isEqualTo(Duration.ofHours(1));
        assertThat(JobSettings.of(file).packsKept()).isEqualTo(Duration.ofDays(2));

        Files.writeString(file, SETTINGS + "files.gc.epoch.lasts=3m\nfiles.gc.packs.kept=3d\n");

        assertThat(JobSettings.of(file).epochLasts()).isEqualTo(Duration.ofMinutes(3));
        assertThat(JobSettings.of(file).packsKept()).isEqualTo(Duration.ofDays(3));
    }

    @Test
    void anEpochIsLongerThanAnyTaskGoesOnThatWasGivenUp() throws Exception {
        Files.writeString(file, SETTINGS + "files.gc.epoch.lasts=90s\n");
        assertThatThrownBy(() -> JobSettings.of(file))
                .hasMessageContaining("files.gc.epoch.lasts: 90s (expected: PT2M..");

        Files.writeString(file, SETTINGS + "files.gc.epoch.lasts=5s\nfiles.gc.epoch.short=true\n");
        assertThat(JobSettings.of(file).epochLasts()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void nothingThatIsKeptFallsToKryo() {
        SerializerConfigImpl strict = new SerializerConfigImpl();
        strict.setGenericTypes(false);

        for (Class<?> kept : List.of(
                ChunkLife.class,
                PackLife.class,
                LogEvent.class,
                ClosedEpoch.class,
                MarkedEpoch.class,
                Place.class,
                ChunkName.class,
                Counted.class)) {
            assertThatCode(() -> TypeInformation.of(kept).createSerializer(strict))
                    .as(kept.getName())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void everythingThatIsWrongWithTheSettingsIsSaid() throws Exception {
        Files.writeString(
                file,
                "flink.parallelism=129\nfiles.gc.epoch.lasts=0s\nfiles.gc.packs.kept=long\ns3.access-key=a\ns3.buket=b\n");

        assertThatThrownBy(() -> JobSettings.of(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "kafka.bootstrap: missing",
                        "s3.bucket: missing",
                        "s3.access-key, s3.secret-key: one of them",
                        "flink.parallelism: 129 (expected: 1..128)",
                        "files.gc.epoch.lasts: 0s (expected: PT2M..",
                        "files.gc.packs.kept: long (expected: PT1S..",
                        "s3.buket: unknown");
    }
}
