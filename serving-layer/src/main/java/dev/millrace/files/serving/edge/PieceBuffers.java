package dev.millrace.files.serving.edge;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Buffers for pieces of contents, which are used again: made anew for each piece, they would take a third of the
 * processor time of a download for being cleared and collected. One that isn't given back is only made anew.
 */
final class PieceBuffers {
    /** Of each. */
    static final int BYTES = 1 << 20;
    /** More than these are made and dropped. */
    private static final int IDLE_MAX = 64;

    private final BlockingQueue<Buffer> idle = new ArrayBlockingQueue<>(IDLE_MAX);

    /** What is in it is of whoever had it before. */
    Buffer take() {
        @Nullable Buffer used = idle.poll();
        return used == null ? Buffer.buffer(new byte[BYTES]) : used;
    }

    /** @param buffer that nobody reads any more */
    void giveBack(Buffer buffer) {
        var unused = idle.offer(buffer);
    }
}
