package dev.millrace.standalone;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Starts every child from one thread that lives as long as the launcher: Linux sends the parent-death signal when the
 * thread that started a child ends, not when its process does.
 */
final class Spawner implements AutoCloseable {
    /** Who isn't root is sent away if somebody else changed a session's nice value within the last tenth of a second. */
    private static final String LAST_IN_LINE = """
            for again in 1 2 3; do
                [ -w /proc/self/autogroup ] && ! { echo 5 > /proc/self/autogroup; } 2>/dev/null || break
                sleep 0.2
            done
            exec nice -n 5 "$@"
            """;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread t = new Thread(task, "spawner");
        t.setDaemon(true);
        return t;
    });

    Process start(Program program) throws IOException, InterruptedException {
        Future<Process> started = thread.submit(() -> new ProcessBuilder(program.command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(program.log().toFile()))
                .start());
        try {
            return started.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** Only after every child has ended. */
    @Override
    public void close() {
        thread.shutdown();
    }

    /** The command as the leader of a session of its own: Ctrl-C at the launcher then reaches the launcher alone. */
    static List<String> apart(List<String> command) {
        return Machine.has("setsid") ? Machine.join(List.of("setsid"), command) : command;
    }

    /**
     * The command {@link #apart}, and last in line when processors are short: for what nobody waits for. Linux may
     * weigh whole sessions against each other, by a nice value of theirs; without that a program's own counts.
     */
    static List<String> behind(List<String> command) {
        return Machine.has("nice")
                ? apart(Machine.join(List.of("sh", "-c", LAST_IN_LINE, "sh"), command))
                : apart(command);
    }
}
