package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files' hashing job on a cluster whose processes die, and over a restart of everything. */
@Tag("full")
@Tag("own-system")
class FlinkIT {
    private static final Duration RUNS_WITHIN = Duration.ofMinutes(2);

    private final Ports ports = TestPorts.free(1, 1);
    private final FlinkRest flink = new FlinkRest("127.0.0.1:" + ports.flinkPage());

    @TempDir
    private Path folder;

    @Test
    void theJobGoesOnFromItsLastCheckpointWhateverDies() throws Exception {
        long beforeStop;
        try (Standalone system = start()) {
            awaitCheckpointAfter(0);

            kill(system, FlinkCluster.TASK_MANAGER);
            awaitRestored();
            awaitCheckpointAfter(newest());

            long beforeKill = newest();
            kill(system, FlinkCluster.JOB_MANAGER);
            awaitRestored();
            assertThat(restored()).isGreaterThanOrEqualTo(beforeKill);
            awaitCheckpointAfter(restored());
            beforeStop = newest();
        }

        try (Standalone again = start()) {
            assertThat(again.children()).extracting(ChildStatus::state).containsOnly(ChildStatus.State.READY);
            assertThat(restored()).isGreaterThanOrEqualTo(beforeStop);
            awaitCheckpointAfter(restored());
        }
    }

    private Standalone start() throws Exception {
        StandaloneOptions options = StandaloneOptions.at(ports)
                .withProducts(Set.of(Product.files))
                .withoutMakingArchives()
                .withDemo(false);
        return Standalone.start(Programs.here(), new DataFolder(folder), options, Progress.SILENT);
    }

    private static void kill(Standalone system, String child) {
        long pid = system.children().stream()
                .filter(status -> status.name().equals(child))
                .findFirst()
                .orElseThrow()
                .pid();
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        assertThat(process.destroyForcibly()).isTrue();
        process.onExit().join();
    }

    /** The only job that hasn't ended, if all of its tasks run. */
    private Optional<JsonObject> running() throws Exception {
        List<JsonObject> jobs = FlinkCluster.objects(flink.get("/jobs/overview").getJsonArray("jobs"))
                .toList();
        assertThat(jobs).hasSizeLessThanOrEqualTo(1);
        if (jobs.isEmpty()) {
            return Optional.empty();
        }
        JsonObject job = flink.get("/jobs/" + jobs.get(0).getString("jid"));
        boolean runs = FlinkCluster.objects(job.getJsonArray("vertices"))
                .allMatch(task -> "RUNNING".equals(task.getString("status")));
        return runs ? Optional.of(job) : Optional.empty();
    }

    private JsonObject checkpoints() throws Exception {
        return flink.get("/jobs/" + running().orElseThrow().getString("jid") + "/checkpoints")
                .getJsonObject("latest");
    }

    private long newest() throws Exception {
        return checkpoints().getJsonObject("completed").getLong("id");
    }

    /** The checkpoint that the job went on from. */
    private long restored() throws Exception {
        return checkpoints().getJsonObject("restored").getLong("id");
    }

    private void awaitRestored() {
        await().atMost(RUNS_WITHIN).ignoreExceptions().until(() -> checkpoints().getJsonObject("restored") != null);
    }

    private void awaitCheckpointAfter(long id) {
        await().atMost(RUNS_WITHIN).ignoreExceptions().until(() -> newest() > id);
    }
}
