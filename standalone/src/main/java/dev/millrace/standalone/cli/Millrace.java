package dev.millrace.standalone.cli;

import dev.millrace.files.standalone.client.FilesFailure;
import dev.millrace.standalone.StartFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

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
    private Millrace() {}

    public static void main(String[] args) {
        Terminal.sendLogsToFile();
        System.exit(commandLine().execute(args.length == 0 ? new String[] {"help"} : args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Millrace()).setExecutionExceptionHandler((failure, command, parsed) -> {
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
