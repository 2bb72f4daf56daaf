package dev.millrace.files.standalone.history;

import dev.millrace.files.topics.v1.ChunkFact;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What was said for good of chunks and packs. */
final class Deletions {
    private final Map<String, Set<String>> chunks = new HashMap<>();
    private final Set<String> objects = new HashSet<>();

    void take(ChunkFact fact) {
        switch (fact.getKindCase()) {
            case CHUNK_DELETED ->
                chunks.computeIfAbsent(Hash.hex(fact.getPack()), pack -> new HashSet<>())
                        .add(Hash.hex(fact.getChunkDeleted().getSha256()));
            case PACK_DELETED -> objects.add(Hash.hex(fact.getPackDeleted().getObject()));
            case KIND_NOT_SET -> throw new IllegalStateException("chunk fact: " + fact + " (expected: a known kind)");
        }
    }

    /** Whether the copy of a chunk that is in a pack is deleted; both in hex. */
    boolean has(String pack, String chunk) {
        return chunks.getOrDefault(pack, Set.of()).contains(chunk);
    }

    /** Whether it was said that this object goes. */
    boolean hasObject(String object) {
        return objects.contains(object);
    }

    long chunks() {
        return chunks.values().stream().mapToLong(Set::size).sum();
    }

    long objects() {
        return objects.size();
    }
}
