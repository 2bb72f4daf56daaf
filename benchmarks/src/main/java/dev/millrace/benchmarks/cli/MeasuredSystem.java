package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.StartedMillrace;
import dev.millrace.benchmarks.Target;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is measured, a system that runs already or one that is started for it, and where results go. */
final class MeasuredSystem {
    @Option(
            names = {"--target-data", "--data"},
            paramLabel = "DIR",
            description = "Data folder of a system that runs already. Default: start one")
    private @Nullable Path data;

    @Option(
            names = "--port",
            defaultValue = "13080",
            description = "Where what is started listens, and up to 35 above. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--results",
            defaultValue = "benchmarks/results",
            description = "Folder of raw results. Default: ${DEFAULT-VALUE}")
    Path results = Path.of("benchmarks/results");

    /** What is done with it. */
    interface Measuring {
        int of(Target target) throws Exception;
    }

    /**
     * @param settings of the one that is started, as ./millrace up --set takes them
     * @param folder where that one keeps its data; not asked for if one runs already
     */
    int measure(String product, List<String> settings, Callable<Path> folder, PrintWriter out, Measuring measuring)
            throws Exception {
        if (data != null) {
            return measuring.of(Target.in(data));
        }
        Path own = folder.call();
        out.println("everything runs in " + own);
        out.flush();
        try (StartedMillrace started = StartedMillrace.at(port, own, product, settings)) {
            return measuring.of(started.target());
        }
    }
}
