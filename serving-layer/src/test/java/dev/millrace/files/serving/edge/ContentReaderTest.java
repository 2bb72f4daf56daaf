package dev.millrace.files.serving.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ManifestRef;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentReaderTest {
    private static final int HEAP_BYTES = 1 << 20;

    private final PieceBuffers buffers = new PieceBuffers();

    private ContentReader reader(StoredContents stored) {
        return new ContentReader(stored, new ContentTree(stored, HEAP_BYTES), buffers);
    }

    /** Half of it compresses. */
    private static byte[] content(int bytes, long seed) {
        byte[] content = new byte[bytes];
        Random random = new Random(seed);
        for (int at = 0; at < bytes; at++) {
            content[at] = (byte) (at / 1000 % 2 == 0 ? random.nextInt() : at / 5000);
        }
        return content;
    }

    /** Each buffer is used again at once: none is still read by then. */
    private byte[] read(ContentReader reader, ManifestRef root, long from, long end) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (int piecesMax = 1; from + read.size() < end; piecesMax++) {
            List<Buffer> pieces = reader.pieces(root, from + read.size(), end, piecesMax);
            assertThat(pieces).hasSizeBetween(1, piecesMax);
            for (Buffer piece : pieces) {
                assertThat(piece.length()).isEqualTo((int) Math.min(PieceBuffers.BYTES, end - from - read.size()));
                read.writeBytes(piece.getBytes());
                buffers.giveBack(piece);
            }
        }
        return read.toByteArray();
    }

    @Property(tries = 300)
    void anyRangeOfAnyContentIsWhatWasStored(
            @ForAll @IntRange(min = 1, max = 40_000) int bytes,
            @ForAll @IntRange(min = 2, max = 5) int fanOut,
            @ForAll @IntRange(min = 1, max = 3_000) int chunkBytesMax,
            @ForAll @IntRange(min = 1, max = 9) int packChunks,
            @ForAll @IntRange(min = 1, max = 3) int packsAtOnce,
            @ForAll @IntRange(max = 39_999) int at,
            @ForAll @IntRange(min = 1, max = 40_000) int length,
            @ForAll long seed) {
        // Of small chunks a tree of this fan-out would be of thousands of manifests.
        int ofSize = Math.min(bytes, 400 * chunkBytesMax);
        byte[] content = content(ofSize, seed);
        StoredContents stored = new StoredContents(fanOut, chunkBytesMax, packChunks, packsAtOnce, seed);
        ManifestRef root = stored.write(content);
        int from = at % ofSize;
        int end = Math.min(ofSize, from + length);

        assertThat(read(reader(stored), root, from, end)).isEqualTo(Arrays.copyOfRange(content, from, end));
    }

    @Test
    void aContentOfSeveralPiecesIsReadWhole() {
        byte[] content = content(3 * PieceBuffers.BYTES + 77, 1);
        StoredContents stored = new StoredContents(1_024, 256 * 1024, 50, 1);
        ManifestRef root = stored.write(content);

        assertThat(read(reader(stored), root, 0, content.length)).isEqualTo(content);
    }

    @Test
    void whatWasWrittenAnewIsReadFromThere() {
        byte[] content = content(100_000, 6);
        StoredContents stored = new StoredContents(4, 2_000, 7, 6);
        ManifestRef root = stored.write(content);
        ContentReader before = reader(stored);
        assertThat(read(before, root, 0, content.length)).isEqualTo(content);

        stored.moveAllPacks();

        assertThat(read(before, root, 0, content.length)).isEqualTo(content);
        assertThat(read(reader(stored), root, 12_345, 54_321)).isEqualTo(Arrays.copyOfRange(content, 12_345, 54_321));
    }

    @Test
    void chunksThatLieTogetherAreReadAtOnce() {
        byte[] content = content(100_000, 2);
        StoredContents stored = new StoredContents(1_024, 2_000, 1_000, 2);
        ManifestRef root = stored.write(content);

        read(reader(stored), root, 0, content.length);

        assertThat(stored.packReads).isEqualTo(1);
    }

    @Test
    void chunksThatTakeTurnsInSeveralPacksAreReadAtOnceOfEach() {
        byte[] content = content(100_000, 7);
        StoredContents stored = new StoredContents(1_024, 2_000, 1_000, 3, 7);
        ManifestRef root = stored.write(content);

        assertThat(read(reader(stored), root, 0, content.length)).isEqualTo(content);

        assertThat(stored.packReads).isEqualTo(3);
    }

    @Test
    void noReadOfAPackIsLargerThanItMayBe() {
        byte[] content = content(6 * PieceBuffers.BYTES, 8);
        StoredContents stored = new StoredContents(1_024, 256 * 1024, 1_000, 8);
        ManifestRef root = stored.write(content);

        List<Buffer> pieces = reader(stored).pieces(root, 100, content.length, 6);

        assertThat(pieces).hasSize(6);
        assertThat(stored.largestPackRead).isBetween(1, 4 * PieceBuffers.BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"packs/", "manifests/"})
    void noByteIsGivenOutOfWhatWasChanged(String which) {
        StoredContents stored = new StoredContents(4, 2_000, 3, 3);
        ManifestRef root = stored.write(content(30_000, 3));
        stored.objects.forEach((key, bytes) -> {
            if (key.startsWith(which)) {
                for (int at = 0; at < bytes.length; at++) {
                    bytes[at] ^= 1;
                }
            }
        });

        assertThatThrownBy(() -> reader(stored).pieces(root, 0, 30_000, 1)).isInstanceOf(ContentDamaged.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"packs/", "manifests/"})
    void whatIsMissingIsDamage(String which) {
        StoredContents stored = new StoredContents(4, 2_000, 3, 4);
        ManifestRef root = stored.write(content(30_000, 4));
        stored.objects.keySet().removeIf(key -> key.startsWith(which));

        assertThatThrownBy(() -> reader(stored).pieces(root, 0, 30_000, 1)).isInstanceOf(ContentDamaged.class);
    }

    @Test
    void aTreeOfAnotherSizeIsNone() {
        StoredContents stored = new StoredContents(4, 2_000, 3, 5);
        ManifestRef root = stored.write(content(30_000, 5));
        ManifestRef larger = root.toBuilder().setSizeBytes(30_001).build();

        assertThatThrownBy(() -> reader(stored).pieces(larger, 0, 30_001, 1)).isInstanceOf(ContentDamaged.class);
        assertThat(ByteString.copyFrom(read(reader(stored), root, 0, 10)).size())
                .isEqualTo(10);
    }
}
