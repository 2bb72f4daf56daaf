package dev.millrace.files.chunks;

/**
 * Finds where content is cut, by the content itself (FastCDC, normalised): an edit moves the cuts around it and leaves
 * the others. Bytes come in segments of any size; what isn't finished with one goes on with the next. Where the cuts
 * are is part of the stored format: docs/decisions/0021.
 *
 * <p>A rolling hash {@code h = 2h + GEAR[byte]} looks back over 64 bytes. There is no cut in a chunk's first {@link
 * #CHUNK_BYTES_MIN} bytes; after that one is where certain bits of the hash are zero: 18 of them up to {@link
 * #CHUNK_BYTES_USUAL}, 14 from there on, so that sizes gather around it; and always at {@link #CHUNK_BYTES_MAX}.
 */
public final class Cutter {
    /** No chunk but a content's last is smaller. */
    public static final int CHUNK_BYTES_MIN = 16 * 1024;
    /** From here on a cut is sixteen times as likely. */
    public static final int CHUNK_BYTES_USUAL = 64 * 1024;
    /** No chunk is larger. */
    public static final int CHUNK_BYTES_MAX = 256 * 1024;

    /** The highest bits are the ones that the most bytes have had a part in. */
    private static final long SELDOM = -1L << (64 - 18);

    private static final long OFTEN = -1L << (64 - 14);
    private static final long[] GEAR = Gear.table();

    private long hash;
    private int chunkBytes;

    /**
     * Looks for the end of the chunk that is being cut.
     *
     * @return index behind the chunk's last byte, and the next chunk begins; -1 if the chunk goes on behind {@code to}
     */
    public int cut(byte[] segment, int from, int to) {
        int start = from - chunkBytes;
        int last = Math.min(to, saturatedSum(start, CHUNK_BYTES_MAX));
        int at = Math.max(from, start + CHUNK_BYTES_MIN);
        if (at < last) {
            int end = search(segment, at, Math.min(last, start + CHUNK_BYTES_USUAL), SELDOM);
            if (end < 0) {
                end = search(segment, Math.max(at, start + CHUNK_BYTES_USUAL), last, OFTEN);
            }
            if (end >= 0) {
                return finished(end);
            }
        }
        if (last - start == CHUNK_BYTES_MAX) {
            return finished(last);
        }
        chunkBytes = to - start;
        return -1;
    }

    private int finished(int end) {
        hash = 0;
        chunkBytes = 0;
        return end;
    }

    private int search(byte[] segment, int from, int to, long mask) {
        // A local, so that the loop keeps it in a register.
        long h = hash;
        for (int i = from; i < to; i++) {
            h = (h << 1) + GEAR[segment[i] & 0xff];
            if ((h & mask) == 0) {
                return i + 1;
            }
        }
        hash = h;
        return -1;
    }

    /** A chunk's largest end may lie behind the largest index there is. */
    private static int saturatedSum(int one, int other) {
        return (int) Math.min(Integer.MAX_VALUE, (long) one + other);
    }
}
