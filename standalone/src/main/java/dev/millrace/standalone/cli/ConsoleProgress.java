package dev.millrace.standalone.cli;

import dev.millrace.standalone.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Progress as lines on the terminal, each with the time since the start. */
final class ConsoleProgress implements Progress {
    private final PrintWriter out;
    private final long startedNanos = System.nanoTime();
    private volatile boolean stopping;

    ConsoleProgress(PrintWriter out) {
        this.out = out;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    @Override
    public void starting(String name, String address) {
        say(name, "starting at " + address);
    }

    @Override
    public void ready(String name, String address, Duration took) {
        say(name, "ready in " + seconds(took));
    }

    @Override
    public void died(String name, String why, Duration pause) {
        say(name, why + "\n        starting it again in " + seconds(pause));
    }

    @Override
    public void stopping(String name) {
        if (!stopping) {
            stopping = true;
            out.println();
        }
        say(name, "stopping");
    }

    @Override
    public void step(String what) {
        say("", what);
    }

    void stopped() {
        out.println("Stopped. The data stays; ./millrace up finds it again.");
        out.flush();
    }

    static String seconds(Duration d) {
        return String.format(Locale.ROOT, "%.1f s", d.toMillis() / 1000.0);
    }

    private synchronized void say(String name, String what) {
        out.printf("%7s  %-10s %s%n", seconds(elapsed()), name, what);
        out.flush();
    }
}
