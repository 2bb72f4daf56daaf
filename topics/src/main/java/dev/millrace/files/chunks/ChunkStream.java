package dev.millrace.files.chunks;

import dev.millrace.topics.Sha256;
import java.security.MessageDigest;
import java.util.function.Consumer;

/**
 * A content's bytes in, in segments of any size, to its chunks out, in order: the same ones whatever the segments were.
 *
 * <p>Cutting begins afresh with each chunk, so work that is done in steps needs nothing kept but {@link #nextOffset}: a
 * new stream that is given the content from there on finds the same chunks.
 */
public final class ChunkStream {
    private final Cutter cutter = new Cutter();
    private final MessageDigest digest = Sha256.digest();
    private final Consumer<Chunk> chunks;
    private long nextOffset;
    private int unfinishedBytes;

    /**
     * @param offset where in the content the bytes begin: 0, or the start of a chunk
     * @param chunks gets each chunk once its last byte has come
     */
    public ChunkStream(long offset, Consumer<Chunk> chunks) {
        this.nextOffset = offset;
        this.chunks = chunks;
    }

    /** Takes the bytes of a segment from {@code from} up to {@code to}, without keeping them. */
    public void take(byte[] segment, int from, int to) {
        int begin = from;
        while (begin < to) {
            int cut = cutter.cut(segment, begin, to);
            int end = cut < 0 ? to : cut;
            digest.update(segment, begin, end - begin);
            unfinishedBytes += end - begin;
            begin = end;
            if (cut >= 0) {
                emit();
            }
        }
    }

    /** Says that the content is at its end. What is left of it is its last chunk, however small. */
    public void end() {
        if (unfinishedBytes > 0) {
            emit();
        }
    }

    /** Where the first chunk begins that hasn't come out yet. */
    public long nextOffset() {
        return nextOffset;
    }

    private void emit() {
        chunks.accept(Chunk.of(nextOffset, unfinishedBytes, digest.digest()));
        nextOffset += unfinishedBytes;
        unfinishedBytes = 0;
    }
}
