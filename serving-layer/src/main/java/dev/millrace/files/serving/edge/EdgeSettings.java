package dev.millrace.files.serving.edge;

import dev.millrace.files.serving.DownloadSettings;
import dev.millrace.topics.http.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How contents are given out.
 *
 * @param address where clients reach it, as their URLs were signed
 * @param keyFiles public keys that URLs may be signed with, by their ids
 * @param leaveKept how long an owner's word that a user may read is believed
 * @param downloadsMax at a time
 * @param threads that read from the bucket
 * @param manifestBytesMax of the heap, for manifests that were read
 */
public record EdgeSettings(
        URI address,
        Map<String, Path> keyFiles,
        Duration leaveKept,
        int downloadsMax,
        int threads,
        long manifestBytesMax) {
    /** With a spare read for each thread no more wait than {@link dev.millrace.serving.StoreWork} lets. */
    private static final int DOWNLOADS_PER_THREAD_MAX = 7;

    public EdgeSettings {
        keyFiles = Map.copyOf(keyFiles);
    }

    public static EdgeSettings from(Settings s) {
        int downloadsMax =
                s.integer("edge.downloads.max", 100, 1, 10_000, "downloads at a time, about 2 MiB of heap each");
        int threads = s.integer("edge.threads", 16, 1, 256, "reads from the bucket at a time");
        if (downloadsMax > threads * DOWNLOADS_PER_THREAD_MAX) {
            s.problem("edge.downloads.max: " + downloadsMax + " (expected: at most " + DOWNLOADS_PER_THREAD_MAX
                    + " for each of edge.threads)");
        }
        return new EdgeSettings(
                DownloadSettings.address(s),
                keys(s),
                s.duration(
                        "edge.leave.kept",
                        Duration.ofSeconds(20),
                        Duration.ZERO,
                        Duration.ofSeconds(25),
                        "how long an owner's word that a user may read a file is believed; what is taken back ends 30 s later at most"),
                downloadsMax,
                threads,
                s.whole(
                        "edge.manifests.bytes",
                        64L << 20,
                        1L << 20,
                        4L << 30,
                        "bytes of heap for manifests that were read"));
    }

    /**
     * Half of the threads stay free for whoever has none: so many reads of {@link Delivery#READ_PIECES_MAX} pieces are in
     * memory beside the two pieces of each download.
     */
    int spareReads() {
        return Math.max(1, threads / 2);
    }

    private static Map<String, Path> keys(Settings s) {
        List<String> given = s.list(
                "edge.keys", List.of(), "id=file, …: RSA public keys, PEM, whose signatures of URLs are believed");
        Map<String, Path> keys = new LinkedHashMap<>();
        for (String one : given) {
            int equals = one.indexOf('=');
            if (equals > 0 && one.substring(0, equals).matches(DownloadSettings.KEY_ID)) {
                keys.put(one.substring(0, equals), Path.of(one.substring(equals + 1)));
            } else {
                s.problem("edge.keys: " + one + " (expected: id=file)");
            }
        }
        if (keys.isEmpty()) {
            s.problem("edge.keys: missing (expected: id=file of at least one RSA public key)");
        }
        return keys;
    }
}
