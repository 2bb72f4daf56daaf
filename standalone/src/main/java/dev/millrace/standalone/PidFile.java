package dev.millrace.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The process id that a server writes down once clients may come: an answering port isn't known to be our child's. */
final class PidFile {
    private PidFile() {}

    /**
     * Why this child isn't ready yet; empty once it has written its own id. What a killed predecessor left counts for
     * nothing.
     */
    static Optional<String> notYet(Path file, ProcessHandle child) throws IOException {
        String written = Files.exists(file) ? Files.readString(file).strip() : "";
        return written.equals(Long.toString(child.pid()))
                ? Optional.empty()
                : Optional.of("it hasn't written its process id to " + file);
    }
}
