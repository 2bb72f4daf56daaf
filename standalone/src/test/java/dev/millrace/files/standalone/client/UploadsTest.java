package dev.millrace.files.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.AnsweringServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadsTest {
    private static final String ENDED =
            "{\"fileId\": \"file\", \"status\": \"rejected\", \"reason\": \"HASH_MISMATCH\"}";

    private static final TransferProgress NOTHING_GOES_BY = new TransferProgress() {
        @Override
        public Bar begin(String what, long bytes) {
            throw new AssertionError(what);
        }

        @Override
        public void say(String line) {
            throw new AssertionError(line);
        }
    };

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private AnsweringServer server;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = new AnsweringServer(request -> {
            asked.add(request.getRequestMethod() + " " + request.getRequestURI());
            return ENDED;
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anUploadThatHasEndedIsAskedForOnce() throws IOException {
        FilesApi api = new FilesApi(URI.create("http://" + server.address()), () -> "token");
        UploadStates states = new UploadStates(folder.resolve("states"));
        Path file = Files.writeString(folder.resolve("2026.txt"), "Dear all");
        Tree.Place place = new Tree.Place(Entry.ROOT, "2026.txt", Optional.empty());
        states.write(UploadState.of(api.address() + " alice", place.text(), LocalFile.of(file), "key", "{}")
                .begun("upload", 8, 1));
        Uploads uploads = new Uploads(api, "alice", states, NOTHING_GOES_BY, 1, true);

        PutOutcome outcome = uploads.put(file, place);

        assertThat(outcome.kind()).isEqualTo(PutOutcome.Kind.REJECTED);
        assertThat(asked).containsExactly("GET /uploads/upload");
    }
}
