package dev.millrace.standalone.trial;

import java.util.List;

/**
 * What a fault did to those who called meanwhile.
 *
 * @param what the process and what was done to it, in words
 * @param killed with -9, or else stopped for a while
 * @param readySeconds until the process was ready again
 * @param writeSeconds how long the longest write took from when it was meant to begin to its final answer
 * @param readSeconds how long the longest read took
 */
public record Harm(
        Breakable role,
        String what,
        boolean killed,
        double readySeconds,
        double writeSeconds,
        double readSeconds,
        long failedReads) {
    /** A call that was begun this long before a fault or after it may have waited because of it. */
    private static final long AFTER_NANOS = 15_000_000_000L;

    public static Harm of(Faults.Struck struck, CallFigures<?> figures) {
        boolean killed = struck.fault().how() == Fault.How.KILLED;
        List<CallFigures.Done> reads = during(struck, figures.slowReads());
        return new Harm(
                struck.fault().role(),
                struck.child() + (killed ? " kill -9" : " stopped " + Fault.STOPPED_FOR.toSeconds() + " s"),
                killed,
                (struck.readyAtNanos() - struck.atNanos()) / 1e9,
                longest(during(struck, figures.writes())),
                longest(reads),
                reads.stream().filter(read -> !read.good()).count());
    }

    private static List<CallFigures.Done> during(Faults.Struck struck, List<CallFigures.Done> calls) {
        return calls.stream()
                .filter(call ->
                        call.endedNanos() >= struck.atNanos() && call.begunNanos() <= struck.atNanos() + AFTER_NANOS)
                .toList();
    }

    private static double longest(List<CallFigures.Done> calls) {
        return calls.stream()
                        .mapToLong(call -> call.endedNanos() - call.begunNanos())
                        .max()
                        .orElse(0)
                / 1e9;
    }
}
