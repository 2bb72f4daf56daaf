package dev.millrace.files.chunks;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ChunkStreamTest {
    private static final int MIB = 1024 * 1024;

    @Property(tries = 60)
    void theSameBytesAreCutAlikeWhateverTheSegments(@ForAll long seed, @ForAll @IntRange(min = 1, max = MIB) int step) {
        byte[] content = random(seed, 3 * MIB);

        assertThat(inSegmentsOf(step, content)).isEqualTo(chunks(content));
    }

    @Property(tries = 60)
    void segmentsOfAnySizesMixedAreCutAlike(@ForAll long seed) {
        Random sizes = new Random(seed);
        byte[] content = random(seed, MIB);
        List<Chunk> chunks = new ArrayList<>();
        ChunkStream stream = new ChunkStream(0, chunks::add);
        for (int from = 0; from < content.length; ) {
            int to = Math.min(content.length, from + 1 + sizes.nextInt(sizes.nextBoolean() ? 100 : 200_000));
            stream.take(content, from, to);
            from = to;
        }
        stream.end();

        assertThat(chunks).isEqualTo(chunks(content));
    }

    @Property(tries = 60)
    void workDoneInStepsFindsTheSameChunksFromWhereTheLastOneLeftOff(
            @ForAll long seed, @ForAll @IntRange(min = Cutter.CHUNK_BYTES_MAX, max = MIB) int step) {
        byte[] content = random(seed, 3 * MIB);
        List<Chunk> chunks = new ArrayList<>();
        long next = 0;
        while (next < content.length) {
            ChunkStream stream = new ChunkStream(next, chunks::add);
            int end = Math.min(content.length, (int) next + step);
            stream.take(content, (int) next, end);
            if (end == content.length) {
                stream.end();
            }
            assertThat(stream.nextOffset()).isGreaterThan(next);
            next = stream.nextOffset();
        }

        assertThat(chunks).isEqualTo(chunks(content));
    }

    @Property(tries = 60)
    void chunksKeepToTheirBoundsAndLeaveNothingOut(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 2 * MIB) int size,
            @ForAll @IntRange(max = 8) int bits) {
        byte[] content = random(seed, size);
        for (int i = 0; i < size; i++) {
            // From one value only to all of them.
            content[i] &= (byte) ((1 << bits) - 1);
        }

        List<Chunk> chunks = chunks(content);

        long offset = 0;
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            assertThat(chunk.offset()).isEqualTo(offset);
            assertThat(chunk.bytes())
                    .isBetween(i == chunks.size() - 1 ? 1 : Cutter.CHUNK_BYTES_MIN, Cutter.CHUNK_BYTES_MAX);
            assertThat(chunk.sha256()).isEqualTo(sha256(content, (int) offset, chunk.bytes()));
            offset += chunk.bytes();
        }
        assertThat(offset).isEqualTo(size);
    }

    @Property(tries = 60)
    void anEditMovesFewCuts(
            @ForAll long seed, @ForAll @IntRange(max = 4 * MIB) int at, @ForAll @IntRange(max = 5_000) int inserted) {
        byte[] before = random(seed, 4 * MIB);
        byte[] after = new byte[before.length + inserted];
        System.arraycopy(before, 0, after, 0, at);
        System.arraycopy(random(~seed, inserted), 0, after, at, inserted);
        System.arraycopy(before, at, after, at + inserted, before.length - at);

        Set<String> known = new HashSet<>();
        chunks(before).forEach(chunk -> known.add(chunk.sha256()));
        List<Chunk> changed = chunks(after).stream()
                .filter(chunk -> !known.contains(chunk.sha256()))
                .toList();

        // Until a cut of both falls together again, which most often is the very next one.
        assertThat(changed).hasSizeLessThanOrEqualTo(15);
    }

    @Test
    void sizesGatherAroundTheUsualOne() {
        List<Chunk> chunks = chunks(random(1, 64 * MIB));

        assertThat(chunks.stream().mapToInt(Chunk::bytes).average().orElseThrow())
                .isBetween(0.8 * Cutter.CHUNK_BYTES_USUAL, 1.25 * Cutter.CHUNK_BYTES_USUAL);
        assertThat(chunks.stream().filter(chunk -> chunk.bytes() == Cutter.CHUNK_BYTES_MAX))
                .hasSizeLessThan(chunks.size() / 100);
    }

    @Test
    void contentWithoutAnyVarietyIsCutAtTheLargestSize() {
        assertThat(chunks(new byte[600_000]))
                .extracting(Chunk::bytes)
                .containsExactly(Cutter.CHUNK_BYTES_MAX, Cutter.CHUNK_BYTES_MAX, 600_000 - 2 * Cutter.CHUNK_BYTES_MAX);
    }

    /**
     * Where cuts are is part of what is stored, so this test may not change. The figures are from thirty lines of Python
     * that share nothing with {@link Cutter} but its description.
     */
    @Test
    void cutsAreWhereTheyHaveAlwaysBeen() {
        assertThat(Gear.table()).startsWith(-4724757648004829750L).endsWith(775181686998976815L);
        assertThat(chunks(random(42, MIB / 2)))
                .extracting(Chunk::offset)
                .containsExactly(0L, 97_468L, 172_799L, 244_452L, 312_241L, 395_002L, 491_081L);
    }

    private static List<Chunk> chunks(byte[] content) {
        return inSegmentsOf(Math.max(1, content.length), content);
    }

    private static List<Chunk> inSegmentsOf(int step, byte[] content) {
        List<Chunk> chunks = new ArrayList<>();
        ChunkStream stream = new ChunkStream(0, chunks::add);
        for (int from = 0; from < content.length; from += step) {
            // Copied, so that nothing of an earlier segment can be looked at.
            byte[] segment = Arrays.copyOfRange(content, from, Math.min(content.length, from + step));
            stream.take(segment, 0, segment.length);
        }
        stream.end();
        return chunks;
    }

    private static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] content, int offset, int size) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(content, offset, size);
            return HexFormat.of().formatHex(digest.digest());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
