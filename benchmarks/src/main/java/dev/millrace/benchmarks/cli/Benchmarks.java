package dev.millrace.benchmarks.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** `benchmarks/run`: one subcommand a measurement. */
@Command(
        name = "benchmarks/run",
        description = "Measures a system that `./millrace up` started here, or a function alone.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            HelpCommand.class,
            ClaimsCommand.class,
            OverloadCommand.class,
            SoakCommand.class,
            LoadCommand.class,
            ChangelogCommand.class,
            SocketsCommand.class,
            FeedCommand.class,
            DeliveriesCommand.class,
            RedisTimelinesCommand.class,
            FilesCommand.class,
            ChunkingCommand.class,
            HeapCommand.class,
            JmhCommand.class
        })
public final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] args) {
        CommandLine commands = new CommandLine(new Benchmarks());
        commands.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof IllegalStateException) {
                command.getErr().println(failure.getMessage());
                return 1;
            }
            throw failure;
        });
        System.exit(commands.execute(args));
    }
}
