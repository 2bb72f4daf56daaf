package dev.millrace.files.benchmarks;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What releases take in a store that was given one after the other.
 *
 * @param by who stores them
 * @param storedBytes since before the first, after each
 */
public record Stored(String by, long putBytes, List<Long> storedBytes, double seconds) {
    public Stored {
        storedBytes = List.copyOf(storedBytes);
    }

    /** After the last. */
    public long bytes() {
        return storedBytes.get(storedBytes.size() - 1);
    }

    public JsonObject json() {
        return new JsonObject()
                .put("by", by)
                .put("putBytes", putBytes)
                .put("storedBytes", bytes())
                .put("storedBytesAfterEach", new JsonArray(storedBytes))
                .put("seconds", seconds);
    }

    /** Sizes of all files below a folder; 0 if it isn't there. */
    static long bytesBelow(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        long bytes = 0;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
