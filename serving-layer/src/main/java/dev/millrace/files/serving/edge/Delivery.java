package dev.millrace.files.serving.edge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends one range of a content, piece by piece. While a piece goes out the next one is read; for whoever takes them
 * faster than the store gives them, and while there are spare reads, several reads of several pieces each go on at once.
 * Who is slow from the start holds two pieces; who slows down keeps what was read for them, and the spare reads, until it
 * is sent. For one event loop.
 */
final class Delivery {
    /** A larger read costs the store and its client hardly more than a small one. */
    static final int READ_PIECES_MAX = 4;
    /** Spare reads of one download: more wouldn't make it faster. */
    private static final int SPARE_READS_MAX = 3;
    /** Who hasn't waited for a read for so many pieces isn't faster than the store. */
    private static final int PIECES_UNTIL_SLOW = 4 * READ_PIECES_MAX;

    private final HttpServerResponse response;
    private final Pieces pieces;
    private final long end;
    private final PieceBuffers buffers;
    private final Semaphore spare;
    private final Supplier<Future<?>> leave;
    private final Promise<Void> done = Promise.promise();
    /** Reads whose pieces come behind those that are ready. */
    private final Deque<Read> ahead = new ArrayDeque<>();
    /** Of the read that is being sent. */
    private final Deque<Buffer> ready = new ArrayDeque<>();

    private @Nullable Read current;
    private int spareReads;
    private int fastFor;
    private long asked;
    private long sent;

    /** Pieces of {@link PieceBuffers#BYTES} from there on, at most so many, the last one until the range's end. */
    interface Pieces {
        Future<List<Buffer>> read(long from, int piecesMax);
    }

    /** @param isSpare whether it has a permit, given back when its last piece is on its way */
    private record Read(Future<List<Buffer>> pieces, boolean isSpare) {}

    /**
     * @param buffers where pieces that were sent go
     * @param spare reads that all downloads together may do besides one piece each
     * @param leave asked again before each further piece is sent, and when it fails nothing more is
     */
    Delivery(
            HttpServerResponse response,
            Pieces pieces,
            ByteRange range,
            PieceBuffers buffers,
            Semaphore spare,
            Supplier<Future<?>> leave) {
        this.response = response;
        this.pieces = pieces;
        this.asked = range.first();
        this.end = range.end();
        this.buffers = buffers;
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
        boolean last = ready.isEmpty() && ahead.isEmpty();
        Future<Void> written = last ? response.end(piece) : response.write(piece);
        Future<Buffer> next = last ? Future.succeededFuture(piece) : next();
        written.onSuccess(gone -> {
            sent += piece.length();
            buffers.giveBack(piece);
            fastFor = next.isComplete() ? Math.max(0, fastFor - 1) : PIECES_UNTIL_SLOW;
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
        boolean more = true;
        while (asked < end && more) {
            boolean isSpare = fastFor > 0 && spareReads < SPARE_READS_MAX && spare.tryAcquire();
            if (isSpare) {
                spareReads++;
                read(READ_PIECES_MAX, true);
            } else if (ready.isEmpty() && ahead.isEmpty()) {
                read(1, false);
            } else {
                more = false;
            }
        }
    }

    private void read(int piecesMax, boolean isSpare) {
        ahead.add(new Read(pieces.read(asked, piecesMax), isSpare));
        asked += Math.min((long) piecesMax * PieceBuffers.BYTES, end - asked);
    }

    private Future<Buffer> next() {
        if (!ready.isEmpty()) {
            return Future.succeededFuture(nextReady());
        }
        current = ahead.remove();
        return current.pieces.map(read -> {
            ready.addAll(read);
            return nextReady();
        });
    }

    private Buffer nextReady() {
        Buffer next = ready.remove();
        if (ready.isEmpty() && current != null) {
            release(current);
            current = null;
        }
        return next;
    }

    private void release(Read read) {
        if (read.isSpare) {
            spareReads--;
            spare.release();
        }
    }

    /** What is being read is in memory until it is. */
    private void breakOff(Throwable why) {
        var unused = response.reset();
        ready.clear();
        if (current != null) {
            ahead.addFirst(current);
            current = null;
        }
        ahead.forEach(read -> read.pieces.onComplete(over -> release(read)));
        ahead.clear();
        done.fail(why);
    }
}
