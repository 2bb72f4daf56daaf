package dev.millrace.standalone.cli;

import dev.millrace.standalone.ChildStatus;
import dev.millrace.standalone.LocalDatabase;
import dev.millrace.standalone.LocalIssuer;
import dev.millrace.standalone.Ports;
import dev.millrace.standalone.StatusFile;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.standalone.trial.Breakable;
import dev.millrace.tickets.standalone.onsale.OnSale;
import dev.millrace.tickets.standalone.onsale.SaleOptions;
import dev.millrace.tickets.standalone.onsale.SaleSystem;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Plays an on-sale against what runs, and judges it. */
@Command(
        name = "onsale",
        description = "Play a whole on-sale against what runs, breaking things if asked to, and check all of it.")
final class OnSaleCommand implements Callable<Integer> {
    private static final int CONTRADICTIONS_SHOWN_MAX = 20;
    /** So that what one of them does can be told from what the next does. */
    private static final Duration KILLS_APART = Duration.ofSeconds(20);

    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(60);

    @Option(names = "--buyers", paramLabel = "N", description = "People who come to buy. Default: ${DEFAULT-VALUE}")
    private int buyers = 2_000;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "From the first arrival to the last. Default: ${DEFAULT-VALUE}")
    private int seconds = 120;

    @Option(
            names = "--rehearsal",
            paramLabel = "S",
            description = "Seconds of a smaller sale before it that counts for nothing, as processes that have just"
                    + " started are slow. Default: ${DEFAULT-VALUE}")
    private int rehearsal = 30;

    @Option(names = "--seed", paramLabel = "X", description = "The same seed gives the same plan. Default: drawn")
    private @Nullable Long seed;

    @Option(
            names = "--reads",
            paramLabel = "N",
            description = "Looks at maps and events for each write. Default: ${DEFAULT-VALUE}")
    private int reads = 100;

    @Option(
            names = "--kill",
            paramLabel = "ROLE",
            split = ",",
            description = "Roles to kill and to stop while it goes on: streams, broker, ingest, serving, outbound,"
                    + " postgres, cassandra, dynamodb, redis, or all that run.")
    private List<String> kill = List.of();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        RunningSystem running = RunningSystem.require();
        Ports ports = running.ports();
        SaleOptions options = options(running.children());
        out.printf("%,d buyers within %d s, seed %d%n", options.buyers(), seconds, options.seed());
        OnSale.Result result = new OnSale(system(ports), options, new ProgressLine(out)::show).run();
        out.println();
        out.print(result.table());
        Verdict verdict = result.verdict();
        verdict.contradictions().stream()
                .limit(CONTRADICTIONS_SHOWN_MAX)
                .forEach(contradiction -> out.println("  " + contradiction));
        out.println(verdict.line());
        out.flush();
        return verdict.clean() ? 0 : 1;
    }

    private SaleOptions options(List<ChildStatus> running) {
        try {
            return new SaleOptions(
                    buyers,
                    Duration.ofSeconds(seconds),
                    Duration.ofSeconds(rehearsal),
                    seed == null ? new SecureRandom().nextInt(1_000_000) : seed,
                    Breakable.named(kill, running),
                    KILLS_APART,
                    CAUGHT_UP_WITHIN,
                    reads);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "--" + e.getMessage());
        }
    }

    private static SaleSystem system(Ports ports) {
        StatusFile status = new StatusFile(Terminal.data());
        return new SaleSystem(
                ports.gateway(),
                LocalIssuer.in(Terminal.data(), Clock.systemUTC()),
                ports.bootstrap(),
                () -> Objects.requireNonNull(status.read()).children(),
                () -> connect(ports));
    }

    private static java.sql.Connection connect(Ports ports) throws SQLException {
        return LocalDatabase.connect(Terminal.data(), ports);
    }
}
