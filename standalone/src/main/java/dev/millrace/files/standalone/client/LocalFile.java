package dev.millrace.files.standalone.client;

import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** A file of this machine as it was when it was looked at. */
record LocalFile(Path path, long sizeBytes, long modifiedNanos) {
    private static final int BUFFER_BYTES = 1 << 18;

    static LocalFile of(Path path) {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            if (!found.isRegularFile()) {
                throw FilesFailure.of(path.toString(), "a file or a folder");
            }
            return new LocalFile(
                    path.toAbsolutePath().normalize(),
                    found.size(),
                    found.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        } catch (IOException e) {
            throw FilesFailure.of(path.toString(), "a file that can be read, but: " + e);
        }
    }

    /** What is sent must be one and the same file from its first byte to its last. */
    void requireUnchanged() {
        if (!of(path).equals(this)) {
            throw new FilesFailure(path + " was changed while it was read; try again once it is left alone");
        }
    }

    /** SHA-256 in hex of some of its bytes. */
    String sha256(long from, long bytes, LongConsumer read) {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = new FileRegion(path, from, bytes, read)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw FilesFailure.of(path.toString(), "a file that can be read, but: " + e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
