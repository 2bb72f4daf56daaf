package dev.millrace.files.benchmarks;

import dev.millrace.benchmarks.Target;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.load.ProcessUse;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * One large file sent and fetched, many small ones sent, and releases stored, each by a user of its own; beside the S3
 * server alone. An upload counts from its first request until it is a version, so with its hashes verified, its chunks
 * packed and its manifest written.
 */
public final class FilesLoad {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
    /** Uploads of a user that may be open, or being verified: well below docs/limits.md. */
    private static final int UPLOADS_MAX = 500;
    /** So that rounds of one seed have no file in common. */
    private static final long SEEDS_A_ROUND = 1L << 20;

    private final Target target;
    private final Path folder;
    private final Options options;
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();

    /**
     * What to do.
     *
     * @param partsAtOnce of a file of several parts
     * @param files how many small ones
     * @param filesAtOnce between their first request and the answer that they are complete
     */
    public record Options(long largeBytes, int partsAtOnce, int files, int fileBytes, int filesAtOnce, long seed) {
        public JsonObject json() {
            return new JsonObject()
                    .put("largeBytes", largeBytes)
                    .put("partsAtOnce", partsAtOnce)
                    .put("files", files)
                    .put("fileBytes", fileBytes)
                    .put("filesAtOnce", filesAtOnce)
                    .put("seed", seed);
        }
    }

    /** How long something took, and what each process used meanwhile. */
    public record Phase(double seconds, JsonObject processes) {
        JsonObject json() {
            return new JsonObject().put("seconds", seconds).put("processes", processes);
        }
    }

    /**
     * Everything once.
     *
     * @param plainPut the S3 server alone takes the same bytes
     * @param plainGet and gives them out
     * @param again requests that were sent once more, as they were told to
     */
    public record Round(
            Options options, Phase upload, Phase plainPut, Phase edge, Phase plainGet, Phase small, long again) {
        public double uploadRate() {
            return megabytes() / upload.seconds;
        }

        public double plainPutRate() {
            return megabytes() / plainPut.seconds;
        }

        public double edgeRate() {
            return megabytes() / edge.seconds;
        }

        public double plainGetRate() {
            return megabytes() / plainGet.seconds;
        }

        public double filesPerSecond() {
            return options.files / small.seconds;
        }

        private double megabytes() {
            return options.largeBytes / 1e6;
        }

        public JsonObject json() {
            return new JsonObject()
                    .put("upload", upload.json())
                    .put("plainPut", plainPut.json())
                    .put("edge", edge.json())
                    .put("plainGet", plainGet.json())
                    .put("small", small.json())
                    .put("uploadMegabytesPerSecond", uploadRate())
                    .put("plainPutMegabytesPerSecond", plainPutRate())
                    .put("edgeMegabytesPerSecond", edgeRate())
                    .put("plainGetMegabytesPerSecond", plainGetRate())
                    .put("filesPerSecond", filesPerSecond())
                    .put("again", again);
        }
    }

    /** Something that is being measured. */
    private static final class Timing {
        private final ProcessUse use;
        private final long began;

        private Timing(Target target) {
            Map<String, Long> processes = new LinkedHashMap<>(target.processes());
            processes.put("generator", ProcessHandle.current().pid());
            use = new ProcessUse(processes);
            began = System.nanoTime();
        }

        private Phase end() {
            double seconds = (System.nanoTime() - began) / 1e9;
            return new Phase(seconds, use.json());
        }
    }

    /** @param folder where what is sent is kept until it is sent */
    public FilesLoad(Target target, Path folder, Options options) {
        this.target = target;
        this.folder = folder;
        this.options = options;
    }

    /**
     * Everything once, with new bytes.
     *
     * @param number from 0; edge and S3 server take turns in who is first
     * @param verifies whether what is fetched is hashed, which makes it slower
     */
    public Round round(int number, boolean verifies) throws IOException, InterruptedException {
        Path large = folder.resolve("large");
        long seed = options.seed() + number * SEEDS_A_ROUND;
        String sha256 = SeededFile.write(large, seed, options.largeBytes());
        FilesUser user = user("large-" + number);

        Timing timing = new Timing(target);
        JsonObject begun = new Upload(user, options.partsAtOnce()).send("large", large, sha256);
        user.awaitCompleted(begun.getString("uploadId"));
        Phase upload = timing.end();

        try (PlainObject plain = new PlainObject(http, target, "benchmarks/" + run + "-" + number)) {
            timing = new Timing(target);
            plain.put(large);
            Phase plainPut = timing.end();
            Files.delete(large);
            HttpRequest fromEdge = HttpRequest.newBuilder(user.downloadUrl(begun.getString("fileId")))
                    .build();
            String verified = verifies ? sha256 : "";
            Phase edge;
            Phase plainGet;
            if (number % 2 == 0) {
                edge = fetch(fromEdge, verified);
                plainGet = fetch(plain.get(), verified);
            } else {
                plainGet = fetch(plain.get(), verified);
                edge = fetch(fromEdge, verified);
            }
            plain.remove();
            FilesUser other = user("small-" + number);
            Phase small = small(other, seed + 1);
            return new Round(options, upload, plainPut, edge, plainGet, small, user.again() + other.again());
        }
    }

    private Phase fetch(HttpRequest request, String sha256) throws IOException, InterruptedException {
        Timing timing = new Timing(target);
        Download.fetch(http, request, options.largeBytes(), sha256);
        return timing.end();
    }

    private Phase small(FilesUser user, long firstSeed) throws IOException, InterruptedException {
        Path files = Files.createDirectories(folder.resolve("small"));
        Upload upload = new Upload(user, 1);
        List<Callable<JsonObject>> uploads = new ArrayList<>();
        for (int i = 0; i < options.files(); i++) {
            String name = "small-" + i;
            Path file = files.resolve(name);
            String sha256 = SeededFile.write(file, firstSeed + i, options.fileBytes());
            uploads.add(() -> upload.send(name, file, sha256));
        }
        Timing timing = new Timing(target);
        var unused = AtOnce.all(options.filesAtOnce(), uploads);
        user.awaitLiveBytes((long) options.files() * options.fileBytes());
        return timing.end();
    }

    /** Stores releases, one after the other, each file of them as a new one. */
    public Stored store(Releases releases) throws IOException, InterruptedException {
        FilesUser user = user("releases");
        Upload upload = new Upload(user, options.partsAtOnce());
        long before = bucketBytes();
        List<Long> storedBytes = new ArrayList<>();
        long live = 0;
        int names = 0;
        double seconds = 0;
        for (Releases.Release release : releases.inOrder()) {
            long began = System.nanoTime();
            for (int from = 0; from < release.files().size(); from += UPLOADS_MAX) {
                int to = Math.min(release.files().size(), from + UPLOADS_MAX);
                List<Callable<JsonObject>> uploads = new ArrayList<>();
                for (Path file : release.files().subList(from, to)) {
                    String name = "file-" + names++;
                    live += Files.size(file);
                    uploads.add(() -> upload.send(name, file, Upload.sha256(file)));
                }
                var unused = AtOnce.all(options.filesAtOnce(), uploads);
                user.awaitLiveBytes(live);
            }
            seconds += (System.nanoTime() - began) / 1e9;
            storedBytes.add(bucketBytes() - before);
        }
        return new Stored("Millrace", releases.bytes(), storedBytes, seconds);
    }

    /** Of packs and manifests, as the S3 server has them in its files. */
    private long bucketBytes() throws IOException {
        Path bucket = target.file("s3/objects").resolve(PlainObject.bucket(target));
        if (!Files.isDirectory(bucket)) {
            throw new IllegalStateException(bucket + " is missing (expected: a bucket that the launcher started)");
        }
        return Stored.bytesBelow(bucket.resolve(ContentKeys.PACKS))
                + Stored.bytesBelow(bucket.resolve(ContentKeys.MANIFESTS));
    }

    private FilesUser user(String name) {
        return new FilesUser(http, target, run + "-" + name);
    }
}
