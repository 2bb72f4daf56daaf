package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.ChildProcess;
import dev.millrace.benchmarks.RunRecord;
import dev.millrace.files.benchmarks.ChunkingBenchmark;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "chunking",
        description = "How fast one core cuts files and hashes them, beside sha256sum on the same bytes.",
        mixinStandardHelpOptions = true)
final class ChunkingCommand implements Callable<Integer> {
    private static final String PEER = "sha256sum";
    /** So many times the same file, as its start would count beside once. */
    private static final int PEER_TIMES = 32;

    private static final Duration PEER_WITHIN = Duration.ofMinutes(10);

    @Mixin
    RunOptions run = new RunOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(names = "--rounds", defaultValue = "3", description = "Runs of each, in turn. Default: ${DEFAULT-VALUE}")
    int rounds;

    /** GB/s of each run. */
    private final Map<String, List<Double>> runs = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds: " + rounds + " (expected: 1 or more)");
        }
        var record = new RunRecord(
                "chunking", spec.commandLine().getParent().getParseResult().originalArgs());
        Path folder = Files.createTempDirectory("millrace-chunking-");
        Path bytes = folder.resolve("bytes");
        ChunkingBenchmark.write(bytes);
        for (int round = 1; round <= rounds; round++) {
            ours();
            if (ChildProcess.isInstalled(PEER)) {
                peer(bytes, folder.resolve("log"));
            }
            out().println("round " + round + " of " + rounds + " is done");
            out().flush();
        }
        Files.delete(bytes);
        var results = record.list("results");
        out().printf("%n%-28s %s%n", "GB/s of one core", "median (least..most) of " + rounds);
        runs.forEach((what, perSecond) -> {
            Spread spread = Spread.of(perSecond, Double::doubleValue);
            results.add(spread.json().put("what", what).put("gigabytesPerSecond", perSecond));
            out().printf("%-28s %s%n", what, spread.text("%.2f"));
        });
        if (!runs.containsKey(PEER)) {
            results.add(new JsonObject().put("what", PEER).put("installed", false));
            out().printf("%-28s not installed%n", PEER);
        }
        out().println("raw results: " + record.write(run.results));
        return 0;
    }

    private void ours() throws RunnerException {
        var options = new OptionsBuilder()
                .include(ChunkingBenchmark.class.getName().replace(".", "\\."))
                .verbosity(VerboseMode.SILENT)
                .build();
        for (RunResult result : new Runner(options).run()) {
            // Bytes a microsecond are MB/s.
            keep(
                    what(result.getParams().getBenchmark()),
                    result.getPrimaryResult().getScore() / 1e3);
        }
    }

    private static String what(String benchmark) {
        String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        return switch (method) {
            case "cutAndHash" -> "FastCDC and SHA-256";
            case "cut" -> "FastCDC alone";
            case "hashWhole" -> "SHA-256 alone";
            default -> method;
        };
    }

    private void peer(Path bytes, Path log) {
        List<String> command = new ArrayList<>(List.of(PEER));
        command.addAll(Collections.nCopies(PEER_TIMES, bytes.toString()));
        long began = System.nanoTime();
        ChildProcess.run(PEER, command, log, PEER_WITHIN);
        double seconds = (System.nanoTime() - began) / 1e9;
        keep(PEER, (double) PEER_TIMES * ChunkingBenchmark.STEP_BYTES / seconds / 1e9);
    }

    private void keep(String what, double gigabytesPerSecond) {
        runs.computeIfAbsent(what, w -> new ArrayList<>()).add(gigabytesPerSecond);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
