package dev.millrace.files.simulation;

import com.google.protobuf.ByteString;
import dev.millrace.files.gc.PackLife;
import dev.millrace.files.gc.PackRules;
import dev.millrace.files.packs.PackBuilder;
import dev.millrace.files.packs.StoredPack;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.MovedPack;
import dev.millrace.files.topics.v1.PackDeleted;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What is left of each pack: part of the job's state. */
final class PackKeeper {
    private final Bucket bucket;
    private final Fault fault;
    private final Supplier<CommandId> draw;
    private final Map<ByteString, Pack> packs;
    private int read;

    /**
     * @param object where what is left lies
     * @param left packed bytes of each chunk that is of use
     * @param superseded objects that lay there before
     */
    private record Pack(
            PackLife life, ByteString object, Map<ByteString, Integer> left, Map<ByteString, PackLife> superseded) {}

    PackKeeper(Bucket bucket, Fault fault, Supplier<CommandId> draw) {
        this.bucket = bucket;
        this.fault = fault;
        this.draw = draw;
        this.packs = new LinkedHashMap<>();
    }

    PackKeeper(PackKeeper other) {
        this.bucket = other.bucket;
        this.fault = other.fault;
        this.draw = other.draw;
        this.packs = new LinkedHashMap<>(other.packs);
        this.read = other.read;
    }

    /** False if there is nothing more to read. */
    boolean readFact(List<ChunkFact> facts, long now) throws IOException {
        if (read == facts.size()) {
            return false;
        }
        ChunkFact fact = facts.get(read++);
        if (fact.hasPackDeleted()) {
            bucket.delete(ContentKeys.pack(fact.getPackDeleted().getObject()));
            if (fact.getPackDeleted().getLast()) {
                bucket.delete(ContentKeys.moved(fact.getPack()));
            }
            return true;
        }
        ByteString id = fact.getPack();
        Pack pack = packs.containsKey(id) ? packs.get(id) : found(id).orElse(null);
        ByteString chunk = fact.getChunkDeleted().getSha256();
        if (pack != null && pack.left().containsKey(chunk)) {
            Map<ByteString, Integer> left = new LinkedHashMap<>(pack.left());
            Integer bytes = left.remove(chunk);
            PackLife life = PackRules.chunkDeleted(pack.life(), bytes == null ? 0 : bytes, now);
            packs.put(id, new Pack(life, pack.object(), left, pack.superseded()));
        }
        return true;
    }

    private Optional<Pack> found(ByteString id) throws IOException {
        Optional<byte[]> object = bucket.find(ContentKeys.pack(id));
        if (object.isPresent()) {
            return Optional.of(kept(id, StoredPack.of(object.get()).places(), Map.of()));
        }
        return bucket.moved(id).map(moved -> kept(moved.getPack(), moved.getChunksList(), Map.of()));
    }

    private static Pack kept(ByteString object, List<ChunkPlace> places, Map<ByteString, PackLife> superseded) {
        Map<ByteString, Integer> left = new LinkedHashMap<>();
        places.forEach(place -> left.put(place.getSha256(), place.getPackedBytes()));
        long bytes = places.stream().mapToLong(ChunkPlace::getPackedBytes).sum();
        return new Pack(PackLife.written(bytes), object, left, superseded);
    }

    List<ByteString> known() {
        return new ArrayList<>(packs.keySet());
    }

    /**
     * Whether something may be done with a pack, and what is said of it then.
     *
     * @return facts that follow
     */
    List<ChunkFact> look(ByteString id, long now) throws IOException {
        List<ChunkFact> said = new ArrayList<>();
        Pack pack = packs.get(id);
        if (pack == null) {
            return said;
        }
        Duration kept = PackRules.SUPERSEDED_KEPT;
        Map<ByteString, PackLife> superseded = new LinkedHashMap<>(pack.superseded());
        pack.superseded().forEach((object, life) -> {
            if (PackRules.fate(life, kept, now) == PackRules.Fate.DELETE) {
                said.add(deleted(id, object, false));
                superseded.remove(object);
            }
        });
        PackRules.Fate fate = PackRules.fate(pack.life(), kept, now);
        if (fate == PackRules.Fate.DELETE && superseded.isEmpty()) {
            said.add(deleted(id, pack.object(), true));
            packs.remove(id);
        } else if (fate == PackRules.Fate.REPACK) {
            superseded.put(pack.object(), PackRules.repacked(pack.life(), now));
            packs.put(id, repacked(id, pack, superseded));
        } else {
            packs.put(id, new Pack(pack.life(), pack.object(), pack.left(), superseded));
        }
        return said;
    }

    private Pack repacked(ByteString id, Pack pack, Map<ByteString, PackLife> superseded) throws IOException {
        PackBuilder builder = new PackBuilder(draw.get());
        StoredPack old = StoredPack.of(bucket.read(ContentKeys.pack(pack.object())));
        int left = pack.left().size();
        for (ChunkPlace place : old.places()) {
            if (pack.left().containsKey(place.getSha256())
                    && (--left > 0 || fault != Fault.REPACKS_WITHOUT_THE_LAST_CHUNK)) {
                builder.add(place.getSha256(), old.chunk(place));
            }
        }
        byte[] bytes = builder.build();
        ByteString object = Sha256.of(bytes);
        MovedPack moved = MovedPack.newBuilder()
                .setPack(object)
                .addAllChunks(builder.places())
                .build();
        bucket.write(ContentKeys.pack(object), bytes);
        bucket.write(ContentKeys.moved(id), moved.toByteArray());
        return kept(object, builder.places(), superseded);
    }

    private static ChunkFact deleted(ByteString pack, ByteString object, boolean last) {
        return ChunkFact.newBuilder()
                .setPack(pack)
                .setPackDeleted(PackDeleted.newBuilder().setObject(object).setLast(last))
                .build();
    }
}
