package dev.millrace.feed.serving;

import dev.millrace.feed.topics.PostIds;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * Up to where a client has seen what arrived: of each partition the newest post id by then. Within a partition posts
 * arrive in the order of their ids, so nothing that comes late is missed, whichever partition it comes from.
 *
 * @param newest by partition
 */
record SinceMark(Map<Integer, Long> newest) {
    private static final byte LAYOUT = 1;
    private static final int SEVEN_BITS = 0x7f;

    SinceMark {
        newest = new TreeMap<>(newest);
    }

    /** The bound for partitions that aren't named: nobody of theirs was followed then. */
    long elsewhere() {
        long latest = newest.values().stream().mapToLong(Long::longValue).max().orElse(0);
        return latest == 0 ? 0 : PostIds.firstOf(PostIds.millisOf(latest));
    }

    /** What has been seen once posts up to this id have been, of what there was by this mark. */
    SinceMark upTo(long postId) {
        Map<Integer, Long> seen = new TreeMap<>();
        newest.forEach((partition, id) -> seen.put(partition, Math.min(id, postId)));
        return new SinceMark(seen);
    }

    /** What has been seen by either of them. */
    SinceMark and(SinceMark other) {
        Map<Integer, Long> seen = new TreeMap<>(newest);
        other.newest.forEach((partition, id) -> seen.merge(partition, id, Math::max));
        return new SinceMark(seen);
    }

    /** Compact, as it goes into an address: each id by its distance from the newest. */
    String text() {
        long latest = newest.values().stream().mapToLong(Long::longValue).max().orElse(0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(LAYOUT);
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(latest).array());
        newest.forEach((partition, id) -> {
            varint(out, partition);
            varint(out, latest - id);
        });
        return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
    }

    /** @param text as {@link #text} wrote it */
    static SinceMark of(String text) {
        ByteBuffer in = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
        byte layout = in.get();
        if (layout != LAYOUT) {
            throw new IllegalArgumentException("layout: " + layout + " (expected: " + LAYOUT + ")");
        }
        long latest = in.getLong();
        Map<Integer, Long> newest = new TreeMap<>();
        while (in.hasRemaining()) {
            int partition = (int) varint(in);
            newest.put(partition, latest - varint(in));
        }
        return new SinceMark(newest);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest > SEVEN_BITS) {
            out.write((int) (rest & SEVEN_BITS) | SEVEN_BITS + 1);
            rest >>>= Integer.SIZE - Integer.numberOfLeadingZeros(SEVEN_BITS);
        }
        out.write((int) rest);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        int shift = 0;
        while (true) {
            byte next = in.get();
            value |= (long) (next & SEVEN_BITS) << shift;
            if (next >= 0) {
                return value;
            }
            shift += Integer.SIZE - Integer.numberOfLeadingZeros(SEVEN_BITS);
        }
    }
}
