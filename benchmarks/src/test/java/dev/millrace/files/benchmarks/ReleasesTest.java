package dev.millrace.files.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasesTest {
    @TempDir
    private Path folder;

    @Test
    void numbersInNamesCountAsNumbers() throws IOException {
        for (String name : List.of("mill-1.10", "mill-1.9", "mill-1.9.1")) {
            Files.writeString(folder.resolve(name), name);
        }

        Releases releases = Releases.in(folder);

        assertThat(releases.inOrder().stream().map(Releases.Release::path).toList())
                .containsExactly(folder.resolve("mill-1.9"), folder.resolve("mill-1.9.1"), folder.resolve("mill-1.10"));
    }

    @Test
    void aFolderIsAllThatIsInItAndHasSomethingInIt() throws IOException {
        Path inside = Files.createDirectories(folder.resolve("1/src"));
        Files.writeString(inside.resolve("wheel"), "turns");
        Files.writeString(inside.resolve("race"), "");
        Files.writeString(folder.resolve("1/README"), "stone");

        Releases releases = Releases.in(folder);

        assertThat(releases.count()).isEqualTo(1);
        assertThat(releases.bytes()).isEqualTo(10);
        assertThat(releases.inOrder().get(0).files())
                .containsExactly(folder.resolve("1/README"), folder.resolve("1/src/wheel"));
    }

    @Test
    void anEmptyFolderIsRefused() {
        assertThatThrownBy(() -> Releases.in(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected: a file or a folder for each release");
    }
}
