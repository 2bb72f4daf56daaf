package dev.millrace.feed.streams.timeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A partition's timelines in one file, with the offset of the newest page record that is in. The file is whole or it
 * isn't there: it is written beside, forced to disk and renamed, and ends with a checksum over all of it.
 *
 * <p>Posts go on being pushed while it is written, so some timelines may have more than the offset says. What comes
 * after the offset is read again from the log, and changes nothing where it is in already.
 *
 * <p>Layout, big-endian: magic, offset; how many partitions of authors, and what has come from each; per reader, from
 * the least to the most recently active, the ordinal, the fixed part, the number of entries and these; -1; how many
 * partitions of authors, and what was seen of each; how many authors, and each one's id; where in the file what follows
 * the -1 begins; the checksum.
 */
final class TimelineSnapshot {
    static final String FILE = "timelines";
    static final long MAGIC = 0x4d52_544c_0000_0003L;
    static final int NO_MORE_READERS = -1;
    static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES;

    private static final String UNFINISHED = FILE + ".tmp";
    private static final int READERS_AT_ONCE = 64;
    private static final int HEAD_BYTES = 3 * Integer.BYTES + 5 * Long.BYTES;
    private static final int BUFFER_BYTES = READERS_AT_ONCE * (HEAD_BYTES + Timelines.ENTRIES_MAX * ENTRY_BYTES);

    private final PartitionTimelines timelines;
    private final List<PartitionTimelines.Came> came;
    private final FileChannel file;
    private final CRC32C checksum = new CRC32C();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    private TimelineSnapshot(PartitionTimelines timelines, FileChannel file) {
        this.timelines = timelines;
        // Before the timelines: what is said to have come is in them then.
        this.came = timelines.came();
        this.file = file;
    }

    /** @param offset the newest page record that is in the timelines for sure */
    static void write(Path directory, PartitionTimelines timelines, long offset) throws IOException {
        Path unfinished = directory.resolve(UNFINISHED);
        try (FileChannel file = FileChannel.open(unfinished, CREATE, WRITE, TRUNCATE_EXISTING)) {
            new TimelineSnapshot(timelines, file).write(offset);
            file.force(true);
        }
        Files.move(unfinished, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        // A rename is only on disk when the directory is.
        try (FileChannel opened = FileChannel.open(directory, READ)) {
            opened.force(true);
        }
    }

    static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(FILE));
        Files.deleteIfExists(directory.resolve(UNFINISHED));
    }

    private void write(long offset) throws IOException {
        buffer.putLong(MAGIC).putLong(offset).putInt(came.size());
        came.forEach(from -> buffer.putLong(from.pushedUpTo()).putLong(from.modeChange()));
        Saving saving = new Saving();
        int[] readers = timelines.byActivity();
        for (int from = 0; from < readers.length; from += READERS_AT_ONCE) {
            drain();
            timelines.visit(readers, from, Math.min(readers.length, from + READERS_AT_ONCE), saving);
            saving.finish();
        }
        drain();
        buffer.putInt(NO_MORE_READERS);
        drain();
        long restAt = file.position();
        writeRest();
        buffer.putLong(restAt);
        drain();
        buffer.putLong(checksum.getValue());
        drain();
    }

    /** After the timelines: nobody is in them who isn't among these, and nothing came before they began that isn't seen. */
    private void writeRest() throws IOException {
        List<PartitionTimelines.Came> seen = timelines.came();
        buffer.putInt(seen.size());
        seen.forEach(from -> buffer.putLong(from.seen()));
        List<String> authors = timelines.authors();
        buffer.putInt(authors.size());
        for (String author : authors) {
            byte[] id = author.getBytes(UTF_8);
            drainUnless(Integer.BYTES + id.length);
            buffer.putInt(id.length).put(id);
        }
        drain();
    }

    private void drainUnless(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            drain();
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        checksum.update(buffer.duplicate());
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        buffer.clear();
    }

    /** Copies timelines into the buffer. Nothing in here may block: nobody can push meanwhile. */
    private final class Saving implements Timelines.Visitor {
        private int countAt = -1;
        private int count;

        @Override
        public void timeline(int reader, Timelines.Head head) {
            finish();
            buffer.putInt(reader)
                    .putInt(head.enrolment())
                    .putLong(head.complete())
                    .putLong(head.bookVersion())
                    .putLong(head.endedOffset())
                    .putLong(head.left())
                    .putLong(head.chain());
            countAt = buffer.position();
            buffer.putInt(0);
        }

        @Override
        public void entry(long postId, int author) {
            buffer.putLong(postId).putInt(author);
            count++;
        }

        void finish() {
            if (countAt >= 0) {
                buffer.putInt(countAt, count);
            }
            countAt = -1;
            count = 0;
        }
    }
}
