package dev.millrace.standalone.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a check came to, and how much it looked at.
 *
 * @param readsAre what reads are called in it
 */
public record Verdict(long facts, long answers, long reads, String readsAre, List<String> contradictions) {
    public Verdict {
        contradictions = List.copyOf(contradictions);
    }

    public boolean clean() {
        return contradictions.isEmpty();
    }

    /** The same, and what another check found as well. */
    public Verdict with(List<String> found) {
        List<String> all = new ArrayList<>(contradictions);
        all.addAll(found);
        return new Verdict(facts, answers, reads, readsAre, all);
    }

    /** One line. */
    public String line() {
        String looked = String.format(Locale.ROOT, "%,d facts, %,d answers, %,d %s", facts, answers, reads, readsAre);
        return clean()
                ? "verdict: clean (" + looked + " checked)"
                : String.format(
                        Locale.ROOT, "verdict: BROKEN (%,d contradictions in %s)", contradictions.size(), looked);
    }
}
