package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.ProcessSamples;
import dev.millrace.benchmarks.RunRecord;
import dev.millrace.benchmarks.Target;
import dev.millrace.tickets.benchmarks.ClaimLoad;
import dev.millrace.tickets.benchmarks.ClaimRun;
import dev.millrace.tickets.benchmarks.Contender;
import dev.millrace.tickets.benchmarks.RunningMillrace;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "overload",
        description =
                "More claims than can be decided: what is still decided, how fast, and how the rest is sent away.",
        mixinStandardHelpOptions = true)
final class OverloadCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    MeasuredSystem system = new MeasuredSystem();

    @Option(names = "--capacity", description = "Claims per second that can be decided. Default: found first")
    @Nullable Integer capacity;

    @Option(
            names = "--callers",
            defaultValue = "256",
            description = "Claims on their way when looking for the capacity. Default: ${DEFAULT-VALUE}")
    int callers;

    @Option(
            names = "--connections",
            defaultValue = "4000",
            description = "Most that are open, so that nobody waits for one at the client. Default: ${DEFAULT-VALUE}")
    int connections;

    @Option(
            names = "--steps",
            split = ",",
            defaultValue = "0.5,1,1.5,2,3",
            description = "Offered, in capacities. Default: ${DEFAULT-VALUE}")
    List<Double> steps = List.of();

    @Option(
            names = "--warm-up",
            defaultValue = "40",
            description = "Seconds of load before anything counts. Default: ${DEFAULT-VALUE}")
    int warmUp;

    @Option(names = "--seconds", defaultValue = "20", description = "Length of a step. Default: ${DEFAULT-VALUE}")
    int seconds;

    @Option(
            names = "--buyers",
            defaultValue = "20000",
            description = "People with tokens of their own. Default: ${DEFAULT-VALUE}")
    int buyers;

    @Option(
            names = "--seats-per-second",
            defaultValue = "30000",
            description = "Seats on sale for each second of a step. Default: ${DEFAULT-VALUE}")
    int seatsPerSecond;

    @Override
    public Integer call() throws Exception {
        return system.measure(
                "tickets", List.of(), () -> Files.createTempDirectory("millrace-overload-"), out(), this::measure);
    }

    private int measure(Target target) throws Exception {
        var record = new RunRecord(
                "overload", spec.commandLine().getParent().getParseResult().originalArgs());
        JsonArray all = record.list("steps");
        var options = new ClaimLoad.Options(connections, buyers, 0.1, seatsPerSecond, 1);
        try (ClaimLoad load = new ClaimLoad(target, options);
                Contender millrace = new RunningMillrace(target, load.calls())) {
            new ClaimTable(out()).head();
            new ClaimTable(out()).line(load.closed(millrace, callers, Duration.ofSeconds(warmUp)), "warm-up");
            double most = capacity == null ? found(load, millrace, record) : capacity;
            out().printf("%ncapacity %.0f claims/s%n", most);
            out().printf(
                            "%8s %9s %9s %8s %8s %8s %9s %9s %9s  %s%n",
                            "offered",
                            "claims/s",
                            "decided/s",
                            "p50 ms",
                            "p99 ms",
                            "p99.9",
                            "sent away",
                            "no hint",
                            "generator",
                            "memory MiB before..most..after");
            double peak = 0;
            double last = 0;
            for (double times : steps) {
                JsonObject step = step(load, millrace, times, (int) (times * most));
                all.add(step);
                last = step.getJsonObject("run").getDouble("decidedPerSecond");
                peak = Math.max(peak, last);
            }
            record.put("capacity", most).put("lastOfPeak", last / peak);
            out().printf("decided at the last step: %.0f %% of the peak%n", 100 * last / peak);
        }
        out().println("raw results: " + record.write(system.results));
        return 0;
    }

    private double found(ClaimLoad load, Contender millrace, RunRecord record) throws InterruptedException {
        ClaimRun run = load.closed(millrace, callers, Duration.ofSeconds(seconds));
        new ClaimTable(out()).line(run, "capacity");
        record.put("closed", run.json());
        return run.decidedPerSecond();
    }

    private JsonObject step(ClaimLoad load, Contender millrace, double times, int perSecond)
            throws InterruptedException {
        Map<String, Long> processes = millrace.processes();
        JsonObject before = ProcessSamples.rssMiB(processes);
        try (var samples = new ProcessSamples(processes)) {
            ClaimRun run = load.open(millrace, perSecond, Duration.ofSeconds(seconds));
            JsonObject most = samples.most();
            JsonObject after = ProcessSamples.rssMiB(processes);
            print(times, perSecond, run, before, most, after);
            return new JsonObject()
                    .put("capacities", times)
                    .put("offeredPerSecond", perSecond)
                    .put("rssMiBBefore", before)
                    .put("rssMiBMost", most)
                    .put("rssMiBAfter", after)
                    .put("run", run.json());
        }
    }

    private void print(
            double times, int perSecond, ClaimRun run, JsonObject before, JsonObject most, JsonObject after) {
        out().printf(
                        "%7.1fx %9d %9.0f %8.1f %8.1f %8.1f %9d %9d %9.2f  %s%n",
                        times,
                        perSecond,
                        run.decidedPerSecond(),
                        run.claims().millisAt(50),
                        run.claims().millisAt(99),
                        run.claims().millisAt(99.9),
                        run.others().count(),
                        run.shedWithoutHint(),
                        run.processorSeconds().getOrDefault("generator", 0.0) / run.seconds(),
                        before.fieldNames().stream()
                                .map(name -> name + " " + before.getLong(name) + ".." + most.getLong(name) + ".."
                                        + after.getLong(name))
                                .collect(Collectors.joining("  ")));
        out().println("         " + run.answers());
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
