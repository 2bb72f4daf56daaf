package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files' jobs on a cluster whose processes die, and over a restart of everything. */
@Tag("full")
@Tag("own-system")
class FlinkIT {
    private static final Duration RUNS_WITHIN = Duration.ofMinutes(2);
    private static final List<String> JOBS = List.of(FlinkJob.HASHING, FlinkJob.SYNC_EVENTS);

    private final Ports ports = TestPorts.free(1, 1);
    private final FlinkRest flink = new FlinkRest("127.0.0.1:" + ports.flinkPage());

    @TempDir
    private Path folder;

    @Test
    void theJobsGoOnFromTheirLastCheckpointsWhateverDies() throws Exception {
        Map<String, Long> beforeStop;
        try (Standalone system = start()) {
            awaitCheckpointsAfter(Map.of());

            kill(system, FlinkCluster.TASK_MANAGER);
            awaitRestored();
            awaitCheckpointsAfter(newest());

            Map<String, Long> beforeKill = newest();
            kill(system, FlinkCluster.JOB_MANAGER);
            awaitRestored();
            assertNotBefore(restored(), beforeKill);
            awaitCheckpointsAfter(restored());
            beforeStop = newest();
        }

        try (Standalone again = start()) {
            assertThat(again.children()).extracting(ChildStatus::state).containsOnly(ChildStatus.State.READY);
            assertNotBefore(restored(), beforeStop);
            awaitCheckpointsAfter(restored());
        }
    }

    private static void assertNotBefore(Map<String, Long> restored, Map<String, Long> before) {
        before.forEach((job, id) -> assertThat(restored.get(job)).as(job).isGreaterThanOrEqualTo(id));
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

    /** The only job of this name that hasn't ended, if all of its tasks run. */
    private Optional<JsonObject> running(String name) throws Exception {
        List<JsonObject> jobs = FlinkCluster.objects(flink.get("/jobs/overview").getJsonArray("jobs"))
                .filter(job -> name.equals(job.getString("name")))
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

    private JsonObject checkpoints(String name) throws Exception {
        return flink.get("/jobs/" + running(name).orElseThrow().getString("jid") + "/checkpoints")
                .getJsonObject("latest");
    }

    private Map<String, Long> newest() throws Exception {
        return ids("completed");
    }

    /** The checkpoints that the jobs went on from. */
    private Map<String, Long> restored() throws Exception {
        return ids("restored");
    }

    private Map<String, Long> ids(String which) throws Exception {
        Map<String, Long> ids = new HashMap<>();
        for (String job : JOBS) {
            ids.put(job, checkpoints(job).getJsonObject(which).getLong("id"));
        }
        return ids;
    }

    private void awaitRestored() {
        await().atMost(RUNS_WITHIN).ignoreExceptions().until(() -> restored().size() == JOBS.size());
    }

    private void awaitCheckpointsAfter(Map<String, Long> before) {
        await().atMost(RUNS_WITHIN)
                .ignoreExceptions()
                .until(() -> newest().entrySet().stream()
                        .allMatch(job -> job.getValue() > before.getOrDefault(job.getKey(), 0L)));
    }
}
