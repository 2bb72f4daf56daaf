package dev.millrace.files.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.topics.Sha256;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeafPlanTest {
    private static final int KIB = 1024;
    private static final ByteString PACK = ByteString.copyFromUtf8("pack");
    private static final ByteString OTHER_PACK = ByteString.copyFromUtf8("other pack");

    private static LeafPlan.Declared chunk(String word, int bytes) {
        return new LeafPlan.Declared(Sha256.of(word.getBytes(UTF_8)), bytes);
    }

    private static ChunkPlace place(String word, int bytes, int pack, int offset) {
        return ChunkPlace.newBuilder()
                .setSha256(Sha256.of(word.getBytes(UTF_8)))
                .setSizeBytes(bytes)
                .setPack(pack)
                .setOffset(offset)
                .setPackedBytes(bytes / 2)
                .setZstd(true)
                .build();
    }

    private static Manifest known(ChunkPlace... chunks) {
        return Manifest.newBuilder()
                .addPacks(PACK)
                .addPacks(OTHER_PACK)
                .addAllChunks(List.of(chunks))
                .build();
    }

    @Test
    void whatTheVersionBeforeHasIsTakenFromThere() {
        Manifest known = known(place("one", 100, 0, 7), place("two", 200, 1, 9));

        LeafPlan plan = LeafPlan.of(List.of(chunk("two", 200), chunk("one", 100)), List.of(known));

        assertThat(plan.bundles()).isEmpty();
        assertThat(plan.leaf().getPacksList()).containsExactly(OTHER_PACK, PACK);
        assertThat(plan.leaf().getChunksList()).containsExactly(place("two", 200, 0, 9), place("one", 100, 1, 7));
    }

    @Test
    void whatItDoesNotHaveIsSentInABundleBehindThePacks() {
        LeafPlan plan = LeafPlan.of(
                List.of(chunk("new", 30), chunk("one", 100), chunk("newer", 50)),
                List.of(known(place("one", 100, 1, 7))));

        assertThat(plan.bundles()).containsExactly(List.of(0, 2));
        assertThat(plan.leaf().getBundleBytesList()).containsExactly(80);
        assertThat(plan.leaf().getPacksList()).containsExactly(OTHER_PACK);
        assertThat(plan.leaf().getChunksList())
                .extracting(ChunkPlace::getPack, ChunkPlace::getOffset, ChunkPlace::getPackedBytes, ChunkPlace::getZstd)
                .containsExactly(tuple(1, 0, 30, false), tuple(0, 7, 50, true), tuple(1, 30, 50, false));
    }

    @Test
    void theSameHashWithAnotherSizeIsNotThere() {
        LeafPlan plan = LeafPlan.of(List.of(chunk("one", 99)), List.of(known(place("one", 100, 0, 7))));

        assertThat(plan.bundles()).containsExactly(List.of(0));
    }

    @Test
    void whatComesTwiceIsSentOnce() {
        LeafPlan plan = LeafPlan.of(List.of(chunk("new", 30), chunk("new", 30)), List.of());

        assertThat(plan.bundles()).containsExactly(List.of(0));
        assertThat(plan.leaf().getBundleBytesList()).containsExactly(30);
        assertThat(plan.leaf().getChunks(0)).isEqualTo(plan.leaf().getChunks(1));
    }

    @Test
    void aBundleHasAtMost16Mib() {
        List<LeafPlan.Declared> chunks = new ArrayList<>();
        for (int i = 0; i < 129; i++) {
            chunks.add(chunk("chunk " + i, 256 * KIB));
        }

        LeafPlan plan = LeafPlan.of(chunks, List.of());

        assertThat(plan.leaf().getBundleBytesList()).containsExactly(16 * KIB * KIB, 16 * KIB * KIB, 256 * KIB);
        assertThat(plan.bundles()).extracting(List::size).containsExactly(64, 64, 1);
        assertThat(plan.leaf().getChunks(128).getPack()).isEqualTo(2);
    }
}
