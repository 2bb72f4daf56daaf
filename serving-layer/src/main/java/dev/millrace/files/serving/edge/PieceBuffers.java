package dev.millrace.files.serving.edge;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Buffers for pieces of contents. Those of whole pieces are used again: made anew for each, they would take a third of
 * the processor time of a download for being cleared and collected. One that isn't given back is only made anew.
 */
final class PieceBuffers {
    /** Of a piece, but for the last one of what is sent. */
    static final int BYTES = 1 << 20;
    /** More of them are dropped. */
    private static final int IDLE_MAX = 64;

    private final BlockingQueue<Buffer> idle = new ArrayBlockingQueue<>(IDLE_MAX);

    /**
     * To be filled to its end: what is in it is of whoever had it before, or it is empty.
     *
     * @param bytes 1 to {@link #BYTES}
     */
    Buffer take(int bytes) {
        Buffer used = bytes == BYTES ? idle.poll() : null;
        return used == null ? Buffer.buffer(bytes) : used;
    }

    /** @param buffer that nobody reads any more */
    void giveBack(Buffer buffer) {
        if (buffer.length() == BYTES) {
            var unused = idle.offer(buffer);
        }
    }
}
