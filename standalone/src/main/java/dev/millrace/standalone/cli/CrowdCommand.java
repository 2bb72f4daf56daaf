package dev.millrace.standalone.cli;

import dev.millrace.feed.standalone.crowd.CrowdOptions;
import dev.millrace.feed.standalone.crowd.CrowdTrial;
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

/** Lets a crowd loose on the feed that runs, and judges every page it was shown. */
@Command(
        name = "crowd",
        description =
                "Let a crowd follow, post and read on what runs, breaking things if asked to, and check every page.")
final class CrowdCommand implements Callable<Integer> {
    private static final int CONTRADICTIONS_SHOWN_MAX = 20;
    /** So that what one of them does can be told from what the next does. */
    private static final Duration KILLS_APART = Duration.ofSeconds(20);

    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(60);

    @Option(names = "--users", paramLabel = "N", description = "How many people. Default: ${DEFAULT-VALUE}")
    private int users = 20_000;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long they post and read, once they follow each other. Default: ${DEFAULT-VALUE}")
    private int seconds = 120;

    @Option(
            names = "--rehearsal",
            paramLabel = "S",
            description = "Seconds of reading before that which aren't timed, as processes that have just started are"
                    + " slow. Default: ${DEFAULT-VALUE}")
    private int rehearsal = 15;

    @Option(names = "--seed", paramLabel = "X", description = "The same seed gives the same plan. Default: drawn")
    private @Nullable Long seed;

    @Option(names = "--writes", paramLabel = "N", description = "Writes a second. Default: ${DEFAULT-VALUE}")
    private int writes = 5;

    @Option(names = "--reads", paramLabel = "N", description = "Pages for each write. Default: ${DEFAULT-VALUE}")
    private int reads = 50;

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
        CrowdOptions options = options(running.children());
        out.printf("%,d users for %d s, seed %d%n", options.users(), seconds, options.seed());
        CrowdTrial.Result result = new CrowdTrial(running.forTrial(), options, new ProgressLine(out)::show).run();
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

    private CrowdOptions options(List<ChildStatus> running) {
        try {
            return new CrowdOptions(
                    users,
                    Duration.ofSeconds(seconds),
                    Duration.ofSeconds(rehearsal),
                    seed == null ? new SecureRandom().nextInt(1_000_000) : seed,
                    Breakable.named(kill, running),
                    KILLS_APART,
                    CAUGHT_UP_WITHIN,
                    writes,
                    reads);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "--" + e.getMessage());
        }
    }
}
