package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.Product;
import dev.millrace.standalone.TestSystem;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole way of a content, by the job that runs on Flink: sent, verified, stored and fetched again. */
@Tag("full")
@Tag("own-system")
class HashingIT {
    private static TestSystem system;
    private static Downloader downloads;
    private static FilesUser alice;

    private final Sender sender = new Sender();

    @BeforeAll
    static void start() {
        system = TestSystem.start(
                1,
                1,
                options -> options.withProducts(Set.of(Product.files))
                        .withFlink(true)
                        .withDemo(false));
        downloads = new Downloader(system);
        alice = FilesUser.any(system, "alice");
    }

    @AfterAll
    static void stop() {
        downloads.close();
        system.close();
    }

    private Answer ended(Answer begun) {
        return await().until(
                        () -> alice.read(Sender.path(begun)),
                        upload -> !upload.member("status").equals("verifying"));
    }

    private void assertFetched(Answer begun, byte[] content) {
        assertThat(ended(begun).member("status")).isEqualTo("completed");
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
    void aHashThatIsALieIsFoundOut() {
        byte[] content = Sender.content(7, Sender.PART_BYTES + 1);

        Answer begun = sender.send(alice, "lie", content, Sender.sha256(new byte[0]));

        Answer upload = ended(begun);
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
