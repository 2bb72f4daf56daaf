package dev.millrace.files.serving.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.topics.Sha256;
import java.util.ArrayList;
import java.util.List;

/** Finds the chunks of a content by the tree of its manifests, which it keeps in memory as far as there is room. */
final class ContentTree {
    /** What a parsed manifest takes of the heap, against its bytes in the bucket. */
    private static final int HEAP_FACTOR = 4;

    private final ContentObjects objects;
    private final Cache<ByteString, Manifest> manifests;

    /** A chunk, and where in the content it begins. */
    record Placed(ChunkPlace chunk, ByteString pack, long begin) {
        long end() {
            return begin + chunk.getSizeBytes();
        }
    }

    ContentTree(ContentObjects objects, long heapBytesMax) {
        this.objects = objects;
        this.manifests = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(heapBytesMax)
                .weigher((ByteString id, Manifest manifest) -> HEAP_FACTOR * manifest.getSerializedSize())
                .build();
    }

    /**
     * The chunk that has this byte and those behind it in the same leaf, until they are so many bytes.
     *
     * @param at 0..size - 1
     * @throws ContentDamaged if the tree isn't one of that content
     */
    List<Placed> chunks(ManifestRef root, long at, long bytesMax) {
        ManifestRef ref = root;
        Manifest node = manifest(ref);
        long begin = 0;
        while (node.getLevel() > 0) {
            int child = 0;
            while (at >= begin + node.getNodes(child).getSizeBytes()) {
                begin += node.getNodes(child++).getSizeBytes();
            }
            ref = node.getNodes(child);
            Manifest below = manifest(ref);
            if (below.getLevel() != node.getLevel() - 1) {
                throw new ContentDamaged("manifest " + name(ref) + ": level " + below.getLevel() + " (expected: "
                        + (node.getLevel() - 1) + ")");
            }
            node = below;
        }
        return chunksOf(node, begin, at, bytesMax);
    }

    private static List<Placed> chunksOf(Manifest leaf, long leafBegin, long at, long bytesMax) {
        List<Placed> chunks = new ArrayList<>();
        long begin = leafBegin;
        for (ChunkPlace chunk : leaf.getChunksList()) {
            if (begin >= at + bytesMax) {
                break;
            }
            if (begin + chunk.getSizeBytes() > at) {
                chunks.add(new Placed(chunk, leaf.getPacks(chunk.getPack()), begin));
            }
            begin += chunk.getSizeBytes();
        }
        return chunks;
    }

    private Manifest manifest(ManifestRef ref) {
        Manifest known = manifests.getIfPresent(ref.getSha256());
        if (known == null) {
            known = read(ref);
            manifests.put(ref.getSha256(), known);
        }
        // The same node under another size is another content's mistake.
        if (bytesBelow(known) != ref.getSizeBytes()) {
            throw new ContentDamaged("manifest " + name(ref) + ": " + bytesBelow(known) + " bytes (expected: "
                    + ref.getSizeBytes() + ")");
        }
        return known;
    }

    private Manifest read(ManifestRef ref) {
        byte[] bytes = objects.read(name(ref));
        if (!Sha256.of(bytes).equals(ref.getSha256())) {
            throw new ContentDamaged(name(ref) + ": another hash");
        }
        try {
            Manifest manifest = Manifest.parseFrom(bytes);
            boolean leaf = manifest.getLevel() == 0;
            boolean sound = manifest.getChunksList().stream()
                            .allMatch(chunk -> chunk.getSizeBytes() > 0
                                    && chunk.getPackedBytes() > 0
                                    && chunk.getOffset() >= 0
                                    && chunk.getPack() >= 0
                                    && chunk.getPack() < manifest.getPacksCount())
                    && manifest.getNodesList().stream().allMatch(node -> node.getSizeBytes() > 0)
                    && (leaf ? manifest.getNodesCount() == 0 : manifest.getChunksCount() == 0);
            if (!sound) {
                throw new ContentDamaged(name(ref) + ": a place that can't be");
            }
            return manifest;
        } catch (InvalidProtocolBufferException e) {
            throw new ContentDamaged(name(ref) + ": no manifest", e);
        }
    }

    private static long bytesBelow(Manifest manifest) {
        return manifest.getLevel() == 0
                ? manifest.getChunksList().stream()
                        .mapToLong(ChunkPlace::getSizeBytes)
                        .sum()
                : manifest.getNodesList().stream()
                        .mapToLong(ManifestRef::getSizeBytes)
                        .sum();
    }

    private static String name(ManifestRef ref) {
        return ContentKeys.manifest(ref.getSha256());
    }
}
