package dev.millrace.files.serving.edge;

import dev.millrace.files.topics.v1.ManifestRef;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Supplier;

/**
 * Sends one range of a content. While a piece goes out the next one is read, and none is read before the one before it
 * is gone: whoever is slow to take them holds two. For one event loop.
 */
final class Delivery {
    private final HttpServerResponse response;
    private final Contents contents;
    private final ManifestRef root;
    private final long end;
    private final Supplier<Future<?>> leave;
    private final Promise<Void> done = Promise.promise();
    private long at;
    private long sent;

    /** @param leave asked again before each further piece, and when it fails nothing more is sent */
    Delivery(
            HttpServerResponse response,
            Contents contents,
            ManifestRef root,
            ByteRange range,
            Supplier<Future<?>> leave) {
        this.response = response;
        this.contents = contents;
        this.root = root;
        this.at = range.first();
        this.end = range.end();
        this.leave = leave;
    }

    /** Fails if it broke off: then the connection is closed, as what came isn't what was announced. */
    Future<Void> send(Buffer first) {
        step(first);
        return done.future();
    }

    /** How much of the range has gone out. */
    long sentBytes() {
        return sent;
    }

    private void step(Buffer piece) {
        at += piece.length();
        Future<Void> written = at < end ? response.write(piece) : response.end(piece);
        Future<Buffer> next = at < end
                ? leave.get().compose(may -> contents.piece(root, at, end))
                : Future.succeededFuture(Buffer.buffer());
        Future.join(written, next).onComplete(both -> {
            if (written.succeeded()) {
                sent += piece.length();
            }
            if (both.failed()) {
                var unused = response.reset();
                done.fail(both.cause());
            } else if (at < end) {
                step(next.result());
            } else {
                done.complete();
            }
        });
    }
}
