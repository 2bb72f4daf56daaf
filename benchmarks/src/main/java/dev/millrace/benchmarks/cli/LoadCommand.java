package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.RunRecord;
import dev.millrace.load.Measured;
import dev.millrace.load.ProcessUse;
import dev.millrace.tickets.benchmarks.SeatLoad;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "load",
        description = "Claims at fixed rates over HTTP, with reads beside them.",
        mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {
    @Mixin
    RunOptions run = new RunOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--rates",
            split = ",",
            defaultValue = "100,200,400,800",
            description = "Claims per second, one step each. Default: ${DEFAULT-VALUE}")
    List<Integer> rates = List.of();

    @Option(names = "--seconds", defaultValue = "20", description = "Length of a step. Default: ${DEFAULT-VALUE}")
    int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "15",
            description = "Seconds at the first rate before anything counts. Default: ${DEFAULT-VALUE}")
    int warmUp;

    @Option(names = "--reads", defaultValue = "1", description = "Reads per claim. Default: ${DEFAULT-VALUE}")
    double reads;

    @Option(
            names = "--contested",
            defaultValue = "0.1",
            description = "Part of the claims that want a seat somebody wanted before. Default: ${DEFAULT-VALUE}")
    double contested;

    @Option(
            names = "--confirmed",
            defaultValue = "0.2",
            description = "Part of the holds that are confirmed. Default: ${DEFAULT-VALUE}")
    double confirmed;

    @Option(
            names = "--buyers",
            defaultValue = "5000",
            description = "People with tokens of their own. Default: ${DEFAULT-VALUE}")
    int buyers;

    @Option(names = "--events", defaultValue = "8", description = "Events on sale. Default: ${DEFAULT-VALUE}")
    int events;

    @Option(
            names = "--seats",
            defaultValue = "0",
            description = "Seats of each event. Default: as many as the run needs, at least 1,000")
    int seats;

    @Option(names = "--seed", defaultValue = "1", description = "Of the random choices. Default: ${DEFAULT-VALUE}")
    long seed;

    @Override
    public Integer call() throws Exception {
        SeatLoad.Options options = options();
        var out = spec.commandLine().getOut();
        var record = new RunRecord(
                        "load", spec.commandLine().getParent().getParseResult().originalArgs())
                .put("options", options.json());
        var steps = record.list("steps");
        try (var load = new SeatLoad(run.target(), options)) {
            out.println(options.events() + " events of " + options.seatsPerEvent() + " seats on sale, "
                    + options.buyers() + " buyers; warming up");
            load.warmUp();
            out.printf(
                    "%n%-8s %9s %9s %8s %8s %8s %8s  %s%n",
                    "calls", "offered/s", "done/s", "p50 ms", "p99 ms", "p99.9", "max", "answers");
            for (int rate : options.claimsPerSecond()) {
                SeatLoad.Step step = load.step(rate);
                steps.add(step.json());
                double offeredReads = rate * reads;
                out.println(line("claims", rate, step.achievedPerSecond(), step.claims()));
                out.println(line("confirm", 0, step.confirmations().count() / (double) seconds, step.confirmations()));
                out.println(line("reads", offeredReads, step.reads().count() / (double) seconds, step.reads()));
                out.println(ProcessUse.text(step.processes()));
                out.flush();
            }
            record.put("seatsGivenTwice", load.givenTwice());
            out.println("seats given twice: " + load.givenTwice());
            out.println("raw results: " + record.write(run.results));
            return load.givenTwice() == 0 ? 0 : 1;
        }
    }

    private SeatLoad.Options options() {
        var options = options(seats);
        int needed = (int) Math.max(1000, SeatLoad.seatsNeeded(options) / events + 1);
        return seats > 0 ? options : options(needed);
    }

    private SeatLoad.Options options(int seatsPerEvent) {
        return new SeatLoad.Options(
                rates,
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(warmUp),
                reads,
                contested,
                confirmed,
                buyers,
                events,
                seatsPerEvent,
                seed);
    }

    private static String line(String calls, double offered, double done, Measured measured) {
        String answers = measured.answers().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(answer -> answer.getKey() + " " + answer.getValue())
                .collect(Collectors.joining(", "));
        return String.format(
                "%-8s %9.0f %9.0f %8.1f %8.1f %8.1f %8.1f  %s",
                calls,
                offered,
                done,
                measured.millisAt(50),
                measured.millisAt(99),
                measured.millisAt(99.9),
                measured.millisMax(),
                answers);
    }
}
