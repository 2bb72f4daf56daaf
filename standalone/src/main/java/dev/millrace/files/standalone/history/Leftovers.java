package dev.millrace.files.standalone.history;

import dev.millrace.files.standalone.history.BucketLook.Pack;
import dev.millrace.files.standalone.history.Collected.Gone;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.MovedPack;
import dev.millrace.standalone.history.Contradictions;
import java.util.function.LongPredicate;

/**
 * What is in the bucket once collection had its time, and no version names it. A copy that a version named once must be
 * deleted, whatever failed: the log has all that the job needs to know it. Of one that none ever named, as of an upload
 * that came to nothing, only the job's state knows; so it may stay if a failure can have taken that back: if it was
 * written before the job went on after its last failure, or by a task that didn't notice yet that it was given up.
 */
final class Leftovers {
    private final BucketLook look;
    private final NamedCopies copies;
    private final Deletions deletions;
    private final LongPredicate mayBeForgotten;
    private final boolean packsGo;
    private final Contradictions found;

    private long forgottenPacks;
    private long forgottenBytes;
    private long forgottenChunks;

    /**
     * @param mayBeForgotten whether something that was written at that time, in ms since 1970, may have been forgotten, or
     *     is too new to have gone
     * @param packsGo whether packs had their time, too
     */
    Leftovers(
            BucketLook look,
            NamedCopies copies,
            Deletions deletions,
            LongPredicate mayBeForgotten,
            boolean packsGo,
            Contradictions found) {
        this.look = look;
        this.copies = copies;
        this.deletions = deletions;
        this.mayBeForgotten = mayBeForgotten;
        this.packsGo = packsGo;
        this.found = found;
    }

    /** @param manifests that are in the bucket, and that no version leads to */
    Gone check(long manifests) {
        look.packs().forEach(this::check);
        look.moved().forEach(this::checkMoved);
        copies.packs().forEach(this::checkSaid);
        return new Gone(
                deletions.chunks(),
                deletions.objects(),
                look.moved().size(),
                forgottenPacks,
                forgottenBytes,
                forgottenChunks,
                manifests);
    }

    private void check(String object, Pack pack) {
        if (deletions.hasObject(object)) {
            found.add("pack " + object + " was said to go, and stays");
        } else if (look.moved(object).isPresent()) {
            if (packsGo) {
                found.add("pack " + object + " was written anew, and stays");
            }
        } else {
            checkChunks(object, pack, look.packIn(object));
        }
    }

    /** @param from the pack that these chunks are named in */
    private void checkChunks(String object, Pack pack, String from) {
        boolean mayBeForgotten = mayBeForgotten(from);
        long storedBytes = 0;
        long keptBytes = 0;
        int forgotten = 0;
        for (ChunkPlace place : pack.places()) {
            String chunk = Hash.hex(place.getSha256());
            storedBytes += place.getPackedBytes();
            if (deletions.has(from, chunk)) {
                continue;
            }
            keptBytes += place.getPackedBytes();
            if (!copies.now(from).containsKey(chunk)) {
                boolean named = copies.everNamed(from, chunk);
                if (!named && mayBeForgotten) {
                    forgotten++;
                } else {
                    found.add("chunk " + chunk + " of pack " + from + " is dead, and isn't deleted: no version "
                            + (named ? "names it any more" : "ever named it"));
                }
            }
        }
        count(pack, forgotten);
        if (keptBytes == 0 && packsGo) {
            found.add("pack " + object + " stays, all of whose chunks are deleted");
        } else if (keptBytes > 0 && 2 * keptBytes < storedBytes) {
            found.add("pack " + object + " isn't written anew, and of " + storedBytes + " bytes only " + keptBytes
                    + " are of use");
        }
    }

    private void count(Pack pack, int forgotten) {
        if (forgotten == pack.places().size()) {
            forgottenPacks++;
            forgottenBytes += pack.stored().bytes();
        } else {
            forgottenChunks += forgotten;
        }
    }

    private boolean mayBeForgotten(String pack) {
        Pack there = look.packs().get(pack);
        // It was written before what is left of it was written anew, whenever that was.
        return there == null || mayBeForgotten.test(there.stored().writtenAtMillis());
    }

    private void checkMoved(String pack, MovedPack to) {
        String object = Hash.hex(to.getPack());
        if (!look.isThere(object) && copies.now(pack).isEmpty()) {
            found.add("moved/" + pack + " stays, and leads to " + object + ", which is gone");
        }
    }

    private void checkSaid(String pack) {
        if (!look.isThere(pack) && !deletions.hasObject(pack)) {
            found.add("pack " + pack + " is gone, and it was never said that it goes");
        }
    }
}
