package dev.millrace.feed.streams.timeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads back what {@link TimelineSnapshot} wrote, or says why it isn't that. */
final class TimelineSnapshotReader {
    private static final int BUFFER_BYTES = 1024 * 1024;
    private static final int CHECKSUM_BYTES = Long.BYTES;

    private TimelineSnapshotReader() {}

    /** Timelines as they were saved. */
    record Restored(PartitionTimelines timelines, long offset) {}

    /** The file isn't the whole of what was once written. */
    static final class Broken extends IOException {
        Broken(Path file, String found, String expected) {
            super(file + ": " + found + " (expected: " + expected + ")");
        }
    }

    /**
     * Empty if there is none.
     *
     * @throws Broken if it can't be relied on
     */
    static Optional<Restored> read(Path directory, int readersMax) throws IOException {
        Path file = directory.resolve(TimelineSnapshot.FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        requireWhole(file);
        try (DataInputStream in = open(file)) {
            long magic = in.readLong();
            if (magic != TimelineSnapshot.MAGIC) {
                throw new Broken(file, "layout " + Long.toHexString(magic), Long.toHexString(TimelineSnapshot.MAGIC));
            }
            long offset = in.readLong();
            PartitionTimelines timelines = new PartitionTimelines(readersMax);
            Rest rest = rest(file);
            int partitions = in.readInt();
            for (int partition = 0; partition < rest.seen().size(); partition++) {
                boolean began = partition < partitions;
                long pushedUpTo = began ? in.readLong() : 0;
                long modeChange = began ? in.readLong() : 0;
                timelines.restore(
                        partition,
                        new PartitionTimelines.Came(
                                pushedUpTo, modeChange, rest.seen().get(partition)));
            }
            for (int reader = in.readInt(); reader != TimelineSnapshot.NO_MORE_READERS; reader = in.readInt()) {
                Timelines.Head head = new Timelines.Head(
                        in.readInt(), in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
                timelines.restore(reader, head, entries(in, rest.authors()));
            }
            return Optional.of(new Restored(timelines, offset));
        }
    }

    /** What is after the timelines. */
    private record Rest(List<Long> seen, List<String> authors) {}

    private static Rest rest(Path file) throws IOException {
        try (DataInputStream in = open(file)) {
            in.skipNBytes(restAt(file));
            int partitions = in.readInt();
            List<Long> seen = new ArrayList<>(partitions);
            for (int partition = 0; partition < partitions; partition++) {
                seen.add(in.readLong());
            }
            int count = in.readInt();
            List<String> authors = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                authors.add(new String(in.readNBytes(in.readInt()), UTF_8));
            }
            return new Rest(seen, authors);
        }
    }

    private static long restAt(Path file) throws IOException {
        try (DataInputStream in = open(file)) {
            in.skipNBytes(Files.size(file) - CHECKSUM_BYTES - Long.BYTES);
            return in.readLong();
        }
    }

    private static List<PartitionTimelines.Entry> entries(DataInputStream in, List<String> authors) throws IOException {
        int count = in.readInt();
        ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(count * TimelineSnapshot.ENTRY_BYTES));
        List<PartitionTimelines.Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(new PartitionTimelines.Entry(bytes.getLong(), authors.get(bytes.getInt())));
        }
        return entries;
    }

    /** Looked at before anything is made of it: a torn file could say anything. */
    private static void requireWhole(Path file) throws IOException {
        long content = Files.size(file) - CHECKSUM_BYTES;
        if (content < 0) {
            throw new Broken(file, "bytes: " + Files.size(file), "at least " + CHECKSUM_BYTES);
        }
        CRC32C checksum = new CRC32C();
        try (DataInputStream in = open(file)) {
            byte[] some = new byte[BUFFER_BYTES];
            for (long rest = content; rest > 0; ) {
                int read = in.read(some, 0, (int) Math.min(some.length, rest));
                checksum.update(some, 0, read);
                rest -= read;
            }
            long written = in.readLong();
            if (written != checksum.getValue()) {
                throw new Broken(file, "checksum " + Long.toHexString(checksum.getValue()), Long.toHexString(written));
            }
        }
    }

    private static DataInputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return new DataInputStream(new BufferedInputStream(in, BUFFER_BYTES));
    }
}
