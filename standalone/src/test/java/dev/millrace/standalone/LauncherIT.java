package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.cli.Millrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as people start it: a process of its own, with commands beside it. */
@Tag("own-system")
class LauncherIT {
    /** The first start on a machine fetches DynamoDB Local besides. */
    private static final Duration START_WITHIN = Duration.ofMinutes(8);
    /** While nobody decides, requests are soon told so. */
    private static final List<String> IMPATIENT =
            List.of("--set", "ingest.ingest.wait.limit=PT1S", "--set", "ingest.ingest.deliver.within=PT0.5S");

    private static final Pattern READY = Pattern.compile(" ready in ");
    private static final int CHILDREN_OF_TICKETS = 6;

    private final Ports ports = TestPorts.free(1, 1);

    @TempDir
    private Path folder;

    private @Nullable Process launcher;
    /** What the launcher that was started last has said. */
    private Path output = Path.of("");

    @AfterEach
    void stopWhatIsLeft() throws Exception {
        if (launcher != null && launcher.isAlive()) {
            launcher.destroy();
            launcher.waitFor(90, TimeUnit.SECONDS);
        }
    }

    @Test
    void aKilledLauncherLeavesNoOrphansAndTheNextStartFindsAllData() throws Exception {
        Process first = begin("tickets", IMPATIENT);
        whenAllAreReady(first);
        stopDecidingUntilSomethingIsUndecided(first);
        awaitUp(first);
        List<ProcessHandle> children = first.descendants().toList();
        assertThat(undecidedDefinitions())
                .as("definitions of the demo answered 202")
                .isPositive();
        Answer held = decided(UUID.randomUUID().toString(), List.of(ticket()));
        String trace = run(0, "trace", held.member("bookingId"));
        assertThat(run(1, "up", "--port", Integer.toString(ports.gateway()))).contains("already running");

        first.destroyForcibly().waitFor();

        assertThat(held.status()).as(held.toString()).isEqualTo(201);
        assertThat(trace).contains("tickets.seat-commands", "tickets.seat-facts", "millrace.replies");
        assertThat(children).hasSizeGreaterThanOrEqualTo(6);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
        assertThat(run(3, "status")).contains("Nothing runs here");

        Process second = up(List.of());
        List<ProcessHandle> childrenOfSecond = second.descendants().toList();
        Answer found = api().get("/bookings/" + held.member("bookingId"));
        String status = run(0, "status");
        String plan = run(0, "topics", "plan");
        String deadLetters = run(0, "dead-letters");
        String down = run(0, "down");

        assertThat(found.status()).isEqualTo(200);
        assertThat(found.texts("tickets")).hasSameSizeAs(held.texts("tickets"));
        assertThat(status)
                .contains("kafka", "postgres", "ingest", "streams-0", "serving", "outbound")
                .doesNotContain("cassandra", "dynamodb", "redis");
        assertThat(plan).contains("as wanted").doesNotContain("create ", "change ");
        assertThat(deadLetters).contains("No dead letters");
        assertThat(down).contains("Stopped");
        assertThat(second.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(childrenOfSecond).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void theFeedBringsItsStoresButThoseThatAreElsewhere() throws Exception {
        Process first = up("feed", List.of());
        String status = run(0, "status");
        String postId =
                api().get("/feed").json().path("items").path(0).path("postId").asText();
        List<ProcessHandle> children = first.descendants().toList();
        first.destroyForcibly().waitFor();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));

        up(
                "feed",
                List.of(
                        "--set", "serving.redis.address=127.0.0.1:1",
                        "--set", "outbound.cassandra.contact.points=127.0.0.1:1",
                        "--set", "serving.dynamodb.region="));
        String elsewhere = run(0, "status");
        Answer post = api().get("/posts/" + postId);
        Answer feed = api().get("/feed");

        assertThat(status).contains("cassandra", "dynamodb", "redis");
        assertThat(elsewhere).doesNotContain("cassandra", "dynamodb", "redis");
        assertThat(post.status()).as("%s", post).isEqualTo(200);
        assertThat(feed.json().path("items")).isNotEmpty();
        run(0, "down");
    }

    private Process up(List<String> more) throws IOException {
        return up("tickets", more);
    }

    private Process up(String product, List<String> more) throws IOException {
        Process process = begin(product, more);
        awaitUp(process);
        return process;
    }

    private Process begin(String product, List<String> more) throws IOException {
        output = folder.resolve("up-" + UUID.randomUUID() + ".txt");
        List<String> command = command("up", product, "--port", Integer.toString(ports.gateway()));
        command.addAll(more);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        launcher = process;
        return process;
    }

    private void awaitUp(Process process) {
        await().atMost(START_WITHIN).until(() -> said(process).contains("Stop with Ctrl-C"));
    }

    /** The demo is put in next. */
    private void whenAllAreReady(Process process) {
        await().atMost(START_WITHIN)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> READY.matcher(said(process)).results().count() == CHILDREN_OF_TICKETS);
    }

    private String said(Process process) throws IOException {
        String said = Files.readString(output);
        assertThat(process.isAlive()).as(said).isTrue();
        return said;
    }

    /** As a machine that is busy with other things does it. */
    private void stopDecidingUntilSomethingIsUndecided(Process process) throws Exception {
        ProcessHandle streams = process.descendants()
                .filter(child -> child.info().commandLine().orElse("").contains("StreamsTopologies"))
                .findFirst()
                .orElseThrow();
        signal("STOP", streams);
        try {
            await().atMost(Duration.ofMinutes(2)).until(() -> undecidedDefinitions() > 0);
        } finally {
            signal("CONT", streams);
        }
    }

    private static void signal(String signal, ProcessHandle process) throws Exception {
        ProcessBuilder kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()));
        assertThat(kill.start().waitFor()).isZero();
    }

    /** What a command said, after it ended with this exit code. */
    private String run(int exitCode, String... arguments) throws Exception {
        Process process =
                new ProcessBuilder(command(arguments)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(exitCode);
        return said;
    }

    private List<String> command(String... arguments) {
        Programs programs = Programs.here();
        List<String> command = new ArrayList<>(List.of(
                Programs.java(),
                "-Dmillrace.home=" + programs.root(),
                "-cp",
                programs.classPathOf("standalone"),
                Millrace.class.getName(),
                "--data",
                dataRoot().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private Path dataRoot() {
        return folder.resolve("data");
    }

    private Api api() {
        String token =
                LocalIssuer.in(new DataFolder(dataRoot()), Clock.systemUTC()).token("alice", false);
        return new Api("http://127.0.0.1:" + ports.gateway(), token);
    }

    /** How many definitions ingest has answered before they were decided. */
    private long undecidedDefinitions() {
        Answer metrics = new Api("http://127.0.0.1:" + ports.ingests().get(0), null).get("/metrics");
        return metrics.text()
                .lines()
                .filter(line -> line.startsWith("http_requests_seconds_count")
                        && line.contains("method=\"PUT\"")
                        && line.contains("status=\"202\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** A claim's answer, asked for again while it isn't decided. */
    private Answer decided(String key, List<String> tickets) {
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> api().hold("the-wheelwright-bath", key, tickets),
                        answer -> answer.status() != 202 && answer.status() != 503);
    }

    /** The first free seat of the demo's playhouse. */
    private String ticket() {
        Answer event = api().get("/events/the-wheelwright-bath");
        Optional<String> free = event.json()
                .path("tickets")
                .valueStream()
                .filter(t -> t.path("status").asText().equals("AVAILABLE"))
                .map(t -> t.path("ticketId").asText())
                .findFirst();
        return free.orElseThrow(() -> new AssertionError(event.toString()));
    }
}
