package dev.millrace.files.flink;

import dev.millrace.files.gc.PackRules;
import dev.millrace.files.topics.content.BucketAddress;
import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * What the jobs were told, without the keys of the bucket: a job is kept and shown by Flink, its settings' file by
 * nobody. The file must be there, under the same path, wherever the jobs' tasks run.
 *
 * @param bootstrap where Kafka's clients begin
 * @param parallelism how many tasks share the hashing, 1..{@value #PARALLELISM_MAX}
 * @param syncParallelism how many share the change feeds, likewise
 * @param epochLasts how long an epoch of the garbage collection lasts at least. Shorter than a task may go on that was
 *     given up, and what such a task stores may be lost: docs/decisions/0027
 * @param packsKept how long a pack stays in the bucket of which nothing is of use any more. Shorter than a URL is good
 *     and a read lasts, and whoever reads a file while it goes for good doesn't get to its end
 */
record JobSettings(
        String file, String bootstrap, int parallelism, int syncParallelism, Duration epochLasts, Duration packsKept)
        implements Serializable {
    /** Into so many groups keys are divided, for ever: a checkpoint can't be resumed with another number. */
    static final int PARALLELISM_MAX = 128;

    private static final String BOOTSTRAP = "kafka.bootstrap";
    private static final String PARALLELISM = "flink.parallelism";
    private static final String SYNC_PARALLELISM = "flink.sync.parallelism";
    private static final String EPOCH_LASTS = "files.gc.epoch.lasts";
    private static final String SHORT_EPOCHS = "files.gc.epoch.short";
    private static final String PACKS_KEPT = "files.gc.packs.kept";
    private static final String ENDPOINT = "s3.endpoint";
    private static final String REGION = "s3.region";
    private static final String BUCKET = "s3.bucket";
    private static final String ACCESS_KEY = "s3.access-key";
    private static final String SECRET_KEY = "s3.secret-key";
    private static final List<String> KNOWN = List.of(
            BOOTSTRAP,
            PARALLELISM,
            SYNC_PARALLELISM,
            EPOCH_LASTS,
            SHORT_EPOCHS,
            PACKS_KEPT,
            ENDPOINT,
            REGION,
            BUCKET,
            ACCESS_KEY,
            SECRET_KEY);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    /** Twice what a task may go on that Flink has given up. */
    private static final Duration SHORTEST_EPOCH = Duration.ofMinutes(2);

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration EPOCH_LASTS_UNLESS_TOLD = Duration.ofHours(1);

    /** @throws IllegalArgumentException saying everything that is wrong with the file's settings */
    static JobSettings of(Path file) {
        Properties given = read(file);
        List<String> problems = new ArrayList<>();
        for (String needed : List.of(BOOTSTRAP, BUCKET)) {
            if (text(given, needed).isEmpty()) {
                problems.add(needed + ": missing (expected: a value)");
            }
        }
        if (text(given, ACCESS_KEY).isEmpty() != text(given, SECRET_KEY).isEmpty()) {
            problems.add(ACCESS_KEY + ", " + SECRET_KEY + ": one of them (expected: both or none)");
        }
        int parallelism = tasks(given, PARALLELISM, problems);
        int syncParallelism = tasks(given, SYNC_PARALLELISM, problems);
        // For tests: no task of theirs goes on that was given up.
        boolean shortEpochs = text(given, SHORT_EPOCHS).equals("true");
        Duration epochLasts = duration(
                given, EPOCH_LASTS, shortEpochs ? SHORTEST : SHORTEST_EPOCH, EPOCH_LASTS_UNLESS_TOLD, problems);
        Duration packsKept = duration(given, PACKS_KEPT, SHORTEST, PackRules.SUPERSEDED_KEPT, problems);
        given.stringPropertyNames().stream()
                .filter(name -> !KNOWN.contains(name))
                .sorted()
                .forEach(name -> problems.add(name + ": unknown (expected: one of " + KNOWN + ")"));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return new JobSettings(
                file.toAbsolutePath().toString(),
                text(given, BOOTSTRAP),
                parallelism,
                syncParallelism,
                epochLasts,
                packsKept);
    }

    /** As roles read theirs: 90s, 5m, 1h, 2d, or as ISO 8601 has it. */
    private static Duration duration(
            Properties given, String name, Duration shortest, Duration unlessTold, List<String> problems) {
        String text = text(given, name);
        if (text.isEmpty()) {
            return unlessTold;
        }
        String unit = text.endsWith("d") ? "P" : "PT";
        try {
            Duration read = Duration.parse(text.startsWith("P") ? text : unit + text);
            if (read.compareTo(shortest) >= 0 && read.compareTo(LONGEST) <= 0) {
                return read;
            }
        } catch (DateTimeParseException e) {
            // It is a problem as one that is too long is.
        }
        problems.add(name + ": " + text + " (expected: " + shortest + ".." + LONGEST + ", such as 90s or 1h)");
        return unlessTold;
    }

    private static int tasks(Properties given, String name, List<String> problems) {
        String text = given.getProperty(name, "1").strip();
        if (!text.matches("[1-9][0-9]{0,2}") || Integer.parseInt(text) > PARALLELISM_MAX) {
            problems.add(name + ": " + text + " (expected: 1.." + PARALLELISM_MAX + ")");
            return 1;
        }
        return Integer.parseInt(text);
    }

    /** The bucket and its keys, read where they are needed. */
    BucketAddress bucket() {
        Properties given = read(Path.of(file));
        return new BucketAddress(
                Optional.of(text(given, ENDPOINT)).filter(e -> !e.isEmpty()).map(URI::create),
                given.getProperty(REGION, "us-east-1").strip(),
                text(given, BUCKET),
                text(given, ACCESS_KEY),
                text(given, SECRET_KEY));
    }

    private static String text(Properties given, String name) {
        return given.getProperty(name, "").strip();
    }

    private static Properties read(Path file) {
        Properties given = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            given.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("settings file: " + file + " (expected: a readable properties file)", e);
        }
        return given;
    }
}
