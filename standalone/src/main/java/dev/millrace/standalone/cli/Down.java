package dev.millrace.standalone.cli;

import dev.millrace.standalone.Occupancy;
import dev.millrace.standalone.StartFailure;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops what {@code up} started in another terminal. */
@Command(name = "down", description = "Stop everything; the data stays.")
final class Down implements Callable<Integer> {
    private static final long STOP_SECONDS_MAX = 90;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Optional<ProcessHandle> launcher = Terminal.hasData() ? Occupancy.holder(Terminal.data()) : Optional.empty();
        if (launcher.isEmpty()) {
            out.println("Nothing runs here.");
            return 0;
        }
        launcher.get().destroy();
        try {
            launcher.get().onExit().get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new StartFailure(
                    "down", "process " + launcher.get().pid() + " hasn't ended after " + STOP_SECONDS_MAX + " s");
        }
        out.println("Stopped.");
        return 0;
    }
}
