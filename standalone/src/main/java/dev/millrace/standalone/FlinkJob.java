package dev.millrace.standalone;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job on the Flink cluster: submitted where it doesn't run, that is, at a start and after the JobManager was, and always
 * from its newest checkpoint. If the job itself refuses to go on from that one, it is submitted again when there is
 * another, or none.
 */
final class FlinkJob implements AutoCloseable {
    /** What must be ready before one can run, besides the topics. */
    static final Set<String> NEEDS = Set.of(FlinkCluster.JOB_MANAGER, FlinkCluster.TASK_MANAGER, "s3");

    static final String HASHING = "files-hashing";
    static final String SYNC_EVENTS = "files-sync-events";

    private static final String ROLE = "flink";
    private static final String RUNNING = "RUNNING";
    private static final Set<String> ENDED = Set.of("FAILED", "CANCELED", "FINISHED");
    private static final String CHECKPOINT = "chk-";

    private static final Duration ASK_EVERY_STARTING = Duration.ofMillis(200);
    private static final Duration ASK_EVERY = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(FlinkJob.class);

    private final String name;
    private final String main;
    private final Path checkpoints;
    private final Path jar;
    private final Path settings;
    private final FlinkRest flink;
    private final Duration askEvery;
    private final Progress progress;
    private final CompletableFuture<Void> running = new CompletableFuture<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread keeper;
    private @Nullable Start newest;

    private static final class Start {
        /** A checkpoint; empty: the first fact. */
        private final Optional<Path> from;

        private boolean refused;

        Start(Optional<Path> from) {
            this.from = from;
        }
    }

    /** @param checkpoints its own: nothing in them says whose they are */
    FlinkJob(
            String name,
            String main,
            Path checkpoints,
            Path jar,
            Path settings,
            FlinkRest flink,
            Duration askEvery,
            Progress progress) {
        this.name = name;
        this.main = main;
        this.checkpoints = checkpoints;
        this.jar = jar;
        this.settings = settings;
        this.flink = flink;
        this.askEvery = askEvery;
        this.progress = progress;
        this.keeper = new Thread(this::keep, "keeper-" + name);
        keeper.setDaemon(true);
    }

    /** Those of files: they are in one jar and read one file of settings. */
    static List<FlinkJob> of(
            Programs programs,
            DataFolder data,
            StandaloneOptions options,
            FlinkCluster flink,
            ContentStore content,
            Progress progress) {
        Map<String, String> s = new LinkedHashMap<>();
        s.put("kafka.bootstrap", options.ports().bootstrap());
        s.put("flink.parallelism", Integer.toString(FlinkCluster.HASHING_SLOTS));
        s.put("flink.sync.parallelism", Integer.toString(FlinkCluster.SYNC_SLOTS));
        s.putAll(content.settings());
        s.putAll(options.settingsOf(ROLE));
        Path settings = data.write("settings/flink.properties", Roles.text(s));
        Path jar = programs.unpackedOf("flink-jobs", "millrace-flink-jobs.jar");
        return List.of(
                new FlinkJob(
                        HASHING,
                        "dev.millrace.files.flink.DedupHashingJob",
                        flink.checkpoints(),
                        jar,
                        settings,
                        flink.rest(),
                        ASK_EVERY,
                        progress),
                new FlinkJob(
                        SYNC_EVENTS,
                        "dev.millrace.files.flink.SyncEventsJob",
                        data.directory("flink/checkpoints-of-" + SYNC_EVENTS),
                        jar,
                        settings,
                        flink.rest(),
                        ASK_EVERY,
                        progress));
    }

    /** Completes once it runs, or with a {@link StartFailure} that says why it doesn't. */
    CompletableFuture<Void> startAfter(CompletableFuture<?> needs) {
        var unused = needs.thenRun(keeper::start);
        return running;
    }

    @Override
    public void close() {
        stopping.countDown();
        try {
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep() {
        long startedNanos = System.nanoTime();
        try {
            while (stopping.getCount() > 0) {
                String notYet = tryToEnsure();
                if (!running.isDone() && System.nanoTime() - startedNanos > Child.START_WITHIN.toNanos()) {
                    throw new StartFailure(
                            name, "not running after " + Child.START_WITHIN.toSeconds() + " s: " + notYet);
                }
                Duration pause = running.isDone() ? askEvery : ASK_EVERY_STARTING;
                var unused = stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (StartFailure e) {
            running.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String tryToEnsure() throws InterruptedException {
        try {
            return ensure();
        } catch (IOException e) {
            // The JobManager is away: its keeper starts it again, and says so.
            LOG.atDebug().addKeyValue("error", e.toString()).log("not looked after");
            return e.toString();
        }
    }

    /** Submits it if nobody did. Says what it is about; empty if it runs. */
    private String ensure() throws IOException, InterruptedException {
        List<JsonObject> jobs = FlinkCluster.objects(flink.get("/jobs/overview").getJsonArray("jobs"))
                .filter(job -> name.equals(job.getString("name")))
                .sorted(Comparator.comparing((JsonObject job) -> job.getLong("start-time"))
                        .reversed())
                .toList();
        Optional<JsonObject> alive = jobs.stream()
                .filter(job -> !ENDED.contains(job.getString("state")))
                .findFirst();
        if (alive.isPresent()) {
            return look(alive.get().getString("jid"));
        }
        if (!jobs.isEmpty()) {
            String trace = failureOf(jobs.get(0).getString("jid"));
            giveUpIfItNeverRan(shortOf(trace));
            if (FlinkFailure.isForGood(trace) && isRefused(shortOf(trace))) {
                return "refused";
            }
        }
        submit();
        return "submitted";
    }

    /** Says so when it happens, and what to do; until there is something else to go on from nothing helps. */
    private boolean isRefused(String why) throws IOException {
        Start start = newest;
        if (start == null || !start.from.equals(newestCheckpoint())) {
            return false;
        }
        if (!start.refused) {
            start.refused = true;
            progress.step(name + " doesn't go on from "
                    + start.from.map(Path::toString).orElse("nothing") + ":" + why
                    + "; it stands still until a newer checkpoint is in " + checkpoints
                    + ", or none: then it begins with the first fact");
        }
        return true;
    }

    private String look(String id) throws IOException, InterruptedException {
        JsonObject job = flink.get("/jobs/" + id);
        boolean runs = RUNNING.equals(job.getString("state"))
                && FlinkCluster.objects(job.getJsonArray("vertices"))
                        .allMatch(task -> RUNNING.equals(task.getString("status")));
        if (!runs) {
            return job.getString("state") + shortOf(failureOf(id));
        }
        running.complete(null);
        return "";
    }

    private void submit() throws IOException, InterruptedException {
        Optional<Path> from = newestCheckpoint();
        JsonObject run = new JsonObject()
                .put("entryClass", main)
                .put("programArgsList", new JsonArray().add(settings.toString()))
                .put(
                        "flinkConfiguration",
                        new JsonObject()
                                .put(
                                        "execution.checkpointing.dir",
                                        checkpoints.toUri().toString()));
        from.ifPresent(checkpoint ->
                run.put("savepointPath", checkpoint.toUri().toString()).put("claimMode", "CLAIM"));
        String uploaded = flink.upload(jar);
        try {
            flink.post("/jars/" + uploaded + "/run", run);
        } catch (FlinkRest.Refused e) {
            giveUpIfItNeverRan(String.valueOf(e.getMessage()));
            throw e;
        }
        newest = new Start(from);
        progress.step(name + " submitted"
                + from.map(checkpoint -> ", going on from " + checkpoint.getFileName())
                        .orElse(""));
    }

    /** What is wrong at a start is wrong with the job; later it is tried for as long as it takes. */
    private void giveUpIfItNeverRan(String why) {
        if (!running.isDone()) {
            throw new StartFailure(
                    name,
                    why + " (it goes on from its newest checkpoint in " + checkpoints
                            + "; without any, from the first fact)");
        }
    }

    private static String shortOf(String trace) {
        return trace.isEmpty() ? "" : " " + FlinkFailure.shortOf(trace);
    }

    /** Its last failure, if there was one; else empty. */
    private String failureOf(String id) throws IOException, InterruptedException {
        JsonObject history = flink.get("/jobs/" + id + "/exceptions").getJsonObject("exceptionHistory");
        return FlinkCluster.objects(history.getJsonArray("entries"))
                .findFirst()
                .map(failure -> failure.getString("stacktrace"))
                .orElse("");
    }

    /** The last one that was finished: each goes on counting where the one it came from was. */
    private Optional<Path> newestCheckpoint() throws IOException {
        try (Stream<Path> all = Files.walk(checkpoints, 3)) {
            return all.filter(path -> path.endsWith("_metadata"))
                    .map(Path::getParent)
                    .filter(path -> path.getFileName().toString().startsWith(CHECKPOINT))
                    .max(Comparator.comparingLong(FlinkJob::number));
        } catch (UncheckedIOException e) {
            // One that went while it was looked at.
            throw e.getCause();
        }
    }

    private static long number(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring(CHECKPOINT.length()));
    }
}
