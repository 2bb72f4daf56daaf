package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneFlinkSystem;
import dev.millrace.standalone.TestSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What no version names goes from the bucket, and nothing else: here it is a rejected upload whose chunks nobody names.
 * {@link DevicesIT} looks at all that is in the bucket after much more.
 */
@Tag("full")
@Tag("flink-system")
@ExtendWith(OneFlinkSystem.class)
class ChunkGcIT {
    /** Two epochs, the time that packs are kept, and a slow machine's pauses between them. */
    private static final Duration COLLECTED_WITHIN = Duration.ofMinutes(4);
    /** Within a chunk, mostly; chunks of one upload lie one behind the other in any case. */
    private static final int SAMPLE_BYTES = 64;

    private final TestSystem system;
    private final FilesUser alice;
    private final Downloader downloads;
    private final Sender sender = new Sender();

    ChunkGcIT(TestSystem system) {
        this.system = system;
        this.alice = FilesUser.any(system, "alice");
        this.downloads = new Downloader(system);
    }

    @AfterEach
    void close() {
        downloads.close();
    }

    private void assertFetched(Answer begun, byte[] content) {
        String url = Downloader.url(alice, begun.member("fileId"));
        assertThat(downloads.fetch("GET", url).body()).isEqualTo(content);
    }

    /** Noise doesn't get smaller, so it lies in packs as it is. */
    private boolean isStored(byte[] noise) {
        byte[] sample = Arrays.copyOfRange(noise, noise.length / 2, noise.length / 2 + SAMPLE_BYTES);
        return system.contentOf("/packs/").stream().anyMatch(pack -> holds(pack, sample));
    }

    private static boolean holds(Path file, byte[] sample) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            // It went meanwhile.
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int at = 0; at + sample.length <= bytes.length; at++) {
            if (bytes[at] == sample[0] && Arrays.equals(bytes, at, at + sample.length, sample, 0, sample.length)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void whatNobodyNamesGoesWhileWhatItSharedWithOthersStaysAndComesBackWhenItIsSentAgain() {
        byte[] shared = Sender.content(101, 1 << 20);
        byte[] unshared = Sender.content(102, 4 << 20);
        byte[] both = joined(shared, unshared);

        Answer lie = sender.send(alice, "lie", both, Sender.sha256(new byte[0]));
        Answer kept = sender.send(alice, "kept", shared, Sender.sha256(shared));

        assertThat(Sender.ended(alice, lie).member("reason")).isEqualTo("HASH_MISMATCH");
        assertThat(isStored(unshared)).isTrue();
        assertThat(Sender.ended(alice, kept).member("status")).isEqualTo("completed");
        await().atMost(COLLECTED_WITHIN).until(() -> !isStored(unshared));
        assertThat(isStored(shared)).isTrue();
        assertFetched(kept, shared);

        Answer again = sender.send(alice, "again", both, Sender.sha256(both));

        assertThat(Sender.ended(alice, again).member("status")).isEqualTo("completed");
        assertFetched(again, both);
        // Another one that goes shows that epochs have passed since.
        byte[] other = Sender.content(103, 1 << 20);
        Answer otherLie = sender.send(alice, "other lie", other, Sender.sha256(new byte[0]));
        assertThat(Sender.ended(alice, otherLie).member("reason")).isEqualTo("HASH_MISMATCH");
        await().atMost(COLLECTED_WITHIN).until(() -> !isStored(other));
        assertFetched(again, both);
        assertFetched(kept, shared);
    }
}
