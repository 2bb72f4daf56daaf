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
}
