package dev.millrace.load;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What processes use of this machine, as Linux counts it: processor time and memory. Empty on other systems. */
public final class ProcessUse {
    /** The kernel's unit of processor time in /proc is a hundredth of a second on every common build. */
    private static final double TICKS_PER_SECOND = 100;

    private final Map<String, Long> processes;
    private final Map<String, Double> secondsAtStart = new LinkedHashMap<>();
    private final long startedNanos = System.nanoTime();

    /** Counts from now on. */
    public ProcessUse(Map<String, Long> processes) {
        this.processes = processes;
        processes.forEach((name, pid) -> secondsAtStart.put(name, processorSeconds(pid)));
    }

    /** Cores used on average since the start, and memory now, of each process. */
    public JsonObject json() {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        JsonObject use = new JsonObject();
        processes.forEach((name, pid) -> use.put(
                name,
                new JsonObject()
                        .put("cores", (processorSeconds(pid) - secondsAtStart.getOrDefault(name, 0.0)) / seconds)
                        .put("rssMiB", rssMiB(pid))));
        return use;
    }

    /** One line. */
    public static String text(JsonObject use) {
        var text = new StringBuilder();
        use.forEach(process -> {
            var of = (JsonObject) process.getValue();
            text.append(String.format(
                    "  %s %.2f cores %d MiB", process.getKey(), of.getDouble("cores"), of.getLong("rssMiB")));
        });
        return text.toString();
    }

    public static long rssMiB(long pid) {
        return lines(pid, "status").stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }

    private static double processorSeconds(long pid) {
        return lines(pid, "stat").stream()
                .mapToDouble(line -> {
                    // The name in parentheses may hold spaces; user and system time are the 12th and 13th after it.
                    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
                    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
                })
                .findFirst()
                .orElse(0);
    }

    private static List<String> lines(long pid, String file) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            return List.of();
        }
    }
}
