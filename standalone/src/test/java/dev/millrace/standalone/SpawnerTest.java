package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SpawnerTest {
    private static final Path SESSION = Path.of("/proc/self/autogroup");

    @Test
    void what_nobody_waits_for_is_nice_and_so_is_its_session() throws Exception {
        assumeThat(Machine.has("nice")).isTrue();

        assertThat(saidBy(Spawner.behind(List.of("nice")))).isEqualTo("5");
        if (Files.exists(SESSION) && Machine.has("setsid")) {
            assertThat(saidBy(Spawner.behind(List.of("cat", SESSION.toString()))))
                    .endsWith(" nice 5");
            assertThat(saidBy(Spawner.apart(List.of("cat", SESSION.toString()))))
                    .endsWith(" nice 0");
        }
    }

    @Test
    void arguments_come_through_as_they_are() throws Exception {
        assertThat(saidBy(Spawner.behind(List.of("printf", "%s|", "a b", "$HOME", "", "'"))))
                .isEqualTo("a b|$HOME||'|");
    }

    private static String saidBy(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
        return said.strip();
    }
}
