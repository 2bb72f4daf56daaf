package dev.millrace.tickets.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** People at browsers, against the running system. Runs with -Pfull; needs Node, a Chromium, and npm ci (.ci/run). */
@Tag("full")
@ExtendWith(OneSystem.class)
class BrowserIT {
    private static final Path TESTS = Path.of("src/test/browser");
    private static final long MINUTES_MAX = 10;

    private final TestSystem system;

    BrowserIT(TestSystem system) {
        this.system = system;
    }

    @Test
    void thePagesBehaveInARealBrowser() throws Exception {
        Process node = node("--test", "--test-concurrency=1");

        String said = new String(node.getInputStream().readAllBytes(), UTF_8);

        assertThat(node.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
        assertThat(node.exitValue()).as(said).isZero();
        assertThat(said).as("tests ran").containsPattern("# pass [1-9]|ℹ pass [1-9]");
    }

    @Test
    void thePagesHaveTheTypesTheySay() throws Exception {
        Process check = node("node_modules/typescript/bin/tsc", "--project", "tsconfig.pages.json");

        String said = new String(check.getInputStream().readAllBytes(), UTF_8);

        assertThat(check.waitFor()).as(said).isZero();
    }

    private Process node(String... arguments) throws Exception {
        ProcessBuilder process = new ProcessBuilder(
                        Stream.concat(Stream.of("node"), Stream.of(arguments)).toList())
                .directory(TESTS.toFile())
                .redirectErrorStream(true);
        process.environment()
                .putAll(Map.of(
                        "BASE_URL", system.address(),
                        "BUCKET_URL", system.bucketAddress(),
                        "CHROMIUM", chromium()));
        return process.start();
    }

    private static String chromium() {
        return Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin").split(":", -1))
                .flatMap(directory -> List.of("chromium", "chromium-browser", "google-chrome").stream()
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no Chromium on the PATH (expected: .ci/run has been run)"))
                .toString();
    }
}
