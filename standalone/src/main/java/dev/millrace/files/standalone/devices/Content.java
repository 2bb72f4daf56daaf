package dev.millrace.files.standalone.devices;

import dev.millrace.topics.Sha256;
import java.util.HexFormat;
import java.util.Random;

/** Bytes that follow from a seed, so that nobody has to keep them. */
record Content(long seed, int sizeBytes) {
    private static final int SMALL_BYTES_MAX = 64 * 1024;
    /** More than one part: those are of 16 MiB. */
    private static final int LARGE_BYTES_MIN = (16 << 20) + 1;

    private static final int LARGE_PERCENT = 2;
    /** Of which several people have the same. */
    private static final int SHARED_CONTENTS = 8;

    static Content any(Random random) {
        int what = random.nextInt(100);
        if (what < LARGE_PERCENT) {
            return new Content(random.nextLong(), LARGE_BYTES_MIN + random.nextInt(SMALL_BYTES_MAX));
        }
        int shared = random.nextInt(SHARED_CONTENTS);
        return what < 20
                ? new Content(shared, shared * 1_000)
                : new Content(random.nextLong(), random.nextInt(SMALL_BYTES_MAX));
    }

    byte[] bytes() {
        byte[] bytes = new byte[sizeBytes];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** In hex. */
    static String sha256(byte[] bytes, int from, int count) {
        return HexFormat.of().formatHex(Sha256.of(bytes, from, count).toByteArray());
    }
}
