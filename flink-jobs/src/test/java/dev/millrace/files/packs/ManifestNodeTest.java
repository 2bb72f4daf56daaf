package dev.millrace.files.packs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.topics.Sha256;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestNodeTest {
    @Test
    void aLeafNamesItsChunksInOrderAndEachPackOnce() throws Exception {
        ByteString one = Sha256.of(new byte[] {1});
        ByteString two = Sha256.of(new byte[] {2});

        ManifestNode leaf = ManifestNode.leaf(List.of(chunk(one, 10, 0), chunk(two, 20, 5), chunk(one, 30, 7)));

        Manifest read = Manifest.parseFrom(leaf.bytes());
        assertThat(read.getPacksList()).containsExactly(one, two);
        assertThat(read.getChunksList()).extracting(ChunkPlace::getPack).containsExactly(0, 1, 0);
        assertThat(read.getChunksList()).extracting(ChunkPlace::getOffset).containsExactly(0, 5, 7);
        assertThat(leaf.ref())
                .isEqualTo(ManifestRef.newBuilder()
                        .setSha256(Sha256.of(leaf.bytes()))
                        .setSizeBytes(60)
                        .build());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 1023, 1024, 1025, 2048, 1024 * 1024 + 1})
    void theTreeHoldsAllLeavesInOrderAndEndsInOneRoot(int count) throws Exception {
        List<ManifestRef> leaves = IntStream.range(0, count)
                .mapToObj(i -> ManifestRef.newBuilder()
                        .setSha256(ByteString.copyFromUtf8("leaf " + i))
                        .setSizeBytes(i)
                        .build())
                .toList();

        List<ManifestNode> above = ManifestNode.above(leaves);

        Map<ByteString, Manifest> nodes = new HashMap<>();
        for (ManifestNode node : above) {
            nodes.put(node.ref().getSha256(), Manifest.parseFrom(node.bytes()));
        }
        ManifestRef root = above.get(above.size() - 1).ref();
        assertThat(below(root, nodes)).isEqualTo(leaves);
        assertThat(root.getSizeBytes()).isEqualTo((long) count * (count - 1) / 2);
        assertThat(nodes.values()).allMatch(node -> node.getNodesCount() <= ManifestNode.CHILDREN_MAX);
    }

    @Test
    void overASingleLeafThereIsNothing() {
        assertThat(ManifestNode.above(List.of(ManifestNode.leaf(List.of()).ref())))
                .isEmpty();
    }

    private static List<ManifestRef> below(ManifestRef ref, Map<ByteString, Manifest> nodes) {
        Manifest node = nodes.get(ref.getSha256());
        return node == null
                ? List.of(ref)
                : node.getNodesList().stream()
                        .flatMap(child -> below(child, nodes).stream())
                        .toList();
    }

    private static Packed chunk(ByteString pack, int bytes, int offset) {
        return new Packed(
                pack,
                ChunkPlace.newBuilder()
                        .setSha256(Sha256.of(new byte[] {(byte) bytes}))
                        .setSizeBytes(bytes)
                        .setOffset(offset)
                        .build());
    }
}
