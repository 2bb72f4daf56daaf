package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.JvmSamples.Sample;
import dev.millrace.benchmarks.RunRecord;
import dev.millrace.benchmarks.Target;
import dev.millrace.files.benchmarks.HeapRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "heap",
        description = "Memory of Flink's TaskManager while one large file passes, as a picture.",
        mixinStandardHelpOptions = true)
final class HeapCommand implements Callable<Integer> {
    private static final double GIGABYTE = 1e9;
    /** A user's quota, whose unit is larger. */
    private static final int GIGABYTES_MAX = 256;

    private static final int AT_ONCE_MAX = 256;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    MeasuredSystem system = new MeasuredSystem();

    @Option(names = "--gigabytes", defaultValue = "5", description = "Size of the file. Default: ${DEFAULT-VALUE}")
    double gigabytes;

    @Option(
            names = "--parts",
            defaultValue = "4",
            description = "Of it that are sent at a time. Default: ${DEFAULT-VALUE}")
    int parts;

    @Option(
            names = "--seed",
            description = "Of the bytes. Default: drawn, as what a system knows already isn't stored again")
    @Nullable Long seed;

    @Option(
            names = "--picture",
            defaultValue = "docs/images/heap.png",
            description = "Where the picture goes. Default: ${DEFAULT-VALUE}")
    Path picture = Path.of("docs/images/heap.png");

    @Override
    public Integer call() throws Exception {
        if (!(gigabytes > 0 && gigabytes <= GIGABYTES_MAX)) {
            throw unexpected("--gigabytes: " + gigabytes + " (expected: more than 0, at most " + GIGABYTES_MAX + ")");
        }
        if (parts < 1 || parts > AT_ONCE_MAX) {
            throw unexpected("--parts: " + parts + " (expected: 1.." + AT_ONCE_MAX + ")");
        }
        return system.measure(
                "files",
                FilesCommand.SETTINGS,
                () -> Files.createTempDirectory("millrace-heap-"),
                out(),
                this::measure);
    }

    private ParameterException unexpected(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    private int measure(Target target) throws IOException, InterruptedException {
        var record = new RunRecord(
                "heap", spec.commandLine().getParent().getParseResult().originalArgs());
        long bytes = Math.max(1, (long) (gigabytes * GIGABYTE));
        HeapRun run = HeapRun.of(target, bytes, parts, seed == null ? new SplittableRandom().nextLong() : seed);
        record.put("run", run.json());
        var moments = run.moments();
        out().printf(
                        "%,.1f GB: sent in %.1f s, put together in %.1f s, a version %.1f s later%n",
                        gigabytes,
                        moments.together() - moments.sending(),
                        moments.hashing() - moments.together(),
                        moments.version() - moments.hashing());
        out().printf("%-36s %10s %10s%n", "most MiB of the TaskManager", "before", "meanwhile");
        row("heap, of " + run.heapMiBMax(), run, Sample::heap);
        row("  old generation", run, Sample::old);
        row("process, resident", run, Sample::process);
        run.draw(picture);
        out().println("picture: " + picture);
        out().println("raw results: " + record.write(system.results));
        return 0;
    }

    private void row(String what, HeapRun run, ToDoubleFunction<Sample> figure) {
        out().printf("%-36s %10.0f %10.0f%n", what, run.mostBefore(figure), run.mostMeanwhile(figure));
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
