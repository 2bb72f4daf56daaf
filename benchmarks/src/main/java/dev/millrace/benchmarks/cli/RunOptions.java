package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.Target;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the measured system is and where results go. */
final class RunOptions {
    @Option(
            names = "--data",
            defaultValue = ".millrace",
            description = "Data folder of the launcher. Default: ${DEFAULT-VALUE}")
    Path data = Path.of(".millrace");

    @Option(
            names = "--results",
            defaultValue = "benchmarks/results",
            description = "Folder of raw results. Default: ${DEFAULT-VALUE}")
    Path results = Path.of("benchmarks/results");

    Target target() {
        return Target.in(data);
    }
}
