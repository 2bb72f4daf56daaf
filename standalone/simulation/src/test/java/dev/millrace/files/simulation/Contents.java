package dev.millrace.files.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small contents that often have chunks in common, and where they are cut. */
final class Contents {
    static final int CHUNK_BYTES = 16;
    /** Of a content that is sent in parts. */
    static final int PART_BYTES = 2 * CHUNK_BYTES;

    private static final int CHUNKS_MAX = 6;
    /** Of each user, and as many that everybody has. */
    private static final int KINDS = 12;

    private Contents() {}

    static byte[] drawn(Random random, String user) {
        byte[] content = new byte[0];
        for (int left = 1 + random.nextInt(CHUNKS_MAX); left > 0; left--) {
            content = with(content, chunk(random.nextBoolean() ? user : "all", random.nextInt(KINDS)));
        }
        return content;
    }

    /** Another content that has much in common with it. */
    static byte[] edited(Random random, String user, byte[] before) {
        int chunks = before.length / CHUNK_BYTES;
        byte[] chunk = chunk(random.nextBoolean() ? user : "all", random.nextInt(KINDS));
        if (chunks == 0 || (chunks < CHUNKS_MAX && random.nextBoolean())) {
            return with(before, chunk);
        }
        byte[] after = before.clone();
        System.arraycopy(chunk, 0, after, CHUNK_BYTES * random.nextInt(chunks), CHUNK_BYTES);
        return after;
    }

    private static byte[] chunk(String of, int kind) {
        byte[] chunk = new byte[CHUNK_BYTES];
        byte[] name = (of + " " + kind).getBytes(UTF_8);
        System.arraycopy(name, 0, chunk, 0, name.length);
        return chunk;
    }

    private static byte[] with(byte[] content, byte[] chunk) {
        byte[] longer = Arrays.copyOf(content, content.length + chunk.length);
        System.arraycopy(chunk, 0, longer, content.length, chunk.length);
        return longer;
    }

    static List<byte[]> cut(byte[] content, int pieceBytes) {
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < content.length; from += pieceBytes) {
            pieces.add(Arrays.copyOfRange(content, from, Math.min(content.length, from + pieceBytes)));
        }
        return pieces;
    }

    /** Whether there is nothing in a content that another one hasn't. */
    static boolean hasAll(byte[] content, byte[] other) {
        List<byte[]> there = cut(content, CHUNK_BYTES);
        return cut(other, CHUNK_BYTES).stream()
                .allMatch(chunk -> there.stream().anyMatch(one -> Arrays.equals(one, chunk)));
    }
}
