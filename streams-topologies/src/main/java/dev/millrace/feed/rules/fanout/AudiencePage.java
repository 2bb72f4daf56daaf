package dev.millrace.feed.rules.fanout;

import java.util.Arrays;

/**
 * The bytes of a page: reader ordinals in ascending order, each as the distance from the one before it (the first from
 * 0), in 7 bits a byte with the least first. A page is stored as it is sent, so that a post costs no decoding of it.
 */
public final class AudiencePage {
    /** Most readers in a page, and so in one record of the fan-out. */
    public static final int READERS_MAX = 512;

    private static final int BITS = 7;
    private static final int LOW = (1 << BITS) - 1;
    private static final int MORE = 1 << BITS;
    private static final int BYTES_PER_READER_MAX = 5;

    private AudiencePage() {}

    /** @param ordinals the first {@code count}, ascending */
    static byte[] encode(int[] ordinals, int count) {
        byte[] page = new byte[count * BYTES_PER_READER_MAX];
        int at = 0;
        int before = 0;
        for (int i = 0; i < count; i++) {
            int distance = ordinals[i] - before;
            before = ordinals[i];
            while (distance > LOW) {
                page[at++] = (byte) ((distance & LOW) | MORE);
                distance >>>= BITS;
            }
            page[at++] = (byte) distance;
        }
        return Arrays.copyOf(page, at);
    }

    /**
     * Reads a page.
     *
     * @param into takes the ordinals; at least {@link #READERS_MAX}
     * @return how many there are
     * @throws IllegalArgumentException if these bytes are no page
     */
    public static int decode(byte[] page, int[] into) {
        int count = 0;
        int ordinal = 0;
        int at = 0;
        while (at < page.length) {
            int b = page[at++];
            int distance = b & LOW;
            for (int shift = BITS; b < 0; shift += BITS) {
                if (at == page.length || shift > 4 * BITS) {
                    throw new IllegalArgumentException("page: byte " + at + " of " + page.length + " goes on");
                }
                b = page[at++];
                distance |= (b & LOW) << shift;
            }
            ordinal += distance;
            if (count == READERS_MAX || ordinal < 0 || (distance == 0 && count > 0)) {
                throw new IllegalArgumentException("page: reader " + ordinal + " at " + count + " (expected: at most "
                        + READERS_MAX + " readers, ascending)");
            }
            into[count++] = ordinal;
        }
        return count;
    }

    /** How many readers the page has: each ends with the one byte that doesn't go on. */
    public static int count(byte[] page) {
        int count = 0;
        for (byte b : page) {
            // The sign is the bit that says that more follows.
            count += 1 - (b >>> (Integer.SIZE - 1));
        }
        return count;
    }

    /** The highest ordinal of the page: all distances together. */
    static int last(byte[] page) {
        int last = 0;
        int shift = 0;
        for (byte b : page) {
            last += (b & LOW) << shift;
            shift = b < 0 ? shift + BITS : 0;
        }
        return last;
    }
}
