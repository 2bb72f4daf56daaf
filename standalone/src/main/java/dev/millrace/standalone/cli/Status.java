package dev.millrace.standalone.cli;

import dev.millrace.standalone.ChildStatus;
import dev.millrace.standalone.Occupancy;
import dev.millrace.standalone.StatusFile;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what runs. Exit code 0: everything is ready; 1: something isn't; 3: nothing runs. */
@Command(name = "status", description = "Say what runs, since when, and what was restarted why.")
final class Status implements Callable<Integer> {
    private static final int NOT_RUNNING = 3;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        var launcher =
                Terminal.hasData() ? Occupancy.holder(Terminal.data()) : java.util.Optional.<ProcessHandle>empty();
        StatusFile.Snapshot snapshot = launcher.isEmpty() ? null : new StatusFile(Terminal.data()).read();
        if (snapshot == null) {
            out.println("Nothing runs here. Start it with: ./millrace up");
            return NOT_RUNNING;
        }
        out.println("http://127.0.0.1:" + snapshot.ports().gateway() + "  (launcher: process "
                + launcher.orElseThrow().pid() + ")");
        boolean allReady = true;
        for (ChildStatus child : snapshot.children()) {
            allReady &= child.state() == ChildStatus.State.READY;
            out.printf(
                    "  %-10s %-9s %-16s process %-8d for %s%s%n",
                    child.name(),
                    child.state().name().toLowerCase(java.util.Locale.ROOT),
                    child.address(),
                    child.pid(),
                    words(Duration.between(child.since(), Instant.now())),
                    child.restarts() == 0
                            ? ""
                            : ", restarted " + child.restarts() + " times, last because it "
                                    + child.why().lines().findFirst().orElse(""));
        }
        snapshot.children().stream()
                .filter(child -> child.name().equals("flink-jm"))
                .forEach(child -> out.println("Flink's page: http://" + child.address()));
        out.flush();
        return allReady ? 0 : 1;
    }

    private static String words(Duration d) {
        if (d.toHours() > 0) {
            return d.toHours() + " h " + d.toMinutesPart() + " min";
        }
        return d.toMinutes() > 0 ? d.toMinutes() + " min " + d.toSecondsPart() + " s" : d.toSeconds() + " s";
    }
}
