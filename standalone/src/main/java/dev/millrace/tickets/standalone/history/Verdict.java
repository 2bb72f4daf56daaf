package dev.millrace.tickets.standalone.history;

import java.util.List;
import java.util.Locale;

/** What the check came to, and how much it looked at. */
public record Verdict(long facts, long answers, long reads, List<String> contradictions) {
    public boolean clean() {
        return contradictions.isEmpty();
    }

    /** One line. */
    public String line() {
        return clean()
                ? String.format(
                        Locale.ROOT,
                        "verdict: clean (%,d facts, %,d answers, %,d reads checked)",
                        facts,
                        answers,
                        reads)
                : String.format(
                        Locale.ROOT,
                        "verdict: BROKEN (%,d contradictions in %,d facts, %,d answers, %,d reads)",
                        contradictions.size(),
                        facts,
                        answers,
                        reads);
    }
}
