package dev.millrace.files.serving.edge;

import io.vertx.core.buffer.Buffer;

/**
 * Bytes of a content that are sent at once.
 *
 * @param whole what they are at the beginning of, to be given back to {@link PieceBuffers} once they are sent
 * @param bytes how many, 1 to {@link PieceBuffers#BYTES}
 */
record Piece(Buffer whole, int bytes) {
    Buffer buffer() {
        return bytes == whole.length() ? whole : whole.slice(0, bytes);
    }
}
