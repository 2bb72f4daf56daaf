package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.RunRecord;
import dev.millrace.tickets.benchmarks.Soak;
import dev.millrace.tickets.benchmarks.SoakPicture;
import dev.millrace.tickets.benchmarks.SoakWindow;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "soak",
        description =
                "A long mixed load on a running system: memory, handles, lag and latency over time, as a picture.",
        mixinStandardHelpOptions = true)
final class SoakCommand implements Callable<Integer> {
    private static final int WINDOWS_PER_LINE = 12;

    @Mixin
    RunOptions run = new RunOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(names = "--minutes", defaultValue = "30", description = "How long. Default: ${DEFAULT-VALUE}")
    double minutes;

    @Option(names = "--claims", defaultValue = "300", description = "Claims per second. Default: ${DEFAULT-VALUE}")
    int claims;

    @Option(names = "--reads", defaultValue = "4", description = "Reads per claim. Default: ${DEFAULT-VALUE}")
    double reads;

    @Option(
            names = "--picture",
            defaultValue = "docs/images/soak.png",
            description = "Where the picture goes. Default: ${DEFAULT-VALUE}")
    Path picture = Path.of("docs/images/soak.png");

    private int seen;

    @Override
    public Integer call() throws Exception {
        Duration lasting = Duration.ofMillis((long) (minutes * 60_000));
        var record = new RunRecord(
                        "soak", spec.commandLine().getParent().getParseResult().originalArgs())
                .put("minutes", minutes)
                .put("claimsPerSecond", claims)
                .put("readsPerClaim", reads);
        try (Soak soak = new Soak(run.target(), claims, lasting, this::print)) {
            record.put("unanswered", soak.run(claims, reads, lasting));
            List<SoakWindow> windows = soak.windows();
            var all = record.list("windows");
            windows.forEach(window -> all.add(window.json()));
            new SoakPicture(windows).write(picture);
        }
        out().println("picture: " + picture);
        out().println("raw results: " + record.write(run.results));
        return 0;
    }

    /** A line a minute is enough to see that it lives. */
    private void print(SoakWindow window) {
        if (seen++ % WINDOWS_PER_LINE != 0) {
            return;
        }
        out().printf(
                        "%5.1f min  changes p99 %.1f ms  reads p99 %.1f ms  waiting %.0f  memory MiB  %s%n",
                        window.minute(),
                        window.changes().millisAt(99),
                        window.reads().millisAt(99),
                        window.lag().values().stream()
                                .mapToDouble(records -> records)
                                .sum(),
                        window.processes().entrySet().stream()
                                .map(of -> of.getKey() + " " + of.getValue().getLong("rssMiB"))
                                .collect(Collectors.joining("  ")));
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
