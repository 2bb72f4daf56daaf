package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneFlinkSystem;
import dev.millrace.standalone.TestSystem;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole way of a content, by the job that runs on Flink: sent, verified, stored and fetched again. */
@Tag("full")
@Tag("flink-system")
@ExtendWith(OneFlinkSystem.class)
class HashingIT {
    private static final int CHUNK_BYTES_MAX = 256 * 1024;

    private final TestSystem system;
    private final Downloader downloads;
    private final FilesUser alice;
    private final Sender sender = new Sender();

    HashingIT(TestSystem system) {
        this.system = system;
        this.downloads = new Downloader(system);
        this.alice = FilesUser.any(system, "alice");
    }

    @AfterEach
    void close() {
        downloads.close();
    }

    private void assertFetched(Answer begun, byte[] content) {
        assertThat(Sender.ended(alice, begun).member("status")).isEqualTo("completed");
        String url = Downloader.url(alice, begun.member("fileId"));
        assertThat(downloads.fetch("GET", url).body()).isEqualTo(content);
    }

    @Test
    void whatWasSentIsWhatIsFetched() {
        for (int size : List.of(0, 1, 100_000, 2 * Sender.PART_BYTES + 5)) {
            byte[] content = Sender.content(size, size);

            Answer begun = sender.send(alice, size + " bytes", content, Sender.sha256(content));

            assertFetched(begun, content);
            await().untilAsserted(() ->
                    assertThat(system.contentOf(begun.member("uploadId"))).isEmpty());
        }
    }

    @Test
    void whatOnesOwnVersionsHaveInCommonIsSavedAndWhatOthersHaveIsNot() {
        byte[] content = Sender.content(11, 4 << 20);
        byte[] edited = content.clone();
        edited[edited.length - 1]++;
        FilesUser bob = FilesUser.any(system, "bob");

        Answer first = sender.send(alice, "plan", content, Sender.sha256(content));
        assertThat(Sender.ended(alice, first).member("status")).isEqualTo("completed");
        await().until(() -> savedBytes(alice), saved -> saved == 0);
        Answer bobs = sender.send(bob, "plan", content, Sender.sha256(content));
        assertThat(Sender.ended(bob, bobs).member("status")).isEqualTo("completed");
        Answer second = alice.edit(first.member("fileId"), 1, edited.length);
        sender.complete(alice, second, edited);
        assertThat(Sender.ended(alice, second).member("status")).isEqualTo("completed");

        // All but the chunk at the end, where they differ.
        await().until(() -> savedBytes(alice), saved -> saved > content.length - CHUNK_BYTES_MAX);
        assertThat(savedBytes(alice)).isLessThan(content.length);
        await().until(() -> savedBytes(bob), saved -> saved == 0);
    }

    /** -1: it isn't told. */
    private static long savedBytes(FilesUser user) {
        return user.read("/usage").json().path("dedupSavedBytes").asLong(-1);
    }

    @Test
    void aHashThatIsALieIsFoundOut() {
        byte[] content = Sender.content(7, Sender.PART_BYTES + 1);

        Answer begun = sender.send(alice, "lie", content, Sender.sha256(new byte[0]));

        Answer upload = Sender.ended(alice, begun);
        assertThat(upload.member("status")).isEqualTo("rejected");
        assertThat(upload.member("reason")).isEqualTo("HASH_MISMATCH");
    }

    @Test
    void whatIsBeingVerifiedWhenTheTaskManagerIsKilledIsVerifiedAllTheSame() {
        byte[] content = Sender.content(9, 4 * Sender.PART_BYTES + 5);
        Answer begun = sender.send(alice, "killed", content, Sender.sha256(content));

        system.kill("flink-tm");

        assertFetched(begun, content);
    }
}
