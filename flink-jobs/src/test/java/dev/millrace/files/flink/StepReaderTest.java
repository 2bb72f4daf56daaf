package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.files.chunks.Chunk;
import dev.millrace.files.chunks.ChunkStream;
import dev.millrace.files.flink.ReadAhead.Block;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StepReaderTest {
    private static final int MIB = 1024 * 1024;
    private static final FileId UPLOAD =
            new FileId(FileIds.namespaceOf("alice"), CommandId.random().bytes());

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final OneUpload store = new OneUpload();

    /** One upload, and how much of it was read. */
    private static final class OneUpload implements ContentStore {
        private byte[] content = {};
        private int breaksOffAt = Integer.MAX_VALUE;
        private final AtomicLong readBytes = new AtomicLong();
        private final AtomicInteger open = new AtomicInteger();
        private final List<Long> begun = new CopyOnWriteArrayList<>();

        @Override
        public InputStream readUpload(FileId upload, long from, long bytes) {
            begun.add(from);
            open.incrementAndGet();
            return new ByteArrayInputStream(content, (int) from, (int) bytes) {
                @Override
                public synchronized int read(byte[] into, int offset, int length) {
                    if (pos >= breaksOffAt) {
                        return -1;
                    }
                    int read = super.read(into, offset, Math.min(length, breaksOffAt - pos));
                    readBytes.addAndGet(Math.max(0, read));
                    return read;
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }

        @Override
        public OptionalLong bytes(String key) {
            return key.equals(ContentKeys.upload(UPLOAD)) ? OptionalLong.of(content.length) : OptionalLong.empty();
        }

        @Override
        public Optional<byte[]> find(String key) {
            return Optional.empty();
        }

        @Override
        public byte[] read(String key, long from, int bytes) throws IOException {
            throw new FileNotFoundException(key);
        }

        @Override
        public void write(String key, byte[] bytes) {
            throw new UnsupportedOperationException(key);
        }

        @Override
        public void delete(String key) {
            throw new UnsupportedOperationException(key);
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }

    /** What came out of reading, put together again. */
    private static final class Came {
        private final List<Chunk> chunks = new ArrayList<>();
        private final List<byte[]> bytes = new ArrayList<>();
        private long next;

        void take(List<Chunk> more, List<byte[]> contents, long nextOffset) {
            chunks.addAll(more);
            bytes.addAll(contents);
            next = nextOffset;
        }
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static byte[] noise(int seed, int bytes) {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    private StepReader reader() {
        return new StepReader(new UploadContent(store, UPLOAD), store.content.length, threads);
    }

    private ReadAhead ahead(boolean othersWait) {
        return new ReadAhead(
                threads,
                new UploadContent(store, UPLOAD),
                0,
                store.content.length,
                2L * MIB,
                () -> othersWait,
                (offset, bytes, length) -> {});
    }

    private void isAll(Came came) {
        List<Chunk> cut = new ArrayList<>();
        ChunkStream stream = new ChunkStream(0, cut::add);
        stream.take(store.content, 0, store.content.length);
        stream.end();
        assertThat(came.chunks).isEqualTo(cut);
        for (int i = 0; i < cut.size(); i++) {
            Chunk chunk = cut.get(i);
            int from = (int) chunk.offset();
            assertThat(Arrays.equals(came.bytes.get(i), Arrays.copyOfRange(store.content, from, from + chunk.bytes())))
                    .isTrue();
        }
        assertThat(came.next).isEqualTo(store.content.length);
    }

    private String sha256() {
        return HexFormat.of().formatHex(Sha256.of(store.content).toByteArray());
    }

    @Test
    void chunksComeInOrderWithTheirBytesAndTheHashOfAll() throws Exception {
        for (int bytes : new int[] {1, 1000, MIB, MIB + 1, 5 * MIB + 77}) {
            store.content = noise(bytes, bytes);
            StepReader reader = reader();
            Came came = new Came();

            reader.read(0, () -> false, came::take);

            isAll(came);
            assertThat(reader.sha256()).isEqualTo(sha256());
            assertThat(store.open).hasValue(0);
        }
    }

    @Test
    void afterAReadThatBrokeOffNothingIsHashedTwice() throws Exception {
        store.content = noise(1, 9 * MIB);
        StepReader reader = reader();
        Came came = new Came();
        for (int at : new int[] {MIB / 2, 4 * MIB - 1, 4 * MIB, 7 * MIB + 5}) {
            store.breaksOffAt = at;
            assertThatThrownBy(() -> reader.read(came.next, () -> false, came::take))
                    .isInstanceOf(EOFException.class);
            assertThat(store.open).hasValue(0);
        }
        store.breaksOffAt = Integer.MAX_VALUE;

        reader.read(came.next, () -> false, came::take);

        isAll(came);
        assertThat(reader.sha256()).isEqualTo(sha256());
    }

    @Test
    void whoGoesOnInTheMiddleReadsWhatIsBeforeForTheHash() throws Exception {
        store.content = noise(2, 5 * MIB);
        Came came = new Came();
        reader().read(0, () -> false, came::take);
        Chunk middle = came.chunks.get(came.chunks.size() / 2);
        StepReader after = reader();
        Came rest = new Came();

        after.read(middle.offset(), () -> false, rest::take);

        assertThat(rest.chunks).isEqualTo(came.chunks.subList(came.chunks.size() / 2, came.chunks.size()));
        assertThat(after.sha256()).isEqualTo(sha256());
    }

    @Test
    void aStepEndsWhenOthersWait() throws Exception {
        store.content = noise(3, (int) StepReader.STEP_BYTES + MIB);
        StepReader reader = reader();
        Came came = new Came();

        reader.read(0, () -> true, came::take);

        assertThat(came.next).isBetween(StepReader.STEP_BYTES - MIB / 4, StepReader.STEP_BYTES);
        reader.read(came.next, () -> true, came::take);
        isAll(came);
        assertThat(reader.sha256()).isEqualTo(sha256());
    }

    @Test
    void whileNobodyTakesThemOnlySoManyBlocksAreRead() throws Exception {
        store.content = noise(4, 9 * MIB);
        try (ReadAhead ahead = ahead(false)) {
            List<Block> taken = new ArrayList<>();
            for (int i = 0; i < ReadAhead.BLOCKS; i++) {
                taken.add(ahead.take());
            }
            assertThat(store.readBytes).hasValue((long) ReadAhead.BLOCKS * ReadAhead.BLOCK_BYTES);

            ahead.giveBack(taken.get(0));

            assertThat(ahead.take().length()).isEqualTo(ReadAhead.BLOCK_BYTES);
        }
        assertThat(store.open).hasValue(0);
        assertThat(store.readBytes).hasValue((ReadAhead.BLOCKS + 1L) * ReadAhead.BLOCK_BYTES);
    }

    @Test
    void theNextStepIsBegunBeforeThisOneIsTaken() throws Exception {
        store.content = noise(5, 6 * MIB);
        try (ReadAhead ahead = ahead(false)) {
            for (int i = 0; i < 3; i++) {
                ahead.take();
            }
            assertThat(store.begun).startsWith(0L, 2L * MIB);
        }
    }

    @Test
    void withoutOthersAllIsReadAndWithThemOneStep() throws Exception {
        store.content = noise(6, 5 * MIB);
        assertThat(bytesOf(ahead(false))).isEqualTo(5L * MIB);
        assertThat(bytesOf(ahead(true))).isEqualTo(2L * MIB);
    }

    private static long bytesOf(ReadAhead reading) throws Exception {
        try (ReadAhead ahead = reading) {
            long bytes = 0;
            for (Block block = ahead.take(); block.length() > 0; block = ahead.take()) {
                bytes += block.length();
                ahead.giveBack(block);
            }
            return bytes;
        }
    }

    @Test
    void whatGoesWrongComesOutBehindTheBytesBefore() throws Exception {
        store.content = noise(7, 3 * MIB);
        store.breaksOffAt = MIB + 10;
        try (ReadAhead ahead = ahead(false)) {
            assertThat(ahead.take().length()).isEqualTo(MIB);
            assertThat(ahead.take().length()).isEqualTo(10);
            assertThatThrownBy(ahead::take).isInstanceOf(EOFException.class);
        }
        assertThat(store.open).hasValue(0);
    }

    @Test
    void anErrorComesOutToo() throws Exception {
        store.content = noise(8, MIB);
        UploadContent content = new UploadContent(store, UPLOAD);
        try (ReadAhead ahead = new ReadAhead(threads, content, 0, MIB, MIB, () -> false, (offset, bytes, length) -> {
            throw new OutOfMemoryError("seeded");
        })) {
            assertThatThrownBy(ahead::take).isInstanceOf(OutOfMemoryError.class);
        }
        assertThat(store.open).hasValue(0);
    }

    @Test
    void anUploadThatIsGoneIsSaidToBe() {
        StepReader gone = new StepReader(new UploadContent(new MemoryStore(), UPLOAD), MIB, threads);

        assertThatThrownBy(() -> gone.read(0, () -> false, (chunks, bytes, next) -> {}))
                .isInstanceOf(FileNotFoundException.class);
    }
}
