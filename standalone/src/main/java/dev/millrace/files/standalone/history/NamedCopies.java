package dev.millrace.files.standalone.history;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.standalone.history.Contradictions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which copies of chunks, each in a pack, the versions there are name, and those there ever were. In hex. */
final class NamedCopies {
    private final Bucket bucket;
    private final Map<String, Map<String, Named>> now = new TreeMap<>();
    private final Map<String, Set<String>> ever = new HashMap<>();
    private final Set<String> manifests = new HashSet<>();

    /**
     * A copy.
     *
     * @param place in its pack
     * @param by one of the versions that name it
     */
    record Named(ChunkPlace place, String by) {}

    private NamedCopies(Bucket bucket) {
        this.bucket = bucket;
    }

    /** Reads all manifests that any version ever had, as those are kept; adds what is wrong with them to what is found. */
    static NamedCopies of(NamedVersions versions, Bucket bucket, Contradictions found) {
        NamedCopies copies = new NamedCopies(bucket);
        Map<String, String> live = versions.now();
        versions.ever().forEach((manifest, first) -> {
            String by = live.getOrDefault(manifest, first);
            if (!copies.read(manifest, by, live.containsKey(manifest))) {
                found.add("manifest " + manifest + ", or one below it, is missing, or isn't what it is called: " + by
                        + " is made of it");
            }
        });
        return copies;
    }

    /** False if a node isn't there as it should be. */
    private boolean read(String manifest, String by, boolean live) {
        manifests.add(manifest);
        Optional<Manifest> node = bucket.read("manifests/" + manifest)
                .filter(bytes -> Hash.hex(bytes).equals(manifest))
                .flatMap(NamedCopies::parsed);
        if (node.isEmpty()) {
            return false;
        }
        List<ByteString> packs = node.get().getPacksList();
        for (ChunkPlace place : node.get().getChunksList()) {
            if (place.getPack() < 0 || place.getPack() >= packs.size()) {
                return false;
            }
            add(Hash.hex(packs.get(place.getPack())), place, by, live);
        }
        boolean whole = true;
        for (ManifestRef below : node.get().getNodesList()) {
            whole &= read(Hash.hex(below.getSha256()), by, live);
        }
        return whole;
    }

    private static Optional<Manifest> parsed(byte[] bytes) {
        try {
            return Optional.of(Manifest.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private void add(String pack, ChunkPlace place, String by, boolean live) {
        String chunk = Hash.hex(place.getSha256());
        ever.computeIfAbsent(pack, first -> new HashSet<>()).add(chunk);
        if (live) {
            now.computeIfAbsent(pack, first -> new TreeMap<>()).putIfAbsent(chunk, new Named(place, by));
        }
    }

    /** By pack, and in it by chunk. */
    Map<String, Map<String, Named>> now() {
        return now;
    }

    /** Of a pack, by chunk. */
    Map<String, Named> now(String pack) {
        return now.getOrDefault(pack, Map.of());
    }

    boolean everNamed(String pack, String chunk) {
        return ever.getOrDefault(pack, Set.of()).contains(chunk);
    }

    /** All packs of which any version ever named anything. */
    Set<String> packs() {
        return ever.keySet();
    }

    /** Of any version there ever was, with all below. */
    Set<String> manifests() {
        return manifests;
    }

    long count() {
        return now.values().stream().mapToLong(Map::size).sum();
    }
}
