package dev.millrace.files.packs;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.topics.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node of the tree over a content's chunks: what is written, and what the node above calls it. The same chunks in the
 * same places make the same tree.
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record ManifestNode(ManifestRef ref, byte[] bytes) {
    /** Chunks of a leaf, and nodes below any other. */
    public static final int CHILDREN_MAX = 1024;

    /** @param chunks in the content's order; none only if the content has none */
    public static ManifestNode leaf(List<Packed> chunks) {
        Map<ByteString, Integer> packs = new LinkedHashMap<>();
        Manifest.Builder leaf = Manifest.newBuilder();
        long bytes = 0;
        for (Packed chunk : chunks) {
            int pack = packs.computeIfAbsent(chunk.pack(), first -> packs.size());
            leaf.addChunks(chunk.place().toBuilder().setPack(pack));
            bytes += chunk.place().getSizeBytes();
        }
        return of(leaf.addAllPacks(packs.keySet()).build(), bytes);
    }

    /** All nodes over these leaves, children first and the root last; none over a single one, which is the root. */
    public static List<ManifestNode> above(List<ManifestRef> leaves) {
        List<ManifestNode> all = new ArrayList<>();
        List<ManifestRef> below = leaves;
        for (int level = 1; below.size() > 1; level++) {
            List<ManifestRef> refs = new ArrayList<>();
            for (int from = 0; from < below.size(); from += CHILDREN_MAX) {
                List<ManifestRef> children = below.subList(from, Math.min(below.size(), from + CHILDREN_MAX));
                ManifestNode node = of(
                        Manifest.newBuilder()
                                .setLevel(level)
                                .addAllNodes(children)
                                .build(),
                        children.stream().mapToLong(ManifestRef::getSizeBytes).sum());
                all.add(node);
                refs.add(node.ref());
            }
            below = refs;
        }
        return all;
    }

    private static ManifestNode of(Manifest manifest, long contentBytes) {
        byte[] bytes = manifest.toByteArray();
        ManifestRef ref = ManifestRef.newBuilder()
                .setSha256(Sha256.of(bytes))
                .setSizeBytes(contentBytes)
                .build();
        return new ManifestNode(ref, bytes);
    }
}
