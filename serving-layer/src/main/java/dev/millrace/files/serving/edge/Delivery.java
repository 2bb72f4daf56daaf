package dev.millrace.files.serving.edge;

import dev.millrace.files.topics.v1.ManifestRef;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Sends one range of a content. While a piece goes out the next one is read, and more while there is room that no other
 * download uses: whoever is slow to take them holds those. For one event loop.
 */
final class Delivery {
    /** Reads of one download at a time. */
    static final int AHEAD_MAX = 4;

    private final HttpServerResponse response;
    private final Contents contents;
    private final ManifestRef root;
    private final long end;
    private final Semaphore spare;
    private final Supplier<Future<?>> leave;
    private final Promise<Void> done = Promise.promise();
    /** All but the first of them take a spare permit. */
    private final Deque<Future<Buffer>> ahead = new ArrayDeque<>(AHEAD_MAX);

    private long asked;
    private long sent;

    /**
     * @param spare pieces that all downloads together may read ahead besides one each
     * @param leave asked again before each further piece is sent, and when it fails nothing more is
     */
    Delivery(
            HttpServerResponse response,
            Contents contents,
            ManifestRef root,
            ByteRange range,
            Semaphore spare,
            Supplier<Future<?>> leave) {
        this.response = response;
        this.contents = contents;
        this.root = root;
        this.asked = range.first();
        this.end = range.end();
        this.spare = spare;
        this.leave = leave;
    }

    /** Fails if it broke off: then the connection is closed, as what came isn't what was announced. */
    Future<Void> send(Buffer first) {
        asked += first.length();
        step(first);
        return done.future();
    }

    /** How much of the range has gone out. */
    long sentBytes() {
        return sent;
    }

    private void step(Buffer piece) {
        readAhead();
        boolean last = ahead.isEmpty();
        Future<Void> written = last ? response.end(piece) : response.write(piece);
        Future<Buffer> next = last
                ? Future.succeededFuture(Buffer.buffer())
                : next().compose(read -> leave.get().map(read));
        Future.join(written, next).onComplete(both -> {
            if (written.succeeded()) {
                sent += piece.length();
            }
            if (both.failed()) {
                var unused = response.reset();
                spare.release(Math.max(0, ahead.size() - 1));
                done.fail(both.cause());
            } else if (last) {
                done.complete();
            } else {
                step(next.result());
            }
        });
    }

    private void readAhead() {
        while (asked < end && ahead.size() < AHEAD_MAX && (ahead.isEmpty() || spare.tryAcquire())) {
            ahead.add(contents.piece(root, asked, end));
            asked += Math.min(ContentReader.PIECE_BYTES, end - asked);
        }
    }

    private Future<Buffer> next() {
        if (ahead.size() > 1) {
            spare.release();
        }
        return ahead.remove();
    }
}
