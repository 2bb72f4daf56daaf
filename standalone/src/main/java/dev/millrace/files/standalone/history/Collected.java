package dev.millrace.files.standalone.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a look at the bucket came to.
 *
 * @param there chunks that versions name, and are there; of those versions and in so many packs
 * @param gone empty if what collection left wasn't looked at
 * @param unchecked why not, for people
 * @param contradictions what is wrong
 */
public record Collected(There there, Optional<Gone> gone, String unchecked, List<String> contradictions) {
    public Collected {
        contradictions = List.copyOf(contradictions);
    }

    /** What is of use. */
    public record There(long chunks, long versions, long packs) {}

    /**
     * What isn't.
     *
     * @param chunks that were said to be deleted
     * @param objects that were said to go, and went
     * @param movedPacks that are written anew
     * @param forgottenPacks that a failure made the job forget: no fact, and no version ever, leads to them
     * @param forgottenBytes of those
     * @param forgottenChunks likewise, in packs that are known for others
     * @param manifests of no version
     */
    public record Gone(
            long chunks,
            long objects,
            long movedPacks,
            long forgottenPacks,
            long forgottenBytes,
            long forgottenChunks,
            long manifests) {}

    /** For people, in one or two lines. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "bucket: %,d chunks in %,d packs, which %,d versions name (those of everybody)",
                there.chunks,
                there.packs,
                there.versions));
        gone.ifPresent(one -> lines.add(String.format(
                Locale.ROOT,
                "collected: %,d chunks deleted, %,d packs gone, %,d written anew; not collected: %,d packs (%,d"
                        + " bytes) and %,d chunks in others that failures made the job forget, %,d manifests of"
                        + " no version",
                one.chunks,
                one.objects,
                one.movedPacks,
                one.forgottenPacks,
                one.forgottenBytes,
                one.forgottenChunks,
                one.manifests)));
        if (gone.isEmpty()) {
            lines.add("what collection left isn't checked: " + unchecked);
        }
        return lines;
    }
}
