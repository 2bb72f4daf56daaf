package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.Target;
import dev.millrace.tickets.benchmarks.ClaimLoad;
import dev.millrace.tickets.benchmarks.ClaimRun;
import dev.millrace.tickets.benchmarks.Contender;
import dev.millrace.tickets.benchmarks.RunningMillrace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "claims",
        description = "Claims per second and what they cost, for Millrace and for the peer on PostgreSQL.",
        mixinStandardHelpOptions = true)
final class ClaimsCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"--target-data", "--data"},
            paramLabel = "DIR",
            defaultValue = ".millrace",
            description = "Data folder of a system that runs already. Default: ${DEFAULT-VALUE}")
    Path data = Path.of(".millrace");

    @Option(names = "--quick", description = "One capacity and one rate in about two minutes; nothing is written down.")
    boolean quick;

    @Option(
            names = "--callers",
            defaultValue = "256",
            description = "Claims on their way when looking for the capacity. Default: ${DEFAULT-VALUE}")
    int callers;

    @Option(
            names = "--warm-up",
            defaultValue = "40",
            description = "Seconds of load on each before anything counts. Default: ${DEFAULT-VALUE}")
    int warmUp;

    @Option(names = "--seconds", defaultValue = "15", description = "Length of a run. Default: ${DEFAULT-VALUE}")
    int seconds;

    @Option(names = "--rounds", defaultValue = "3", description = "Runs of each kind. Default: ${DEFAULT-VALUE}")
    int rounds;

    @Option(
            names = "--rates",
            split = ",",
            defaultValue = "1000,2000,4000,6000",
            description = "Claims per second at which latency is measured. Default: ${DEFAULT-VALUE}")
    List<Integer> rates = List.of();

    @Option(
            names = "--contested",
            defaultValue = "0.1",
            description = "Part of the claims that want a seat somebody wanted before. Default: ${DEFAULT-VALUE}")
    double contested;

    @Option(
            names = "--buyers",
            defaultValue = "5000",
            description = "People with tokens of their own. Default: ${DEFAULT-VALUE}")
    int buyers;

    @Option(
            names = "--seats-per-second",
            defaultValue = "30000",
            description = "Seats on sale for each second of a run. Default: ${DEFAULT-VALUE}")
    int seatsPerSecond;

    @Option(names = "--seed", defaultValue = "1", description = "Of the random choices. Default: ${DEFAULT-VALUE}")
    long seed;

    @Override
    public Integer call() throws Exception {
        Target target = Target.in(data);
        try (ClaimLoad load = new ClaimLoad(target, options());
                Contender millrace = new RunningMillrace(target, load.calls())) {
            return quick(load, millrace);
        }
    }

    private int quick(ClaimLoad load, Contender contender) throws InterruptedException {
        var out = spec.commandLine().getOut();
        var table = new ClaimTable(out);
        table.head();
        table.line(load.closed(contender, callers, Duration.ofSeconds(warmUp)), "warm-up");
        long givenTwice = 0;
        for (int round = 0; round < rounds; round++) {
            ClaimRun run = load.closed(contender, callers, Duration.ofSeconds(seconds));
            table.line(run, "");
            table.processes(run);
            givenTwice += run.givenTwice();
        }
        ClaimRun run = load.open(contender, 2000, Duration.ofSeconds(seconds));
        table.line(run, "");
        table.processes(run);
        table.line(load.reads(contender, callers, Duration.ofSeconds(5)), "");
        return givenTwice == 0 ? 0 : 1;
    }

    private ClaimLoad.Options options() {
        return new ClaimLoad.Options(2 * callers, buyers, contested, seatsPerSecond, seed);
    }
}
