package dev.millrace.standalone.cli;

import dev.millrace.files.standalone.client.FilesFailure;
import dev.millrace.standalone.StartFailure;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** The command line's entry. */
@Command(
        name = "millrace",
        description = "Millrace on this machine: tickets, a feed, and files on one streaming backbone.",
        subcommands = {
            Up.class,
            Status.class,
            Logs.class,
            Down.class,
            Reset.class,
            Token.class,
            Trace.class,
            DeadLetters.class,
            OnSaleCommand.class,
            CrowdCommand.class,
            DevicesCommand.class,
            FilesCommand.class,
            TopicsCommand.class
        })
public final class Millrace {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Say this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at it
    private boolean help;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where data is kept. Default: .millrace in the project's folder")
    private @Nullable Path data;

    private Millrace() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(asked(args)));
    }

    /** {@code help COMMAND} is another way to say {@code COMMAND --help}, and so is nothing at all. */
    private static String[] asked(String[] args) {
        if (args.length > 0 && !args[0].equals("help")) {
            return args;
        }
        return Stream.concat(Arrays.stream(args).skip(1), Stream.of("--help")).toArray(String[]::new);
    }

    static CommandLine commandLine() {
        Millrace millrace = new Millrace();
        return new CommandLine(millrace)
                .setExecutionStrategy(parsed -> {
                    Terminal.keepDataIn(millrace.data);
                    Terminal.sendLogsToFile();
                    return new RunLast().execute(parsed);
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof StartFailure || failure instanceof FilesFailure) {
                        command.getErr().println("\n" + failure.getMessage());
                    } else {
                        command.getErr().println("\nThis shouldn't have happened:");
                        failure.printStackTrace(command.getErr());
                    }
                    return 1;
                });
    }
}
