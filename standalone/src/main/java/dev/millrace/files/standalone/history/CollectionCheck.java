package dev.millrace.files.standalone.history;

import dev.millrace.files.standalone.history.Collected.Gone;
import dev.millrace.files.standalone.history.Collected.There;
import dev.millrace.files.standalone.history.NamedCopies.Named;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.LogReader;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * The facts of all namespaces, and those of chunks, to what the bucket must have, and what must have gone from it. Whose
 * facts they are doesn't matter: a chunk that anybody's version names is there, and one that nobody's does is dead.
 */
public final class CollectionCheck {
    private static final String FACTS = "files.namespace-facts";
    private static final String CHUNK_FACTS = "files.chunk-facts";
    /** Longest from a marker that says that all is deleted until it can be read that it is. */
    private static final long SAID_MILLIS_MAX = 2_000;
    /** Flink's tasks notice within a minute that they were given up. */
    private static final long GIVEN_UP_WRITES_MILLIS_MAX = 60_000;

    private final NamedVersions versions = new NamedVersions();
    private final Epochs epochs = new Epochs();
    private final Deletions deletions = new Deletions();

    /** Whether the topic of chunks still has all that was ever in it. */
    private final boolean whole;

    private CollectionCheck(boolean whole) {
        this.whole = whole;
    }

    /** Reads all that the logs have now. */
    public static CollectionCheck read(String bootstrap) {
        CollectionCheck check = new CollectionCheck(LogReader.isWhole(bootstrap, CHUNK_FACTS));
        LogReader.each(bootstrap, FACTS, record -> check.take(LogReader.decode(record, NamespaceFact.parser())));
        LogReader.each(
                bootstrap, CHUNK_FACTS, record -> check.deletions.take(LogReader.decode(record, ChunkFact.parser())));
        return check;
    }

    static CollectionCheck of(List<NamespaceFact> facts, List<ChunkFact> chunkFacts) {
        CollectionCheck check = new CollectionCheck(true);
        facts.forEach(check::take);
        chunkFacts.forEach(check.deletions::take);
        return check;
    }

    private void take(NamespaceFact fact) {
        if (fact.hasEpochMarked()) {
            epochs.take(fact.getEpochMarked(), fact.getAtMillis());
        } else {
            versions.take(fact);
        }
    }

    /** Number of the newest epoch that is marked; 0 if none is. It grows as long as collection gets on. */
    public long epoch() {
        return epochs.marked();
    }

    /** Why what collection leaves isn't checked here, for people; empty if it is. */
    public Optional<String> whyUnchecked(Collecting how) {
        if (!how.isAwaited()) {
            return Optional.of(
                    "an epoch lasts " + how.epochLasts().toSeconds() + " s, and nobody waits for three of them."
                            + " It is after ./millrace up files --set flink.files.gc.epoch.short=true"
                            + " --set flink.files.gc.epoch.lasts=10s --set flink.files.gc.packs.kept=10s");
        }
        return whole ? Optional.empty() : Optional.of("the oldest of " + CHUNK_FACTS + " aren't kept any more");
    }

    /**
     * Whether everything that was dead when something changed last must be gone, by the epochs that were closed since:
     * that time is told by what the job itself does, not by a clock that a slow machine is behind.
     */
    public boolean isOver(Collecting how) {
        return goneAt(how).isPresent();
    }

    private OptionalLong goneAt(Collecting how) {
        OptionalLong deleted = epochs.twoClosedAfter(versions.changedAtMillis());
        // Then packs are looked at, and kept; what follows from that is in two more checkpoints.
        long kept = how.packsAreAwaited() ? how.packsKept().toMillis() : 0;
        return deleted.isEmpty()
                ? deleted
                : epochs.twoClosedAfter(
                        deleted.getAsLong() + SAID_MILLIS_MAX + how.epochLasts().toMillis() + kept);
    }

    /**
     * Holds the bucket against the logs: what versions name, and all else if {@linkplain #isOver collection is over}.
     *
     * @param jobRunsSinceMillis when the job that collects went on after its last failure: what was written before, and
     *     is named by nothing, it may have forgotten
     */
    public Collected check(Bucket bucket, Collecting how, long jobRunsSinceMillis) {
        Contradictions found = new Contradictions();
        NamedCopies copies = NamedCopies.of(versions, bucket, found);
        BucketLook look = BucketLook.at(bucket, copies, found);
        copies.now().forEach((pack, named) -> named.forEach((chunk, one) -> checkNotDeleted(pack, chunk, one, found)));
        Optional<Gone> gone = Optional.empty();
        Optional<String> unchecked = whyUnchecked(how)
                .or(() -> isOver(how) ? Optional.empty() : Optional.of("no two epochs were closed since"));
        if (unchecked.isEmpty()) {
            boolean packsGo = how.packsAreAwaited();
            LongPredicate mayBeForgotten = writtenAt -> !packsGo
                    || writtenAt < jobRunsSinceMillis + GIVEN_UP_WRITES_MILLIS_MAX
                    || epochs.twoClosedAfter(writtenAt).isEmpty();
            Set<String> manifests = new HashSet<>(bucket.list("manifests/").keySet());
            manifests.removeAll(copies.manifests());
            gone = Optional.of(
                    new Leftovers(look, copies, deletions, mayBeForgotten, packsGo, found).check(manifests.size()));
        }
        There there = new There(copies.count(), versions.count(), copies.now().size());
        return new Collected(there, gone, unchecked.orElse(""), found.all());
    }

    private void checkNotDeleted(String pack, String chunk, Named named, Contradictions found) {
        if (deletions.has(pack, chunk)) {
            found.add("chunk " + chunk + " of pack " + pack + " is deleted for good, and " + named.by() + " names it");
        }
    }
}
