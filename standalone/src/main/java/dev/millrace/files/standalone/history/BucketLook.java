package dev.millrace.files.standalone.history;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.standalone.history.Bucket.Stored;
import dev.millrace.files.standalone.history.NamedCopies.Named;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.MovedPack;
import dev.millrace.standalone.history.Contradictions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** All that is in the bucket at a time, and whether what versions name is in it: where manifests say, or was moved to. */
final class BucketLook {
    private final Bucket bucket;
    private final NamedCopies copies;
    private final Contradictions found;
    private final Set<String> there = new HashSet<>();
    private final Map<String, Pack> packs = new TreeMap<>();
    private final Map<String, MovedPack> moved = new TreeMap<>();
    /** What was written anew, by the object that it lies in. */
    private final Map<String, String> movedInto = new HashMap<>();

    /** An object below packs/, and which chunks it says it has. */
    record Pack(Stored stored, List<ChunkPlace> places) {}

    private BucketLook(Bucket bucket, NamedCopies copies, Contradictions found) {
        this.bucket = bucket;
        this.copies = copies;
        this.found = found;
    }

    /** Adds what is missing or isn't what it should be to what is found. */
    static BucketLook at(Bucket bucket, NamedCopies copies, Contradictions found) {
        BucketLook look = new BucketLook(bucket, copies, found);
        bucket.list("moved/").keySet().forEach(look::readMoved);
        bucket.list("packs/").forEach(look::readPack);
        copies.now().forEach(look::checkReached);
        return look;
    }

    private void readMoved(String pack) {
        bucket.read("moved/" + pack).ifPresent(bytes -> {
            try {
                MovedPack to = MovedPack.parseFrom(bytes);
                moved.put(pack, to);
                movedInto.put(Hash.hex(to.getPack()), pack);
            } catch (InvalidProtocolBufferException e) {
                found.add("moved/" + pack + " can't be read: " + e.getMessage());
            }
        });
    }

    private void readPack(String name, Stored stored) {
        // It may go while it is looked for.
        bucket.read("packs/" + name).ifPresent(bytes -> {
            there.add(name);
            StoredPack.of(name, bytes)
                    .ifPresentOrElse(
                            pack -> {
                                packs.put(name, new Pack(stored, pack.places()));
                                checkChunks(name, pack);
                            },
                            () -> found.add(
                                    "pack " + name + " of " + bytes.length + " bytes isn't what its name says"));
        });
    }

    private void checkChunks(String name, StoredPack pack) {
        copies.now(name).forEach((chunk, named) -> check(pack, name, name, chunk, Optional.of(named.place())));
        String from = movedInto.get(name);
        if (from != null) {
            copies.now(from).forEach((chunk, named) -> check(pack, name, from, chunk, placeIn(from, chunk)));
        }
    }

    private Optional<ChunkPlace> placeIn(String movedPack, String chunk) {
        return moved(movedPack).stream()
                .flatMap(to -> to.getChunksList().stream())
                .filter(place -> Hash.hex(place.getSha256()).equals(chunk))
                .findFirst();
    }

    private void check(StoredPack pack, String object, String from, String chunk, Optional<ChunkPlace> place) {
        if (place.isEmpty() || !pack.has(place.get())) {
            Named named = copies.now(from).get(chunk);
            found.add("chunk " + chunk + " of pack " + from + " is missing in " + object + ", and "
                    + (named == null ? "a version" : named.by()) + " names it");
        }
    }

    /** Whether what a pack had is anywhere: which chunks are in it was checked with the object. */
    private void checkReached(String pack, Map<String, Named> named) {
        String object = moved(pack).map(to -> Hash.hex(to.getPack())).orElse(pack);
        // One that was written anew is read where it was for as long as it is there.
        if (!there.contains(object) && !there.contains(pack)) {
            found.add("pack " + pack + " is missing, and " + named.size() + " chunks in it are named, as by "
                    + named.values().iterator().next().by());
        }
    }

    boolean isThere(String object) {
        return there.contains(object);
    }

    /** All objects below packs/ that are what their names say. */
    Map<String, Pack> packs() {
        return packs;
    }

    /** Where what is left of a pack lies that was written anew. */
    Optional<MovedPack> moved(String pack) {
        return Optional.ofNullable(moved.get(pack));
    }

    /** Packs that were written anew. */
    Map<String, MovedPack> moved() {
        return moved;
    }

    /** Whose chunks an object has as they are named: a pack's that was written anew into it, or its own. */
    String packIn(String object) {
        return movedInto.getOrDefault(object, object);
    }
}
