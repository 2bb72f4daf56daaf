package dev.millrace.files.serving.edge;

import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.serving.StoreWork;
import dev.millrace.topics.http.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pieces of contents, read off the event loop. */
final class Contents {
    private static final Logger LOG = LoggerFactory.getLogger(Contents.class);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final StoreWork work;
    private final ContentReader reader;
    private final Counter damaged;

    Contents(StoreWork work, ContentReader reader, MeterRegistry metrics) {
        this.work = work;
        this.reader = reader;
        this.damaged = Counter.builder("millrace.edge.damaged")
                .description("Reads that found a manifest or chunk missing, or not what its hash says")
                .register(metrics);
    }

    /** Fails with 503 CONTENT_STORE_UNAVAILABLE, or with 500 CONTENT_DAMAGED if trying again can't help. */
    Future<List<Buffer>> pieces(ManifestRef root, long at, long end, int piecesMax) {
        // A damaged content says nothing about the store: its failure is a result, or the store would be left alone.
        return work.call(() -> read(root, at, end, piecesMax))
                .recover(away -> Future.failedFuture(
                        Problem.of(503, "CONTENT_STORE_UNAVAILABLE", "The store of files' bytes doesn't answer.")
                                .retryAfter(SOON)))
                .compose(read -> read);
    }

    private Future<List<Buffer>> read(ManifestRef root, long at, long end, int piecesMax) {
        try {
            return Future.succeededFuture(reader.pieces(root, at, end, piecesMax));
        } catch (ContentDamaged e) {
            damaged.increment();
            LOG.atError()
                    .addKeyValue("what", e.getMessage())
                    .addKeyValue("at", at)
                    .log("a content can't be read back");
            return Future.failedFuture(Problem.of(500, "CONTENT_DAMAGED", "What is stored of this isn't what it was."));
        }
    }
}
