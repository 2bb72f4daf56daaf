package dev.millrace.files.topics.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.DeclaredLeaf;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.topics.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeclaredContentTest {
    private static final FileId UPLOAD =
            new FileId(FileIds.namespaceOf("alice"), ByteString.copyFromUtf8("0123456789abcdef"));
    private static final ByteString PACK = Sha256.of("pack".getBytes(UTF_8));
    private static final int CHILDREN_MAX = 1_024;

    private final InMemory objects = new InMemory();

    private static final class InMemory implements StoredObjects {
        private final Map<String, byte[]> byKey = new HashMap<>();

        @Override
        public Optional<byte[]> find(String key) {
            return Optional.ofNullable(byKey.get(key));
        }

        @Override
        public OptionalLong bytes(String key) {
            byte[] bytes = byKey.get(key);
            return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes.length);
        }

        ManifestRef put(Manifest manifest) {
            ByteString id = Sha256.of(manifest.toByteArray());
            byKey.put(ContentKeys.manifest(id), manifest.toByteArray());
            return ManifestRef.newBuilder().setSha256(id).build();
        }
    }

    private static ChunkPlace chunk(int bytes, int pack) {
        return ChunkPlace.newBuilder().setSizeBytes(bytes).setPack(pack).build();
    }

    private ManifestRef leafOf(int bytes) {
        return objects.put(
                Manifest.newBuilder().addPacks(PACK).addChunks(chunk(bytes, 0)).build());
    }

    /** Two leaves, of 10 and of 20 bytes. */
    private void base() {
        ManifestRef root = objects.put(Manifest.newBuilder()
                .setLevel(1)
                .addNodes(leafOf(10))
                .addNodes(leafOf(20))
                .build());
        objects.byKey.put(ContentKeys.uploadBase(UPLOAD), root.toByteArray());
    }

    private void declare(int number, DeclaredLeaf leaf) {
        objects.byKey.put(ContentKeys.uploadLeaf(UPLOAD, number), leaf.toByteArray());
    }

    private DeclaredContent content() throws IOException {
        return DeclaredContent.find(objects, UPLOAD).orElseThrow();
    }

    @Test
    void withoutABaseNothingIsDeclared() throws IOException {
        declare(0, DeclaredLeaf.getDefaultInstance());

        assertThat(DeclaredContent.find(objects, UPLOAD)).isEmpty();
    }

    @Test
    void aLeafThatIsNotDeclaredIsTheVersionBeforesOfThatNumber() throws IOException {
        base();
        declare(
                0,
                DeclaredLeaf.newBuilder().addPacks(PACK).addChunks(chunk(7, 0)).build());

        DeclaredContent content = content();

        assertThat(content.bytes(27)).isEqualTo(27);
        assertThat(content.leafAt(6).number()).isZero();
        DeclaredContent.Leaf second = content.leafAt(7);
        assertThat(second.number()).isEqualTo(1);
        assertThat(second.begin()).isEqualTo(7);
        assertThat(content.pack(second, second.declared().getChunks(0))).contains(PACK);
        assertThat(content.leafAt(0).number()).isZero();
        assertThatThrownBy(() -> content.leafAt(27)).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void aLeafIsThereWhenItsBundlesAreInFull() throws IOException {
        base();
        declare(
                1,
                DeclaredLeaf.newBuilder()
                        .addPacks(PACK)
                        .addChunks(chunk(5, 0))
                        .addChunks(chunk(8, 1))
                        .addBundleBytes(8)
                        .build());
        String bundle = ContentKeys.uploadBundle(UPLOAD, 1, 0);
        DeclaredContent content = content();

        assertThat(content.bytes(23)).isEqualTo(10);
        objects.byKey.put(bundle, new byte[7]);
        assertThat(content.bytes(23)).isEqualTo(10);
        objects.byKey.put(bundle, new byte[8]);

        assertThat(content.bytes(23)).isEqualTo(23);
        DeclaredContent.Leaf leaf = content.leafAt(10);
        assertThat(content.pack(leaf, leaf.declared().getChunks(1))).isEmpty();
        assertThat(content.bundleKey(leaf, leaf.declared().getChunks(1))).isEqualTo(bundle);
    }

    @Test
    void leavesAreFoundByNumberInTreesOfEveryHeight() throws IOException {
        List<ManifestRef> below = new ArrayList<>();
        for (int number = 0; number < CHILDREN_MAX + 2; number++) {
            below.add(leafOf(number + 1));
        }
        ManifestRef full = objects.put(Manifest.newBuilder()
                .setLevel(1)
                .addAllNodes(below.subList(0, CHILDREN_MAX))
                .build());
        ManifestRef rest = objects.put(Manifest.newBuilder()
                .setLevel(1)
                .addAllNodes(below.subList(CHILDREN_MAX, CHILDREN_MAX + 2))
                .build());
        ManifestRef root = objects.put(
                Manifest.newBuilder().setLevel(2).addNodes(full).addNodes(rest).build());
        ManifestLeaves leaves = new ManifestLeaves(objects);

        for (int number : new int[] {0, 1, CHILDREN_MAX - 1, CHILDREN_MAX, CHILDREN_MAX + 1}) {
            assertThat(leaves.leaf(root, number))
                    .hasValueSatisfying(
                            leaf -> assertThat(leaf.getChunks(0).getSizeBytes()).isEqualTo(number + 1));
        }
        assertThat(leaves.leaf(root, CHILDREN_MAX + 2)).isEmpty();
        assertThat(leaves.leaf(root, 2 * CHILDREN_MAX)).isEmpty();
        assertThat(leaves.leaf(below.get(0), 0)).isPresent();
        assertThat(leaves.leaf(below.get(0), 1)).isEmpty();
    }

    @Test
    void aManifestThatIsNotWhatItIsCalledIsNone() {
        ManifestRef leaf = leafOf(1);
        objects.byKey.put(ContentKeys.manifest(leaf.getSha256()), new byte[0]);
        ManifestLeaves leaves = new ManifestLeaves(objects);

        assertThatThrownBy(() -> leaves.leaf(leaf, 0)).isInstanceOf(FileNotFoundException.class);
    }
}
