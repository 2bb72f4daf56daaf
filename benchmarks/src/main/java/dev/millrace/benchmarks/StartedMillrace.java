package dev.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** `./millrace up` of one product, with a port and a data folder of its own. */
public final class StartedMillrace implements AutoCloseable {
    /** The first start builds. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(15);

    private final ChildProcess launcher;
    private final Path data;

    private StartedMillrace(ChildProcess launcher, Path data) {
        this.launcher = launcher;
        this.data = data;
    }

    /**
     * @param folder an empty one
     * @param settings of roles, each as the launcher takes it: {@code ingest.rate.user.per.second=50}
     */
    public static StartedMillrace at(int port, Path folder, String product, List<String> settings) {
        Path data = folder.resolve("millrace");
        Path log = folder.resolve("millrace.log");
        List<String> command = new ArrayList<>(List.of(
                "./millrace", "up", product, "--no-demo", "--port", Integer.toString(port), "--data", data.toString()));
        settings.forEach(setting -> command.addAll(List.of("--set", setting)));
        ChildProcess launcher =
                ChildProcess.start("Millrace", command, log).awaiting(() -> says(log, "\nReady in "), READY_WITHIN);
        return new StartedMillrace(launcher, data);
    }

    public Target target() {
        return Target.in(data);
    }

    /** Settings that a role was started with, as key=value. */
    public List<String> settingsOf(String role) throws IOException {
        return Files.readAllLines(data.resolve("settings/" + role + ".properties"));
    }

    /** Whether what a process has written down has this in it. */
    public static boolean says(Path log, String text) {
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
