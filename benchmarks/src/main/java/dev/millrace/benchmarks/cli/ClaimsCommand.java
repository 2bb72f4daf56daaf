package dev.millrace.benchmarks.cli;

import dev.millrace.benchmarks.RunRecord;
import dev.millrace.benchmarks.StartedMillrace;
import dev.millrace.benchmarks.Target;
import dev.millrace.tickets.benchmarks.ClaimLoad;
import dev.millrace.tickets.benchmarks.ClaimRun;
import dev.millrace.tickets.benchmarks.Contender;
import dev.millrace.tickets.benchmarks.RunningMillrace;
import dev.millrace.tickets.benchmarks.RunningPeer;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "claims",
        description = "Claims per second and what they cost, for Millrace and for the peer on PostgreSQL.",
        mixinStandardHelpOptions = true)
final class ClaimsCommand implements Callable<Integer> {
    private static final int READ_SECONDS = 5;
    private static final List<Integer> QUICK_RATES = List.of(2000);

    /** Who is measured. */
    enum Contestant {
        millrace,
        peer
    }

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"--target-data", "--data"},
            paramLabel = "DIR",
            description = "Data folder of a system that runs already. Default: start one, and the peer")
    @Nullable Path data;

    @Option(names = "--only", description = "Only this system: ${COMPLETION-CANDIDATES}. Default: both")
    @Nullable Contestant only;

    @Option(
            names = "--port",
            defaultValue = "13080",
            description = "Where what is started listens, and up to 31 above. Default: ${DEFAULT-VALUE}")
    int port;

    @Option(
            names = "--peer",
            paramLabel = "SETTING=VALUE",
            description = "A setting of the peer, as in peer.connections=32; may be repeated")
    List<String> peerSettings = List.of();

    @Option(
            names = "--results",
            defaultValue = "benchmarks/results",
            description = "Folder of raw results. Default: ${DEFAULT-VALUE}")
    Path results = Path.of("benchmarks/results");

    private final List<ClaimRun> runs = new ArrayList<>();
    private final ClaimSummary summary = new ClaimSummary();

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
        if (data != null) {
            Target target = Target.in(data);
            try (ClaimLoad load = new ClaimLoad(target, options());
                    Contender millrace = new RunningMillrace(target, load.calls())) {
                return measure(load, List.of(() -> millrace));
            }
        }
        Path folder = Files.createTempDirectory("millrace-claims-");
        out().println("everything runs in " + folder);
        try (StartedMillrace started = StartedMillrace.at(port, folder, "tickets", List.of());
                ClaimLoad load = new ClaimLoad(started.target(), options());
                Contender millrace = new RunningMillrace(started.target(), load.calls());
                RunningPeer peer = RunningPeer.beside(started, load.calls(), folder, port + 30, peerSettings)) {
            List<Supplier<Contender>> contenders = new ArrayList<>();
            if (only != Contestant.peer) {
                contenders.add(() -> millrace);
            }
            if (only != Contestant.millrace) {
                contenders.add(() -> peer.synchronous(true));
                contenders.add(() -> peer.synchronous(false));
            }
            int status = measure(load, contenders);
            out().println("seats booked twice in the peer's own tables: " + peer.seatsBookedTwice());
            return status;
        }
    }

    private int measure(ClaimLoad load, List<Supplier<Contender>> contenders) throws Exception {
        table().head();
        for (Supplier<Contender> contender : contenders) {
            table().line(load.closed(contender.get(), callers, Duration.ofSeconds(warmUp)), "warm-up");
        }
        for (int round = 0; round < rounds; round++) {
            for (Supplier<Contender> contender : contenders) {
                keep(load.closed(contender.get(), callers, Duration.ofSeconds(seconds)));
                if (!quick || round == rounds - 1) {
                    keep(load.reads(contender.get(), callers, Duration.ofSeconds(READ_SECONDS)));
                }
            }
            for (int rate : quick ? QUICK_RATES : rates) {
                for (Supplier<Contender> contender : contenders) {
                    keep(load.open(contender.get(), rate, Duration.ofSeconds(seconds)));
                }
            }
        }
        long givenTwice = runs.stream().mapToLong(ClaimRun::givenTwice).sum();
        summary.print(out());
        out().println("seats given twice, by the answers: " + givenTwice);
        if (!quick) {
            out().println("raw results: " + record(givenTwice).write(results));
        }
        return givenTwice == 0 ? 0 : 1;
    }

    private void keep(ClaimRun run) {
        runs.add(run);
        summary.add(run);
        table().line(run, "");
        table().processes(run);
    }

    private RunRecord record(long givenTwice) {
        var record = new RunRecord(
                        "claims",
                        spec.commandLine().getParent().getParseResult().originalArgs())
                .put("seatsGivenTwice", givenTwice)
                .put("summary", summary.json());
        var all = record.list("runs");
        runs.forEach(run -> all.add(run.json()));
        return record;
    }

    private ClaimTable table() {
        return new ClaimTable(out());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private ClaimLoad.Options options() {
        return new ClaimLoad.Options(2 * callers, buyers, contested, seatsPerSecond, seed);
    }
}
