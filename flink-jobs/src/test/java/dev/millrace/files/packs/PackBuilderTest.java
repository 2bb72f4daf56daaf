package dev.millrace.files.packs;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.PackIndex;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PackBuilderTest {
    @Property(tries = 200)
    void everyChunkIsFoundByThePacksOwnIndex(@ForAll @Size(min = 1, max = 20) List<byte[]> contents) throws Exception {
        PackBuilder builder = new PackBuilder(CommandId.random());
        List<byte[]> chunks =
                contents.stream().filter(chunk -> chunk.length > 0).toList();
        chunks.forEach(chunk -> assertThat(builder.add(Sha256.of(chunk), chunk)).isTrue());

        byte[] pack = builder.build();

        List<ChunkPlace> places = index(pack);
        assertThat(places).isEqualTo(builder.places()).hasSameSizeAs(chunks);
        for (int i = 0; i < chunks.size(); i++) {
            assertThat(unpacked(pack, places.get(i))).isEqualTo(chunks.get(i));
            assertThat(places.get(i).getSha256()).isEqualTo(Sha256.of(chunks.get(i)));
        }
    }

    @Test
    void whatDoesNotGetSmallerLiesThereAsItIs() {
        PackBuilder builder = new PackBuilder(CommandId.random());
        byte[] noise = noise(1, 65_536);
        builder.add(Sha256.of(noise), noise);
        builder.add(Sha256.of(new byte[65_536]), new byte[65_536]);

        assertThat(builder.places()).extracting(ChunkPlace::getZstd).containsExactly(false, true);
    }

    @Test
    void theSameChunksInAnotherPackDontMakeTheSameObject() {
        byte[] chunk = noise(2, 1000);
        PackBuilder one = new PackBuilder(CommandId.random());
        PackBuilder other = new PackBuilder(CommandId.random());
        one.add(Sha256.of(chunk), chunk);
        other.add(Sha256.of(chunk), chunk);

        assertThat(Sha256.of(one.build())).isNotEqualTo(Sha256.of(other.build()));
    }

    @Test
    void theNextPackOfTheSameBuilderHasNothingOfTheOneBefore() throws Exception {
        PackBuilder builder = new PackBuilder(CommandId.random());
        byte[] before = noise(3, 50_000);
        builder.add(Sha256.of(before), before);
        byte[] first = builder.build();
        byte[] kept = first.clone();
        byte[] chunk = noise(4, 1000);

        builder.begin(CommandId.random());
        assertThat(builder.isEmpty()).isTrue();
        builder.add(Sha256.of(chunk), chunk);
        byte[] second = builder.build();

        assertThat(index(second))
                .singleElement()
                .satisfies(place -> assertThat(unpacked(second, place)).isEqualTo(chunk));
        assertThat(second.length).isLessThan(2000);
        assertThat(first).isEqualTo(kept);
    }

    @Test
    void aPackIsNeverLargerThanItMayBe() {
        PackBuilder builder = new PackBuilder(CommandId.random());
        int chunks = 0;
        while (builder.add(ByteString.copyFrom(noise(chunks, 32)), noise(chunks, 20_000))) {
            chunks++;
        }

        byte[] pack = builder.build();
        assertThat(pack.length)
                .isBetween(PackBuilder.PACK_BYTES_MAX - 2 * 20_100 - chunks * 80, PackBuilder.PACK_BYTES_MAX);
        assertThat(builder.places()).hasSize(chunks);
    }

    private static List<ChunkPlace> index(byte[] pack) throws Exception {
        int bytes = ByteBuffer.wrap(pack, pack.length - Integer.BYTES, Integer.BYTES)
                .getInt();
        int end = pack.length - Integer.BYTES;
        return new ArrayList<>(
                PackIndex.parseFrom(Arrays.copyOfRange(pack, end - bytes, end)).getChunksList());
    }

    private static byte[] unpacked(byte[] pack, ChunkPlace place) {
        byte[] stored = Arrays.copyOfRange(pack, place.getOffset(), place.getOffset() + place.getPackedBytes());
        return place.getZstd() ? Zstd.decompress(stored, place.getSizeBytes()) : stored;
    }

    private static byte[] noise(int seed, int bytes) {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return noise;
    }
}
