package dev.millrace.benchmarks;

import dev.millrace.load.ProcessUse;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Memory of a JVM over time, twice a second: its heap as its own counters tell it, which costs that JVM nothing (jstat),
 * and what the process has of the machine.
 */
public final class JvmSamples implements AutoCloseable {
    private static final int EVERY_MILLIS = 500;
    private static final double KIB_A_MIB = 1024;

    private final Process jstat;
    private final long pid;
    private final long startedNanos = System.nanoTime();
    private final List<Sample> samples = new ArrayList<>();
    private final Thread reading;

    /**
     * What was seen at one moment; memory in MiB.
     *
     * @param seconds since the beginning
     * @param heap used, garbage included
     * @param old of it in the old generation, as the last collection left it
     * @param process resident
     * @param collections since the JVM's start
     * @param collectionSeconds that they took
     */
    public record Sample(
            double seconds, double heap, double old, double process, long collections, double collectionSeconds) {
        public JsonObject json() {
            return new JsonObject()
                    .put("seconds", rounded(seconds))
                    .put("heapMiB", rounded(heap))
                    .put("oldMiB", rounded(old))
                    .put("rssMiB", rounded(process))
                    .put("collections", collections)
                    .put("collectionSeconds", collectionSeconds);
        }

        private static double rounded(double figure) {
            return Math.round(figure * 100) / 100.0;
        }
    }

    /** @throws IllegalStateException if this Java has no jstat */
    public JvmSamples(long pid) {
        this.pid = pid;
        try {
            jstat = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jstat")
                                    .toString(),
                            "-gc",
                            Long.toString(pid),
                            Integer.toString(EVERY_MILLIS))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException("jstat can't be started (expected: a JDK)", e);
        }
        reading = new Thread(this::read, "jvm-samples");
        reading.setDaemon(true);
        reading.start();
    }

    private void read() {
        try (BufferedReader lines = jstat.inputReader()) {
            List<String> names = fields(lines.readLine());
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                List<String> fields = fields(line);
                Map<String, Double> figures = IntStream.range(0, names.size())
                        .filter(i -> !fields.get(i).equals("-"))
                        .boxed()
                        .collect(Collectors.toMap(names::get, i -> Double.valueOf(fields.get(i))));
                keep(figures);
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private static List<String> fields(@Nullable String line) {
        return line == null ? List.of() : List.of(line.strip().replace(',', '.').split("\\s+"));
    }

    private synchronized void keep(Map<String, Double> figures) {
        double young = of(figures, "S0U") + of(figures, "S1U") + of(figures, "EU");
        double old = of(figures, "OU");
        samples.add(new Sample(
                seconds(),
                (young + old) / KIB_A_MIB,
                old / KIB_A_MIB,
                (double) ProcessUse.rssMiB(pid),
                (long) (of(figures, "YGC") + of(figures, "FGC")),
                of(figures, "GCT")));
    }

    /** What a collector doesn't have it doesn't count. */
    private static double of(Map<String, Double> figures, String name) {
        return figures.getOrDefault(name, 0.0);
    }

    /** Since it was begun. */
    public double seconds() {
        return (System.nanoTime() - startedNanos) / 1e9;
    }

    public synchronized List<Sample> soFar() {
        return List.copyOf(samples);
    }

    @Override
    public void close() {
        jstat.destroy();
    }
}
