package dev.millrace.files.benchmarks;

import dev.millrace.topics.Sha256;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Bytes that nothing makes smaller and that lie nowhere: made when they are sent, a block of {@link #BLOCK_BYTES} from a
 * seed of its own.
 */
record SeededContent(long seed, long bytes) implements Upload.Content {
    /** Parts begin at multiples of it. */
    static final int BLOCK_BYTES = 1 << 20;

    @Override
    public byte[] part(long from, long bytesMax) {
        if (from % BLOCK_BYTES != 0) {
            throw new IllegalArgumentException("from: " + from + " (expected: a multiple of " + BLOCK_BYTES + ")");
        }
        byte[] part = new byte[(int) Math.min(bytesMax, bytes - from)];
        for (int at = 0; at < part.length; at += BLOCK_BYTES) {
            byte[] block = block((from + at) / BLOCK_BYTES, Math.min(BLOCK_BYTES, part.length - at));
            System.arraycopy(block, 0, part, at, block.length);
        }
        return part;
    }

    private byte[] block(long number, int size) {
        byte[] block = new byte[size];
        new SplittableRandom(new SplittableRandom(seed + number).nextLong()).nextBytes(block);
        return block;
    }

    /** Of all of it, in hex; makes it once for that. */
    String sha256() {
        MessageDigest digest = Sha256.digest();
        for (long at = 0; at < bytes; at += BLOCK_BYTES) {
            digest.update(part(at, BLOCK_BYTES));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
