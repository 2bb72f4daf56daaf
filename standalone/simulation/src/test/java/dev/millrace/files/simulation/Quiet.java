package dev.millrace.files.simulation;

import com.google.protobuf.ByteString;
import dev.millrace.files.simulation.Bucket.Copy;
import dev.millrace.files.topics.v1.Usage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How all of it is once nothing is under way, and two epochs were closed since. */
final class Quiet {
    private Quiet() {}

    static void expect(Checks checks, Bucket bucket, HashingJob job, List<Owner> owners) {
        checks.readAll();
        for (Owner owner : owners) {
            checks.whole(owner);
            owner.crash();
            Usage usage = owner.book().head().getUsage();
            if (usage.getReservedBytes() != 0 || usage.getUploads() != 0) {
                throw new Broken("nothing is open, and this is reserved: " + usage);
            }
        }
        Set<Copy> named = checks.named();
        Set<Copy> kept = new HashSet<>();
        job.owners().forEach(owner -> kept.addAll(owner.lives().keySet()));
        if (!kept.equals(named)) {
            Set<Copy> dead = new HashSet<>(kept);
            dead.removeAll(named);
            named.removeAll(kept);
            throw new Broken("dead, and still there: " + dead.size() + ", named, and not there: " + named.size());
        }
        Set<ByteString> packs = new HashSet<>();
        named.forEach(copy -> packs.add(copy.pack()));
        if (!bucket.packs().equals(packs)) {
            throw new Broken(bucket.packs().size() + " packs are left, of which versions name " + packs.size());
        }
    }
}
