package dev.millrace.benchmarks.cli;

import dev.millrace.tickets.benchmarks.ClaimRun;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs of claims, a line each. */
final class ClaimTable {
    private final PrintWriter out;

    ClaimTable(PrintWriter out) {
        this.out = out;
    }

    void head() {
        out.printf(
                "%-22s %-13s %9s %8s %8s %8s %8s  %s%n",
                "system", "load", "decided/s", "p50 ms", "p99 ms", "p99.9", "us/claim", "answers");
    }

    void line(ClaimRun run, String remark) {
        String answers = run.answers().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(answer -> answer.getKey() + " " + answer.getValue())
                .collect(Collectors.joining(", "));
        out.printf(
                "%-22s %-13s %9.0f %8.1f %8.1f %8.1f %8.1f  %s%s%s%s%n",
                run.contender(),
                run.load(),
                run.decidedPerSecond(),
                run.claims().millisAt(50),
                run.claims().millisAt(99),
                run.claims().millisAt(99.9),
                run.microsPerClaim(),
                answers,
                remark.isEmpty() ? "" : " (" + remark + ")",
                run.soldOut() ? " SOLD OUT: more --seats-per-second" : "",
                run.givenTwice() == 0 ? "" : " SEATS GIVEN TWICE: " + run.givenTwice());
        out.flush();
    }

    /** Where the processor time and the bytes of a claim go. */
    void processes(ClaimRun run) {
        out.println("    us/claim  "
                + run.processorSeconds().keySet().stream()
                        .map(process -> String.format("%s %.1f", process, run.microsPerClaim(process)))
                        .collect(Collectors.joining("  ")));
        out.println("    bytes/claim  "
                + run.bytesWritten().entrySet().stream()
                        .filter(written -> written.getValue() > run.decided())
                        .map(written ->
                                String.format("%s %.0f", written.getKey(), (double) written.getValue() / run.decided()))
                        .collect(Collectors.joining("  ")));
        out.printf(
                "    ledger caught up %.2f s after the last answer; idle before: %.2f cores%n",
                run.ledgerSeconds(), run.backgroundCores());
        out.flush();
    }
}
