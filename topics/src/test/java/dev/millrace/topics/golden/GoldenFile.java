package dev.millrace.topics.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file that is made from the contract and committed. */
final class GoldenFile {
    /** Rewrites them all. */
    static final String COMMAND = "./mvnw -q -pl topics test -Dtest=GoldenFilesTest -Dgolden=write";

    /** Tests run in their module's directory. */
    private static final Path REPOSITORY = Path.of("..");

    private final String path;

    GoldenFile(String path) {
        this.path = path;
    }

    /** The repository's files are rewritten instead of compared. */
    static boolean writing() {
        return "write".equals(System.getProperty("golden"));
    }

    byte[] committed() throws IOException {
        Path file = REPOSITORY.resolve(path);
        return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    }

    void holds(byte[] made) throws IOException {
        if (writing()) {
            Path file = REPOSITORY.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, made);
        } else if (!Arrays.equals(committed(), made)) {
            throw new AssertionError(path + " isn't what the contract says now. If the change is meant: " + COMMAND);
        }
    }

    void holds(String made) throws IOException {
        holds(made.getBytes(UTF_8));
    }
}
