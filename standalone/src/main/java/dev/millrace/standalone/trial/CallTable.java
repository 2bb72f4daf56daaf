package dev.millrace.standalone.trial;

import dev.millrace.load.Measured;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A trial's figures as people read them. */
public final class CallTable {
    private static final String ROW = "%-13s %9s %9s %9s %9s %9s   %s%n";

    private CallTable() {}

    /** Every kind of call, and how those went that got no answer at once. */
    public static String of(CallFigures<?> figures) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(ROW, "calls", "count", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "final answers"));
        figures.measured().forEach((kind, measured) -> text.append(row(kind.words(), measured)));
        text.append(String.format(
                Locale.ROOT,
                "%nTimes count from the moment a call was meant to begin to its final answer, retries included (%,d);"
                        + " the generator was at most %.0f ms behind its plan.%n",
                figures.retries(),
                figures.lateNanosMax() / 1e6));
        text.append(String.format(
                Locale.ROOT,
                "Reads that failed: %,d; that were told that what they asked for isn't visible yet: %,d; that said how old"
                        + " they were (Age): %,d.%n",
                figures.failedReads(),
                figures.earlyReads(),
                figures.agedReads()));
        return text.toString();
    }

    /** What faults did, one in a line; empty if there were none. */
    public static String of(List<Harm> harm) {
        StringBuilder text = new StringBuilder();
        if (!harm.isEmpty()) {
            text.append(String.format(
                    "%n%-24s %9s %18s %17s %13s%n",
                    "fault", "ready s", "longest write s", "longest read s", "failed reads"));
            harm.forEach(one -> text.append(row(one)));
        }
        return text.toString();
    }

    /** A line for what isn't a call but is measured alike. */
    public static String row(String words, Measured measured) {
        Map<String, Long> answers = new TreeMap<>(measured.answers());
        StringBuilder list = new StringBuilder();
        answers.forEach((answer, count) ->
                list.append(list.isEmpty() ? "" : ", ").append(String.format(Locale.ROOT, "%s %,d", answer, count)));
        return String.format(
                Locale.ROOT,
                ROW,
                words,
                String.format(Locale.ROOT, "%,d", measured.count()),
                millis(measured.millisAt(50)),
                millis(measured.millisAt(99)),
                millis(measured.millisAt(99.9)),
                millis(measured.millisMax()),
                list);
    }

    private static String row(Harm harm) {
        return String.format(
                Locale.ROOT,
                "%-24s %9.1f %18.1f %17.1f %13d%n",
                harm.what(),
                harm.readySeconds(),
                harm.writeSeconds(),
                harm.readSeconds(),
                harm.failedReads());
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }
}
