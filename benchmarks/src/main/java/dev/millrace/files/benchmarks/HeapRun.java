package dev.millrace.files.benchmarks;

import dev.millrace.benchmarks.JvmSamples;
import dev.millrace.benchmarks.JvmSamples.Sample;
import dev.millrace.benchmarks.Target;
import dev.millrace.benchmarks.TimeChart;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Memory of Flink's TaskManager while one large file of bytes that don't compress passes.
 *
 * @param samples of the TaskManager, from before it was sent to after it was a version
 * @param heapMiBMax that it may have
 */
public record HeapRun(long bytes, long seed, List<Sample> samples, long heapMiBMax, Moments moments) {
    private static final String TASK_MANAGER = "flink-tm";
    /** Before and behind, to see what it is like when nothing happens. */
    private static final long QUIET_SECONDS = 15;

    private static final String HEAP_MAX = "-Xmx";
    private static final double ROOM_FOR_WORDS = 1.15;
    private static final double GIGABYTE = 1e9;

    /**
     * When each began, in seconds.
     *
     * @param sending of the first byte
     * @param together the store puts the parts together
     * @param hashing the job was told: it reads, cuts, hashes, packs and writes
     * @param version it is one
     */
    public record Moments(double sending, double together, double hashing, double version) {
        JsonObject json() {
            return new JsonObject()
                    .put("sending", sending)
                    .put("together", together)
                    .put("hashing", hashing)
                    .put("version", version);
        }
    }

    public HeapRun {
        samples = List.copyOf(samples);
    }

    /**
     * Sends it, and looks.
     *
     * @throws IllegalStateException if it doesn't become a version, which it only does with the hash that it has
     */
    public static HeapRun of(Target target, long bytes, int partsAtOnce, long seed)
            throws IOException, InterruptedException {
        Long taskManager = target.processes().get(TASK_MANAGER);
        if (taskManager == null) {
            throw new IllegalStateException("no " + TASK_MANAGER + " runs (expected: a system with files)");
        }
        SeededContent content = new SeededContent(seed, bytes);
        String sha256 = content.sha256();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        FilesUser user = new FilesUser(http, target, "heap-" + Long.toString(System.currentTimeMillis(), 36));
        Upload upload = new Upload(user, partsAtOnce);
        try (JvmSamples samples = new JvmSamples(taskManager)) {
            TimeUnit.SECONDS.sleep(QUIET_SECONDS);
            double sending = samples.seconds();
            JsonObject begun = upload.sendBytes("large", content, sha256);
            double together = samples.seconds();
            upload.complete(begun);
            double hashing = samples.seconds();
            user.awaitCompleted(begun.getString("uploadId"));
            double version = samples.seconds();
            TimeUnit.SECONDS.sleep(QUIET_SECONDS);
            return new HeapRun(
                    bytes,
                    seed,
                    samples.soFar(),
                    heapMiBMax(taskManager),
                    new Moments(sending, together, hashing, version));
        }
    }

    private static long heapMiBMax(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().arguments())
                .flatMap(arguments -> Stream.of(arguments)
                        .filter(argument -> argument.startsWith(HEAP_MAX) && argument.endsWith("m"))
                        .findFirst())
                .map(argument -> Long.valueOf(argument.substring(HEAP_MAX.length(), argument.length() - 1)))
                .orElseThrow(() -> new IllegalStateException("process " + pid + " (expected: started with -Xmx…m)"));
    }

    /** The most of a figure before anything was sent. */
    public double mostBefore(ToDoubleFunction<Sample> figure) {
        return most(figure, sample -> sample.seconds() < moments.sending);
    }

    /** The most of a figure from the first byte sent to the version. */
    public double mostMeanwhile(ToDoubleFunction<Sample> figure) {
        return most(figure, sample -> sample.seconds() >= moments.sending && sample.seconds() <= moments.version);
    }

    private double most(ToDoubleFunction<Sample> figure, Predicate<Sample> when) {
        return samples.stream().filter(when).mapToDouble(figure).max().orElse(0);
    }

    public JsonObject json() {
        JsonArray all = new JsonArray();
        samples.forEach(sample -> all.add(sample.json()));
        return new JsonObject()
                .put("bytes", bytes)
                .put("seed", seed)
                .put("heapMiBMax", heapMiBMax)
                .put("beganAtSeconds", moments.json())
                .put("samples", all);
    }

    /** The heap above, the whole process below. */
    public void draw(Path png) throws IOException {
        String what = String.format(" of the TaskManager while %.1f GB pass, MiB", bytes / GIGABYTE);
        double[] seconds = figures(Sample::seconds);
        TimeChart heap = new TimeChart("Heap" + what, "seconds")
                .upTo(ROOM_FOR_WORDS * heapMiBMax)
                .line("used, garbage included", seconds, figures(Sample::heap))
                .line("old generation", seconds, figures(Sample::old))
                .bound("may have", seconds, (double) heapMiBMax);
        TimeChart process = new TimeChart("Memory" + what, "seconds")
                .upTo(ROOM_FOR_WORDS * most(Sample::process, any -> true))
                .line("process, resident", seconds, figures(Sample::process));
        phases(heap, seconds);
        phases(process, seconds);
        TimeChart.write(List.of(heap, process), 1, png);
    }

    private void phases(TimeChart chart, double[] seconds) {
        chart.phase("parts are sent", moments.sending, moments.together)
                .phase("put together", moments.together, moments.hashing)
                .phase("cut, hashed, packed, written", moments.hashing, moments.version)
                .phase("a version", moments.version, seconds[seconds.length - 1]);
    }

    private double[] figures(ToDoubleFunction<Sample> figure) {
        return samples.stream().mapToDouble(figure).toArray();
    }
}
