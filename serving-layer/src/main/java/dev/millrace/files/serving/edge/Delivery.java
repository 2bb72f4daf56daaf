package dev.millrace.files.serving.edge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Sends one range of a content. While a piece goes out the next one is read, and more while whoever takes them is faster
 * than the store and there are spare reads: who is slow holds two. For one event loop.
 */
final class Delivery {
    /** Reads of one download at a time. */
    private static final int AHEAD_MAX = 4;

    private final HttpServerResponse response;
    private final LongFunction<Future<Buffer>> pieces;
    private final long end;
    private final Semaphore spare;
    private final Supplier<Future<?>> leave;
    private final Promise<Void> done = Promise.promise();
    /** All but the first of them take a spare permit. */
    private final Deque<Future<Buffer>> ahead = new ArrayDeque<>(AHEAD_MAX);

    private boolean waitedForRead;
    private long asked;
    private long sent;

    /**
     * @param pieces of {@link ContentReader#PIECE_BYTES} from there on, the last one until the range's end
     * @param spare pieces that all downloads together may read ahead besides one each
     * @param leave asked again before each further piece is sent, and when it fails nothing more is
     */
    Delivery(
            HttpServerResponse response,
            LongFunction<Future<Buffer>> pieces,
            ByteRange range,
            Semaphore spare,
            Supplier<Future<?>> leave) {
        this.response = response;
        this.pieces = pieces;
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
        Future<Buffer> next = last ? Future.succeededFuture(Buffer.buffer()) : next();
        written.onSuccess(gone -> {
            sent += piece.length();
            waitedForRead = !next.isComplete();
        });
        Future.join(written, next)
                .compose(both -> last ? Future.succeededFuture() : leave.get())
                .onComplete(may -> {
                    if (may.failed()) {
                        breakOff(may.cause());
                    } else if (last) {
                        done.complete();
                    } else {
                        step(next.result());
                    }
                });
    }

    private void readAhead() {
        while (asked < end && ahead.size() < AHEAD_MAX && (ahead.isEmpty() || (waitedForRead && spare.tryAcquire()))) {
            ahead.add(pieces.apply(asked));
            asked += Math.min(ContentReader.PIECE_BYTES, end - asked);
        }
    }

    private Future<Buffer> next() {
        if (ahead.size() > 1) {
            spare.release();
        }
        return ahead.remove();
    }

    private void breakOff(Throwable why) {
        var unused = response.reset();
        ahead.stream().skip(1).forEach(read -> read.onComplete(over -> spare.release()));
        ahead.clear();
        done.fail(why);
    }
}
