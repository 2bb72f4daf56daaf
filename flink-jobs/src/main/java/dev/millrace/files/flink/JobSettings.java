package dev.millrace.files.flink;

import dev.millrace.files.topics.content.BucketAddress;
import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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
 */
record JobSettings(String file, String bootstrap, int parallelism, int syncParallelism) implements Serializable {
    /** Into so many groups keys are divided, for ever: a checkpoint can't be resumed with another number. */
    static final int PARALLELISM_MAX = 128;

    private static final String BOOTSTRAP = "kafka.bootstrap";
    private static final String PARALLELISM = "flink.parallelism";
    private static final String SYNC_PARALLELISM = "flink.sync.parallelism";
    private static final String ENDPOINT = "s3.endpoint";
    private static final String REGION = "s3.region";
    private static final String BUCKET = "s3.bucket";
    private static final String ACCESS_KEY = "s3.access-key";
    private static final String SECRET_KEY = "s3.secret-key";
    private static final List<String> KNOWN =
            List.of(BOOTSTRAP, PARALLELISM, SYNC_PARALLELISM, ENDPOINT, REGION, BUCKET, ACCESS_KEY, SECRET_KEY);

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
        given.stringPropertyNames().stream()
                .filter(name -> !KNOWN.contains(name))
                .sorted()
                .forEach(name -> problems.add(name + ": unknown (expected: one of " + KNOWN + ")"));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return new JobSettings(file.toAbsolutePath().toString(), text(given, BOOTSTRAP), parallelism, syncParallelism);
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
