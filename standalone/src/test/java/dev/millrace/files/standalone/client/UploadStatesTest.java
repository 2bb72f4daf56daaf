package dev.millrace.files.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadStatesTest {
    private static final LocalFile FILE = new LocalFile(Path.of("/home/alice/2026.txt"), 25, 1_234_567);
    private static final UploadState STATE = UploadState.of("http://here alice", "root/2026.txt", FILE, "key", "{}")
            .begun("upload", 10, 3);

    @TempDir
    private Path folder;

    private UploadStates states() {
        return new UploadStates(folder.resolve("millrace/uploads"));
    }

    @Test
    void whatWasWrittenIsFoundByAnotherProcess() {
        states().write(STATE);
        assertThat(states().find("http://here alice", "root/2026.txt", FILE.path()))
                .contains(STATE);
    }

    @Test
    void anotherUserPlaceOrFileIsAnotherUpload() {
        states().write(STATE);
        assertThat(states().find("http://here bob", "root/2026.txt", FILE.path()))
                .isEmpty();
        assertThat(states().find("http://here alice", "root/2027.txt", FILE.path()))
                .isEmpty();
        assertThat(states().find("http://here alice", "root/2026.txt", Path.of("/home/alice/2027.txt")))
                .isEmpty();
    }

    @Test
    void nothingOfAnEndedUploadStays() throws IOException {
        states().write(STATE);
        states().write(STATE);
        states().remove(STATE);
        assertThat(files()).isEmpty();
    }

    @Test
    void onlyItsOwnerReadsIt() throws IOException {
        states().write(STATE);
        assertThat(files()).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().get(0))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsLeftOfAWriteThatWasBrokenOffIsWrittenOver() throws IOException {
        states().write(STATE);
        Path written = files().get(0);
        Files.writeString(written.resolveSibling(written.getFileName() + ".next"), "{\"half");

        states().write(STATE.begun("another", 10, 3));

        assertThat(states().find("http://here alice", "root/2026.txt", FILE.path()))
                .map(UploadState::uploadId)
                .contains("another");
        assertThat(files()).hasSize(1);
    }

    @Test
    void whatNobodyWroteIsNamed() throws IOException {
        states().write(STATE);
        Files.writeString(files().get(0), "no JSON");
        assertThatThrownBy(() -> states().find("http://here alice", "root/2026.txt", FILE.path()))
                .isInstanceOf(FilesFailure.class)
                .hasMessageContaining(files().get(0).toString());
    }

    @Test
    void aFileIsTheSameWhileItsSizeAndTimeAre() {
        assertThat(STATE.isOf(FILE)).isTrue();
        assertThat(STATE.isOf(new LocalFile(FILE.path(), 26, 1_234_567))).isFalse();
        assertThat(STATE.isOf(new LocalFile(FILE.path(), 25, 1_234_568))).isFalse();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("millrace/uploads"))) {
            return all.toList();
        }
    }
}
