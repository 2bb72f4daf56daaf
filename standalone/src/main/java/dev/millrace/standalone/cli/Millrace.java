package dev.millrace.standalone.cli;

import dev.millrace.files.standalone.client.FilesFailure;
import dev.millrace.standalone.StartFailure;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** The command line's entry. */
@Command(
        name = "millrace",
        description = "Millrace on this machine: seats sold once, live.",
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
            TopicsCommand.class,
            HelpCommand.class
        })
public final class Millrace {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Where data is kept. Default: .millrace in the project's folder")
    private @Nullable Path data;

    private Millrace() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args.length == 0 ? new String[] {"help"} : args));
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
