package dev.millrace.feed.benchmarks;

import dev.millrace.feed.rules.fanout.AudiencePage;
import dev.millrace.feed.streams.timeline.EvictedBlocks;
import dev.millrace.feed.streams.timeline.Timelines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompactionStyle;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One delivery: a post into one reader's timeline, as one of a page of 512 readers drawn at random. Timelines are full
 * before, so that something has to leave as well. Beside rings, what one would do with RocksDB; nothing is written to a
 * changelog, which both of these would need and rings don't.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(TimelineBenchmark.PAGE)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseSerialGC"})
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class TimelineBenchmark {
    static final int PAGE = 512;

    /** Which readers get the next post. */
    @State(Scope.Benchmark)
    public static class Pages {
        @Param({"4000", "60000"})
        int readers;

        private int[][] pages = new int[0][];
        private int next;
        private long post;

        @Setup
        public void draw() {
            Random random = new Random(7);
            pages = new int[997][];
            for (int i = 0; i < pages.length; i++) {
                pages[i] =
                        random.ints(0, readers).distinct().limit(PAGE).sorted().toArray();
            }
        }

        int[] page() {
            next = next + 1 == pages.length ? 0 : next + 1;
            return pages[next];
        }

        long post() {
            return ++post;
        }
    }

    /** Fixed-width rings in memory. */
    @State(Scope.Benchmark)
    public static class Rings {
        private Timelines timelines = new Timelines(1);

        @Setup
        public void fill(Pages pages) {
            timelines = new Timelines(pages.readers);
            int[] all = new int[pages.readers];
            for (int reader = 0; reader < pages.readers; reader++) {
                timelines.enrol(reader, 0);
                all[reader] = reader;
            }
            // Different lengths, so that they don't all have to make room at once.
            for (int i = 0; i < Timelines.ENTRIES_MAX; i++) {
                long post = pages.post();
                timelines.insert(all, Math.max(1, all.length - i * 61 % all.length), post, 1, EvictedBlocks.NOWHERE);
            }
        }
    }

    /** The same in a partition where few have come lately; pages as they are on the log. */
    @State(Scope.Benchmark)
    public static class FewTimelines {
        private static final int ONE_OF = 60;

        private final Timelines timelines = new Timelines(1_000);
        private final int[] readers = new int[PAGE];
        private byte[][] sent = new byte[0][];
        private int next;

        @Setup
        public void enrol(Pages pages) {
            for (int reader = 0; reader < pages.readers; reader += ONE_OF) {
                timelines.enrol(reader, 0);
            }
            sent = new byte[pages.pages.length][];
            for (int i = 0; i < sent.length; i++) {
                sent[i] = encoded(pages.pages[i]);
            }
        }

        private static byte[] encoded(int[] readers) {
            ByteArrayOutputStream page = new ByteArrayOutputStream();
            int before = 0;
            for (int reader : readers) {
                int distance = reader - before;
                before = reader;
                for (; distance > 0x7f; distance >>>= 7) {
                    page.write(distance | 0x80);
                }
                page.write(distance);
            }
            return page.toByteArray();
        }

        int insert(long post) {
            next = next + 1 == sent.length ? 0 : next + 1;
            int count = AudiencePage.decode(sent[next], readers);
            return timelines.insert(readers, count, post, 1, EvictedBlocks.NOWHERE);
        }
    }

    /** A RocksDB as Kafka Streams opens one: no log of its own, universal compaction. */
    public abstract static class Rocks {
        private final Path directory = directory();
        private final Options options = new Options()
                .setCreateIfMissing(true)
                .setCompactionStyle(CompactionStyle.UNIVERSAL)
                .setWriteBufferSize(16 * 1024 * 1024)
                .setMaxWriteBufferNumber(3)
                .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(new LRUCache(128 * 1024 * 1024)));
        final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);

        @Nullable RocksDB db;

        RocksDB open() throws RocksDBException {
            RocksDB opened = db;
            if (opened == null) {
                opened = RocksDB.open(options, directory.toString());
                db = opened;
            }
            return opened;
        }

        void delete() throws IOException {
            if (db != null) {
                db.close();
            }
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }

        private static Path directory() {
            try {
                return Files.createTempDirectory("timeline-benchmark");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** A key per entry: reader, then the post from new to old. */
    @State(Scope.Benchmark)
    public static class CompositeKeys extends Rocks {
        @TearDown
        public void end() throws IOException {
            delete();
        }
    }

    /** A value per reader: the whole ring, read, changed and written. */
    @State(Scope.Benchmark)
    public static class RingValues extends Rocks {
        static final int ENTRY = Long.BYTES + Integer.BYTES;

        @Setup
        public void fill(Pages pages) throws RocksDBException {
            byte[] full = new byte[Timelines.ENTRIES_MAX * ENTRY];
            new Random(3).nextBytes(full);
            for (int reader = 0; reader < pages.readers; reader++) {
                open().put(unlogged, key(reader), full);
            }
        }

        @TearDown
        public void end() throws IOException {
            delete();
        }

        static byte[] key(int reader) {
            return ByteBuffer.allocate(Integer.BYTES).putInt(reader).array();
        }
    }

    @Benchmark
    public int rings(Pages pages, Rings rings) {
        return rings.timelines.insert(pages.page(), PAGE, pages.post(), 1, EvictedBlocks.NOWHERE);
    }

    /** A page of readers of whom one in sixty has a timeline: what it costs that the others are in it. */
    @Benchmark
    public int passedOver(Pages pages, FewTimelines few) {
        return few.insert(pages.post());
    }

    @Benchmark
    public void compositeKeys(Pages pages, CompositeKeys keys) throws RocksDBException {
        long post = pages.post();
        byte[] author = {0, 0, 0, 1};
        try (WriteBatch batch = new WriteBatch()) {
            for (int reader : pages.page()) {
                batch.put(
                        ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                                .putInt(reader)
                                .putLong(~post)
                                .array(),
                        author);
            }
            keys.open().write(keys.unlogged, batch);
        }
    }

    @Benchmark
    public void ringValues(Pages pages, RingValues values) throws RocksDBException {
        long post = pages.post();
        for (int reader : pages.page()) {
            byte[] key = RingValues.key(reader);
            byte[] ring = values.open().get(key);
            byte[] moved = Arrays.copyOfRange(ring, RingValues.ENTRY, ring.length + RingValues.ENTRY);
            ByteBuffer.wrap(moved, ring.length - RingValues.ENTRY, RingValues.ENTRY)
                    .putLong(post)
                    .putInt(1);
            values.open().put(values.unlogged, key, moved);
        }
    }
}
