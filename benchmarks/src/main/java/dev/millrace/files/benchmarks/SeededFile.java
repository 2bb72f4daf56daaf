package dev.millrace.files.benchmarks;

import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Bytes that nothing makes smaller, the same for the same seed. */
final class SeededFile {
    private static final int BUFFER_BYTES = 1 << 20;

    private SeededFile() {}

    /** Returns their SHA-256 in hex. */
    static String write(Path file, long seed, long bytes) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[(int) Math.min(bytes, BUFFER_BYTES)];
        try (OutputStream out = Files.newOutputStream(file)) {
            long left = bytes;
            while (left > 0) {
                int n = (int) Math.min(left, buffer.length);
                random.nextBytes(buffer);
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
                left -= n;
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
