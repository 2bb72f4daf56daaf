package dev.millrace.files.flink;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/**
 * A chunk within one namespace: half of its SHA-256, as its owner has one of these for each chunk of each namespace. Two
 * chunks that have it in common take 2^64 attempts to find, and make a figure wrong that only their finder sees.
 */
public record ChunkName(long first, long second) {
    static ChunkName of(ByteString sha256) {
        ByteBuffer bytes = sha256.asReadOnlyByteBuffer();
        return new ChunkName(bytes.getLong(), bytes.getLong());
    }
}
