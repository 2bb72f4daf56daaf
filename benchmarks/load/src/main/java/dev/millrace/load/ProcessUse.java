package dev.millrace.load;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * What processes use of this machine, as Linux counts it: processor time and memory, each with its children, as
 * PostgreSQL works in them. Empty on other systems.
 */
public final class ProcessUse {
    /** The kernel's unit of processor time in /proc is a hundredth of a second on every common build. */
    private static final double TICKS_PER_SECOND = 100;

    private final Map<String, Long> processes;
    private final Map<String, Double> secondsAtStart = new LinkedHashMap<>();
    private final long startedNanos = System.nanoTime();

    /** Counts from now on. */
    public ProcessUse(Map<String, Long> processes) {
        this.processes = Map.copyOf(processes);
        processes.forEach((name, pid) -> secondsAtStart.put(name, processorSeconds(pid)));
    }

    /** Processor seconds of each process since the start. */
    public Map<String, Double> processorSeconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        secondsAtStart.forEach(
                (name, before) -> seconds.put(name, processorSeconds(processes.getOrDefault(name, 0L)) - before));
        return seconds;
    }

    /** Cores used on average since the start, and memory now, of each process. */
    public JsonObject json() {
        double elapsed = (System.nanoTime() - startedNanos) / 1e9;
        JsonObject use = new JsonObject();
        processorSeconds()
                .forEach((name, seconds) -> use.put(
                        name,
                        new JsonObject()
                                .put("cores", seconds / elapsed)
                                .put("processorSeconds", seconds)
                                .put("rssMiB", rssMiB(processes.getOrDefault(name, 0L)))));
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

    /** Resident memory; of children only what isn't shared. */
    public static long rssMiB(long pid) {
        long own = statusNumber(pid, "VmRSS:");
        long children =
                children(pid).map(child -> statusNumber(child, "RssAnon:")).sum();
        return (own + children) / 1024;
    }

    /** Files and sockets that a process and its children have open. */
    public static long handles(long pid) {
        return LongStream.concat(LongStream.of(pid), children(pid))
                .map(process -> {
                    try (var open = Files.list(Path.of("/proc", Long.toString(process), "fd"))) {
                        return open.count();
                    } catch (IOException e) {
                        return 0;
                    }
                })
                .sum();
    }

    public static long threads(long pid) {
        return LongStream.concat(LongStream.of(pid), children(pid))
                .map(process -> statusNumber(process, "Threads:"))
                .sum();
    }

    private static double processorSeconds(long pid) {
        // Children that have ended are in their parent's account.
        return seconds(pid) + children(pid).mapToDouble(ProcessUse::seconds).sum();
    }

    private static double seconds(long pid) {
        return lines(pid, "stat").stream()
                .mapToDouble(line -> {
                    // The name in parentheses may hold spaces; user and system time are the 12th and 13th after it, and
                    // those of ended children follow.
                    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
                    long ticks = 0;
                    for (int i = 0; i < 4; i++) {
                        ticks += Long.parseLong(fields[11 + i]);
                    }
                    return ticks / TICKS_PER_SECOND;
                })
                .findFirst()
                .orElse(0);
    }

    /** Not our own: whatever we started is counted by its own name. */
    private static LongStream children(long pid) {
        if (pid == ProcessHandle.current().pid()) {
            return LongStream.empty();
        }
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .mapToLong(ProcessHandle::pid);
    }

    private static long statusNumber(long pid, String name) {
        return lines(pid, "status").stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
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
