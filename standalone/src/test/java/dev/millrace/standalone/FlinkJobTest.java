package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a job, as a JobManager tells it. */
class FlinkJobTest {
    private static final String REFUSED = """
            org.apache.flink.runtime.execution.SuppressRestartsException: Unrecoverable
            Caused by: java.lang.IllegalStateException: state to go on from: of epoch 1 (expected: at least 2)
            """;

    private final BlockingQueue<String> looks = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonObject> submitted = new LinkedBlockingQueue<>();
    private final List<String> said = new CopyOnWriteArrayList<>();
    /** Of the newest job; empty: there is none. */
    private volatile String state = "";

    private volatile String trace = "";
    private AnsweringServer jobManager;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        jobManager = new AnsweringServer(request -> answer(
                        request.getRequestURI().getPath(),
                        request.getRequestBody().readAllBytes())
                .encode());
    }

    @AfterEach
    void stop() {
        jobManager.close();
    }

    private JsonObject answer(String path, byte[] request) {
        if (path.equals("/jobs/overview")) {
            looks.add(path);
            JsonArray jobs = new JsonArray();
            if (!state.isEmpty()) {
                jobs.add(new JsonObject()
                        .put("jid", "1")
                        .put("name", "counting")
                        .put("start-time", 1)
                        .put("state", state));
            }
            return new JsonObject().put("jobs", jobs);
        }
        if (path.endsWith("/exceptions")) {
            return new JsonObject()
                    .put(
                            "exceptionHistory",
                            new JsonObject()
                                    .put("entries", new JsonArray().add(new JsonObject().put("stacktrace", trace))));
        }
        if (path.equals("/jars/upload")) {
            return new JsonObject().put("filename", "/tmp/counting.jar");
        }
        if (path.startsWith("/jars/")) {
            state = "RUNNING";
            submitted.add(new JsonObject(new String(request, UTF_8)));
            return new JsonObject();
        }
        return new JsonObject().put("state", state).put("vertices", new JsonArray());
    }

    private FlinkJob job() throws IOException {
        return new FlinkJob(
                "counting",
                "Counting",
                Files.createDirectories(folder.resolve("checkpoints")),
                Files.writeString(folder.resolve("counting.jar"), ""),
                folder.resolve("settings"),
                new FlinkRest(jobManager.address()),
                Duration.ofMillis(10),
                Progress.ofSteps(said::add));
    }

    private Path checkpoint(int number) throws IOException {
        Path checkpoint = Files.createDirectories(folder.resolve("checkpoints/job/chk-" + number));
        Files.writeString(checkpoint.resolve("_metadata"), "");
        return checkpoint;
    }

    private JsonObject nextSubmitted() throws InterruptedException {
        JsonObject next = submitted.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("submitted").isNotNull();
        return next;
    }

    private void lookedFor(int times) throws InterruptedException {
        looks.clear();
        for (int i = 0; i < times; i++) {
            assertThat(looks.poll(10, TimeUnit.SECONDS)).as("a look").isNotNull();
        }
    }

    @Test
    void aJobThatIsAwayIsSubmittedAgainFromItsNewestCheckpoint() throws Exception {
        try (FlinkJob job = job()) {
            job.startAfter(CompletableFuture.completedFuture(null)).get(10, TimeUnit.SECONDS);
            assertThat(nextSubmitted().containsKey("savepointPath")).isFalse();
            Path newest = checkpoint(2);
            checkpoint(1);
            state = "";

            assertThat(nextSubmitted().getString("savepointPath"))
                    .isEqualTo(newest.toUri().toString());
        }
    }

    @Test
    void whatAJobRefusesToGoOnFromIsSaidOnceAndNotTriedAgain() throws Exception {
        try (FlinkJob job = job()) {
            job.startAfter(CompletableFuture.completedFuture(null)).get(10, TimeUnit.SECONDS);
            nextSubmitted();
            Path old = checkpoint(1);
            trace = REFUSED;
            state = "FAILED";
            nextSubmitted();
            state = "FAILED";
            lookedFor(10);

            assertThat(submitted).isEmpty();
            assertThat(said)
                    .filteredOn(line -> line.contains("doesn't go on from " + old))
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line).contains("state to go on from: of epoch 1 (expected: at least 2)"));

            checkpoint(2);
            assertThat(nextSubmitted().getString("savepointPath")).contains("chk-2");
        }
    }

    @Test
    void whatFailedOtherwiseIsTriedAgain() throws Exception {
        try (FlinkJob job = job()) {
            job.startAfter(CompletableFuture.completedFuture(null)).get(10, TimeUnit.SECONDS);
            nextSubmitted();
            trace = "java.io.IOException: no slots";
            state = "FAILED";

            nextSubmitted();
        }
    }
}
