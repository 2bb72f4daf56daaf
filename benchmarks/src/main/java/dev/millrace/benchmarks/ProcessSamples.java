package dev.millrace.benchmarks;

import dev.millrace.load.ProcessUse;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The most memory that each process had while something went on, looked at twice a second. */
public final class ProcessSamples implements AutoCloseable {
    private static final long EVERY_MILLIS = 500;

    private final Map<String, Long> processes;
    private final Map<String, Long> rssMiBMost = new LinkedHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread t = new Thread(task, "process-samples");
        t.setDaemon(true);
        return t;
    });

    public ProcessSamples(Map<String, Long> processes) {
        this.processes = Map.copyOf(processes);
        var unused = thread.scheduleAtFixedRate(this::look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Memory of each now, in MiB. */
    public static JsonObject rssMiB(Map<String, Long> processes) {
        JsonObject now = new JsonObject();
        processes.forEach((name, pid) -> now.put(name, ProcessUse.rssMiB(pid)));
        return now;
    }

    private synchronized void look() {
        processes.forEach((name, pid) -> rssMiBMost.merge(name, ProcessUse.rssMiB(pid), Math::max));
    }

    /** Most of each since the beginning. */
    public synchronized JsonObject most() {
        JsonObject most = new JsonObject();
        rssMiBMost.forEach(most::put);
        return most;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
