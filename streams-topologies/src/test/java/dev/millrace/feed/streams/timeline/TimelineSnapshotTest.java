package dev.millrace.feed.streams.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.feed.streams.timeline.TimelineSnapshotReader.Broken;
import dev.millrace.feed.streams.timeline.TimelineSnapshotReader.Restored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineSnapshotTest {
    private static final int READERS_MAX = 1_000;

    @TempDir
    Path directory = Path.of("");

    @Test
    void withoutASnapshotThereIsNothingToReadBack() throws IOException {
        assertThat(TimelineSnapshotReader.read(directory, READERS_MAX)).isEmpty();
    }

    @Test
    void whatWasWrittenIsReadBack() throws IOException {
        PartitionTimelines before = some(500);

        TimelineSnapshot.write(directory, before, 4711);

        Restored after = TimelineSnapshotReader.read(directory, READERS_MAX).orElseThrow();
        assertThat(after.offset()).isEqualTo(4711);
        assertSame(after.timelines(), before);
        assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void theNewestReplacesTheOneBefore() throws IOException {
        PartitionTimelines timelines = some(10);
        TimelineSnapshot.write(directory, timelines, 1);
        timelines.push("new", 1_000_000, new int[] {3}, 1, left -> {});

        TimelineSnapshot.write(directory, timelines, 2);

        Restored after = TimelineSnapshotReader.read(directory, READERS_MAX).orElseThrow();
        assertThat(after.offset()).isEqualTo(2);
        assertSame(after.timelines(), timelines);
    }

    @Test
    void authorsWhomNobodyNeedsAnyMoreAreForgotten() throws IOException {
        PartitionTimelines timelines = some(10);
        timelines.enrol(900, 0);
        timelines.push("short-lived", 1_000_000, new int[] {900}, 1, left -> {});
        timelines.drop(900);
        TimelineSnapshot.write(directory, timelines, 1);

        Restored after = TimelineSnapshotReader.read(directory, READERS_MAX).orElseThrow();

        assertThat(timelines.authors()).contains("short-lived");
        assertThat(after.timelines().authors()).doesNotContain("short-lived");
    }

    @Test
    void aSnapshotWithAnyByteChangedIsRefused() throws IOException {
        TimelineSnapshot.write(directory, some(3), 4711);
        Path file = directory.resolve(TimelineSnapshot.FILE);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += 1 + whole.length / 97) {
            byte[] broken = whole.clone();
            broken[at] ^= 0x40;
            Files.write(file, broken);

            assertThatThrownBy(() -> TimelineSnapshotReader.read(directory, READERS_MAX))
                    .as("byte " + at)
                    .isInstanceOf(Broken.class);
        }
    }

    @Test
    void aTornSnapshotIsRefused() throws IOException {
        TimelineSnapshot.write(directory, some(3), 4711);
        Path file = directory.resolve(TimelineSnapshot.FILE);
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 7, 8, 100, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> TimelineSnapshotReader.read(directory, READERS_MAX))
                    .as(length + " bytes")
                    .isInstanceOf(Broken.class);
        }
    }

    /** Posts go on while it is written; those after its offset are pushed once more when it is read back. */
    @Test
    void aSnapshotWrittenWhilePostsGoOnIsMadeWholeByTheLog() throws Exception {
        PartitionTimelines timelines = some(500);
        int[] everybody = readers(500);
        AtomicBoolean written = new AtomicBoolean();
        Thread posts = new Thread(() -> {
            for (long post = 2_000_000; !written.get() && post < 2_000_600; post++) {
                timelines.push("busy-" + post % 7, post, everybody, everybody.length, left -> {});
            }
        });
        posts.start();
        TimelineSnapshot.write(directory, timelines, 4711);
        written.set(true);
        posts.join();

        PartitionTimelines restored = TimelineSnapshotReader.read(directory, READERS_MAX)
                .orElseThrow()
                .timelines();
        List<PartitionTimelines.Entry> came = newest(timelines, 0).entries().stream()
                .filter(entry -> entry.postId() >= 2_000_000)
                .toList();
        for (int i = came.size() - 1; i >= 0; i--) {
            restored.push(came.get(i).authorId(), came.get(i).postId(), everybody, everybody.length, left -> {});
        }

        assertSame(restored, timelines);
    }

    private static PartitionTimelines some(int readers) {
        Random random = new Random(42);
        PartitionTimelines timelines = new PartitionTimelines(READERS_MAX);
        for (int reader : readers(readers)) {
            timelines.enrol(reader, 1 + reader);
            timelines.rebuild(reader, 1 + reader, List.of(), 2 + reader, reader, left -> {});
            timelines.pushingEnded(reader, 3 + reader);
        }
        for (int post = 1; post < 1_200; post++) {
            int[] some = random.ints(random.nextInt(40), 0, readers).toArray();
            timelines.push("author-" + random.nextInt(100), 1_000 + post, some, some.length, left -> {});
        }
        int[] first = {0};
        for (int post = 0; post < 900; post++) {
            timelines.push("chatty", 3_000 + post, first, 1, left -> {});
        }
        timelines.pushedUpTo(3, 1_500, 700);
        return timelines;
    }

    private static int[] readers(int count) {
        return java.util.stream.IntStream.range(0, count).toArray();
    }

    private static void assertSame(PartitionTimelines actual, PartitionTimelines expected) {
        assertThat(actual.byActivity()).isEqualTo(expected.byActivity());
        assertThat(actual.came()).isEqualTo(expected.came());
        for (int reader : expected.byActivity()) {
            assertThat(newest(actual, reader)).isEqualTo(newest(expected, reader));
        }
    }

    private static PartitionTimelines.Page newest(PartitionTimelines timelines, int reader) {
        return timelines.before(reader, Long.MAX_VALUE, Integer.MAX_VALUE).orElseThrow();
    }
}
