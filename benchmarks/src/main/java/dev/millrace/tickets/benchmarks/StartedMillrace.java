package dev.millrace.tickets.benchmarks;

import dev.millrace.benchmarks.ChildProcess;
import dev.millrace.benchmarks.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** `./millrace up tickets`, with a port and a data folder of its own. */
public final class StartedMillrace implements AutoCloseable {
    /** The first start builds. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(15);

    private final ChildProcess launcher;
    private final Path data;

    private StartedMillrace(ChildProcess launcher, Path data) {
        this.launcher = launcher;
        this.data = data;
    }

    /** @param folder an empty one */
    public static StartedMillrace at(int port, Path folder) {
        Path data = folder.resolve("millrace");
        Path log = folder.resolve("millrace.log");
        ChildProcess launcher = ChildProcess.start(
                        "Millrace",
                        List.of(
                                "./millrace",
                                "up",
                                "tickets",
                                "--no-demo",
                                "--port",
                                Integer.toString(port),
                                "--data",
                                data.toString()),
                        log)
                .awaiting(() -> says(log, "\nReady in "), READY_WITHIN);
        return new StartedMillrace(launcher, data);
    }

    public Target target() {
        return Target.in(data);
    }

    /** Settings that a role was started with, as key=value. */
    List<String> settingsOf(String role) throws IOException {
        return Files.readAllLines(data.resolve("settings/" + role + ".properties"));
    }

    static boolean says(Path log, String text) {
        try {
            return Files.readString(log).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        launcher.close();
    }
}
