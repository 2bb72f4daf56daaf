package dev.millrace.standalone.cli;

import com.google.protobuf.TextFormat;
import dev.millrace.standalone.CommandTrace;
import dev.millrace.standalone.CommandTrace.Station;
import dev.millrace.standalone.StartFailure;
import dev.millrace.topics.CommandId;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows a command's way. */
@Command(name = "trace", description = "Show a command's way: its record, the facts it made, its answers, the ledger.")
final class Trace implements Callable<Integer> {
    @Parameters(paramLabel = "COMMAND_ID", description = "32 hex digits, or a booking's id, which ends with them.")
    private String id = "";

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        CommandId command = commandId();
        RunningSystem system = RunningSystem.require();
        List<Station> stations = CommandTrace.of(command, system.bootstrap());
        if (stations.isEmpty()) {
            out.println("No record names command " + command + ".");
            return 1;
        }
        for (Station s : stations) {
            out.printf(
                    "%s  %s  partition %d  offset %d  key %s%n", s.at(), s.topic(), s.partition(), s.offset(), s.key());
            TextFormat.printer()
                    .printToString(s.value())
                    .lines()
                    .filter(line -> !line.strip().startsWith("seating"))
                    .forEach(line -> out.println("    " + line));
        }
        out.flush();
        return 0;
    }

    private CommandId commandId() {
        String hex = id.substring(id.lastIndexOf('.') + 1);
        try {
            return CommandId.parse(hex);
        } catch (IllegalArgumentException e) {
            throw new StartFailure("trace", id + " (expected: 32 hex digits, or a booking's id)");
        }
    }
}
