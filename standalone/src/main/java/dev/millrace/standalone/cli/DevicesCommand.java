package dev.millrace.standalone.cli;

import dev.millrace.files.standalone.devices.DevicesOptions;
import dev.millrace.files.standalone.devices.DevicesTrial;
import dev.millrace.standalone.ChildStatus;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.standalone.trial.Breakable;
import java.io.PrintWriter;
import java.security.SecureRandom;
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

/** Lets people and their devices loose on the files that run, and judges all that became of these. */
@Command(
        name = "devices",
        description = "Let people with devices put, edit, move, delete, share and read files on what runs, breaking"
                + " things if asked to, and check that nothing is lost.")
final class DevicesCommand implements Callable<Integer> {
    private static final int CONTRADICTIONS_SHOWN_MAX = 20;
    /** So that what one of them does can be told from what the next does. */
    private static final Duration KILLS_APART = Duration.ofSeconds(20);

    private static final Duration ENDED_WITHIN = Duration.ofMinutes(3);

    @Option(
            names = "--people",
            paramLabel = "N",
            description = "How many, every second with two devices. Default: ${DEFAULT-VALUE}")
    private int people = 12;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long their devices do things. Default: ${DEFAULT-VALUE}")
    private int seconds = 120;

    @Option(
            names = "--seed",
            paramLabel = "X",
            description = "The same seed gives each device the same wishes. Default: drawn")
    private @Nullable Long seed;

    @Option(
            names = "--kill",
            paramLabel = "ROLE",
            split = ",",
            description = "Roles to kill and to stop while it goes on: streams, flink-jm, flink-tm, broker, ingest,"
                    + " serving, outbound, edge, dynamodb, cassandra, s3, or all that run.")
    private List<String> kill = List.of();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        RunningSystem running = RunningSystem.require();
        DevicesOptions options = options(running.children());
        out.printf("%,d people for %d s, seed %d%n", options.people(), seconds, options.seed());
        DevicesTrial.Result result = new DevicesTrial(running.forTrial(), options, new ProgressLine(out)::show).run();
        out.println();
        out.print(result.table());
        result.collected().lines().forEach(out::println);
        Verdict verdict = result.verdict();
        verdict.contradictions().stream()
                .limit(CONTRADICTIONS_SHOWN_MAX)
                .forEach(contradiction -> out.println("  " + contradiction));
        out.println(verdict.line());
        out.flush();
        return verdict.clean() ? 0 : 1;
    }

    private DevicesOptions options(List<ChildStatus> running) {
        try {
            return new DevicesOptions(
                    people,
                    Duration.ofSeconds(seconds),
                    seed == null ? new SecureRandom().nextInt(1_000_000) : seed,
                    Breakable.named(kill, running),
                    KILLS_APART,
                    ENDED_WITHIN);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "--" + e.getMessage());
        }
    }
}
