package dev.millrace.files.ingest;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.content.DeclaredContent;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.DeclaredLeaf;
import dev.millrace.files.topics.v1.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each chunk of a declared leaf comes from: a pack, if the version before has it, else a bundle that is to be
 * sent.
 *
 * @param bundles of each, which chunks of the leaf it has, from 0 and in its order; none is in two
 */
public record LeafPlan(DeclaredLeaf leaf, List<List<Integer>> bundles) {
    /** What a chunk is called. */
    public record Declared(ByteString sha256, int sizeBytes) {}

    /** A chunk that is there. */
    private record There(ByteString pack, ChunkPlace place) {}

    /** @param known leaves of the version before in which chunks are looked for */
    public static LeafPlan of(List<Declared> chunks, List<Manifest> known) {
        Map<Declared, There> there = new HashMap<>();
        for (Manifest leaf : known) {
            for (ChunkPlace place : leaf.getChunksList()) {
                there.putIfAbsent(
                        new Declared(place.getSha256(), place.getSizeBytes()),
                        new There(leaf.getPacks(place.getPack()), place));
            }
        }
        // First of all, as bundles are counted behind packs.
        Map<ByteString, Integer> packs = new LinkedHashMap<>();
        for (Declared chunk : chunks) {
            There found = there.get(chunk);
            if (found != null) {
                packs.putIfAbsent(found.pack(), packs.size());
            }
        }
        Bundles bundles = new Bundles(packs.size());
        DeclaredLeaf.Builder leaf = DeclaredLeaf.newBuilder().addAllPacks(packs.keySet());
        for (int index = 0; index < chunks.size(); index++) {
            Declared chunk = chunks.get(index);
            There found = there.get(chunk);
            leaf.addChunks(
                    found == null
                            ? bundles.placeOf(index, chunk)
                            : found.place().toBuilder()
                                    .setPack(packs.getOrDefault(found.pack(), 0))
                                    .build());
        }
        return new LeafPlan(leaf.addAllBundleBytes(bundles.bytes).build(), bundles.chunks);
    }

    /** Bundles that are filled one after the other. */
    private static final class Bundles {
        private final int packs;
        private final Map<Declared, ChunkPlace> places = new HashMap<>();
        private final List<List<Integer>> chunks = new ArrayList<>();
        private final List<Integer> bytes = new ArrayList<>();

        Bundles(int packs) {
            this.packs = packs;
        }

        /** What comes twice is sent once. */
        ChunkPlace placeOf(int index, Declared chunk) {
            return places.computeIfAbsent(chunk, first -> add(index, first));
        }

        private ChunkPlace add(int index, Declared chunk) {
            int last = bytes.size() - 1;
            if (last < 0 || bytes.get(last) + chunk.sizeBytes() > DeclaredContent.BUNDLE_BYTES_MAX) {
                chunks.add(new ArrayList<>());
                bytes.add(0);
                last++;
            }
            int offset = bytes.get(last);
            chunks.get(last).add(index);
            bytes.set(last, offset + chunk.sizeBytes());
            return ChunkPlace.newBuilder()
                    .setSha256(chunk.sha256())
                    .setSizeBytes(chunk.sizeBytes())
                    .setPack(packs + last)
                    .setOffset(offset)
                    .setPackedBytes(chunk.sizeBytes())
                    .build();
        }
    }
}
