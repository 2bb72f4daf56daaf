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
 * What the hashing job was told, without the keys of its bucket: a job is kept and shown by Flink, its settings' file by
 * nobody. The file must be there, under the same path, wherever the job's tasks run.
 *
 * @param bootstrap where Kafka's clients begin
 * @param parallelism how many tasks share the work, 1..{@value #PARALLELISM_MAX}
 */
record HashingSettings(String file, String bootstrap, int parallelism) implements Serializable {
    /** Into so many groups keys are divided, for ever: a checkpoint can't be resumed with another number. */
    static final int PARALLELISM_MAX = 128;

    private static final String BOOTSTRAP = "kafka.bootstrap";
    private static final String PARALLELISM = "flink.parallelism";
    private static final String ENDPOINT = "s3.endpoint";
    private static final String REGION = "s3.region";
    private static final String BUCKET = "s3.bucket";
    private static final String ACCESS_KEY = "s3.access-key";
    private static final String SECRET_KEY = "s3.secret-key";
    private static final List<String> KNOWN =
            List.of(BOOTSTRAP, PARALLELISM, ENDPOINT, REGION, BUCKET, ACCESS_KEY, SECRET_KEY);

    /** @throws IllegalArgumentException saying everything that is wrong with the file's settings */
    static HashingSettings of(Path file) {
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
        String parallelism = given.getProperty(PARALLELISM, "1").strip();
        if (!parallelism.matches("[1-9][0-9]{0,2}") || Integer.parseInt(parallelism) > PARALLELISM_MAX) {
            problems.add(PARALLELISM + ": " + parallelism + " (expected: 1.." + PARALLELISM_MAX + ")");
        }
        given.stringPropertyNames().stream()
                .filter(name -> !KNOWN.contains(name))
                .sorted()
                .forEach(name -> problems.add(name + ": unknown (expected: one of " + KNOWN + ")"));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return new HashingSettings(
                file.toAbsolutePath().toString(), text(given, BOOTSTRAP), Integer.parseInt(parallelism));
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
