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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as people start it: a process of its own, with commands beside it. */
class LauncherIT {
    private static final Duration START_WITHIN = Duration.ofMinutes(2);

    private final Ports ports = TestPorts.free(1, 1);

    @TempDir
    private Path folder;

    private @Nullable Process launcher;

    @AfterEach
    void stopWhatIsLeft() throws Exception {
        if (launcher != null && launcher.isAlive()) {
            launcher.destroy();
            launcher.waitFor(90, TimeUnit.SECONDS);
        }
    }

    @Test
    void aKilledLauncherLeavesNoOrphansAndTheNextStartFindsAllData() throws Exception {
        Process first = up();
        List<ProcessHandle> children = first.descendants().toList();
        Answer held = api().hold("the-wheelwright-bath", UUID.randomUUID().toString(), List.of(ticket()));
        String trace = run(0, "trace", held.member("bookingId"));
        assertThat(run(1, "up", "--port", Integer.toString(ports.gateway()))).contains("already running");

        first.destroyForcibly().waitFor();

        assertThat(held.status()).as(held.toString()).isEqualTo(201);
        assertThat(trace).contains("tickets.seat-commands", "tickets.seat-facts", "millrace.replies");
        assertThat(children).hasSizeGreaterThanOrEqualTo(6);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
        assertThat(run(3, "status")).contains("Nothing runs here");

        Process second = up();
        List<ProcessHandle> childrenOfSecond = second.descendants().toList();
        Answer found = api().get("/bookings/" + held.member("bookingId"));
        String status = run(0, "status");
        String plan = run(0, "topics", "plan");
        String deadLetters = run(0, "dead-letters");
        String down = run(0, "down");

        assertThat(found.status()).isEqualTo(200);
        assertThat(found.texts("tickets")).hasSameSizeAs(held.texts("tickets"));
        assertThat(status).contains("kafka", "postgres", "ingest", "streams-0", "serving", "outbound");
        assertThat(plan).contains("as wanted").doesNotContain("create ", "change ");
        assertThat(deadLetters).contains("No dead letters");
        assertThat(down).contains("Stopped");
        assertThat(second.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(childrenOfSecond).noneMatch(ProcessHandle::isAlive);
    }

    private Process up() throws IOException {
        Path output = folder.resolve("up-" + UUID.randomUUID() + ".txt");
        Process process = new ProcessBuilder(command("up", "tickets", "--port", Integer.toString(ports.gateway())))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        launcher = process;
        await().atMost(START_WITHIN).until(() -> {
            String said = Files.readString(output);
            assertThat(process.isAlive()).as(said).isTrue();
            return said.contains("Stop with Ctrl-C");
        });
        return process;
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
                "-Dmillrace.data=" + dataRoot(),
                "-cp",
                programs.classPathOf("standalone"),
                Millrace.class.getName()));
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
