package dev.millrace.standalone;

import java.io.IOException;
import java.util.List;

/**
 * Runs a command that must not outlive its launcher, where the system has no parent-death signal: a process between the
 * two that ends the command when its own stdin ends.
 */
public final class Tether {
    private static final String SIGNAL = "INT";

    private Tether() {}

    /** The command, told to end when its launcher does, however that ends. */
    static List<String> endingWithLauncher(List<String> command) {
        return Machine.has("setpriv")
                ? Machine.join(List.of("setpriv", "--pdeathsig", SIGNAL), command)
                : around(command);
    }

    private static List<String> around(List<String> command) {
        return Machine.join(
                List.of(
                        Programs.java(),
                        "-Xmx16m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        Programs.ownJar().toString(),
                        Tether.class.getName()),
                command);
    }

    public static void main(String[] command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .inheritIO()
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
        Thread watch = new Thread(
                () -> {
                    awaitEndOfStdin();
                    end(process);
                },
                "stdin-watch");
        watch.setDaemon(true);
        watch.start();
        int exit = process.waitFor();
        Runtime.getRuntime().halt(exit);
    }

    private static void awaitEndOfStdin() {
        try {
            while (System.in.read() >= 0) {
                // Only the end matters.
            }
        } catch (IOException e) {
            // A broken pipe is an end too.
        }
    }

    private static void end(Process process) {
        try {
            new ProcessBuilder("sh", "-c", "kill -" + SIGNAL + " " + process.pid())
                    .start()
                    .waitFor();
            process.waitFor();
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
