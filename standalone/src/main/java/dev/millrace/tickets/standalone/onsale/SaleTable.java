package dev.millrace.tickets.standalone.onsale;

import dev.millrace.load.Measured;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A sale's figures as people read them. */
final class SaleTable {
    private static final String ROW = "%-13s %9s %9s %9s %9s %9s   %s%n";
    /** A call that was begun this long before a fault or after it may have waited because of it. */
    private static final long AFTER_NANOS = 15_000_000_000L;

    private SaleTable() {}

    /** @param stayed buyers who never came to an end */
    static String of(SaleFigures figures, List<Faults.Struck> faults, long stayed, SaleOptions options) {
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
                "Reads that failed: %,d. Reads that said how old they were (Age): %,d.%n%n",
                figures.failedReads(),
                figures.agedReads()));
        text.append(String.format(Locale.ROOT, "%,d people came to buy:%n", options.buyers()));
        figures.outcomes().forEach((how, count) -> text.append(String.format(Locale.ROOT, "  %,7d  %s%n", count, how)));
        if (stayed > 0) {
            text.append(String.format(Locale.ROOT, "  %,7d  %s%n", stayed, "never got an answer"));
        }
        if (!faults.isEmpty()) {
            text.append(String.format(
                    "%n%-24s %9s %18s %17s %13s%n",
                    "fault", "ready s", "longest write s", "longest read s", "failed reads"));
            faults.forEach(fault -> text.append(row(fault, figures)));
        }
        return text.toString();
    }

    private static String row(String words, Measured measured) {
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

    private static String row(Faults.Struck struck, SaleFigures figures) {
        String what = struck.child()
                + (struck.fault().how() == Fault.How.KILLED
                        ? " kill -9"
                        : " stopped " + Fault.STOPPED_FOR.toSeconds() + " s");
        List<SaleFigures.Done> reads = figures.slowReads().stream()
                .filter(read -> overlaps(read, struck))
                .toList();
        return String.format(
                Locale.ROOT,
                "%-24s %9.1f %18.1f %17.1f %13d%n",
                what,
                (struck.readyAtNanos() - struck.atNanos()) / 1e9,
                longest(figures.writes().stream()
                        .filter(write -> overlaps(write, struck))
                        .toList()),
                longest(reads),
                reads.stream().filter(read -> !read.good()).count());
    }

    private static boolean overlaps(SaleFigures.Done call, Faults.Struck struck) {
        return call.endedNanos() >= struck.atNanos() && call.begunNanos() <= struck.atNanos() + AFTER_NANOS;
    }

    private static double longest(List<SaleFigures.Done> calls) {
        return calls.stream()
                        .mapToLong(call -> call.endedNanos() - call.begunNanos())
                        .max()
                        .orElse(0)
                / 1e9;
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }
}
