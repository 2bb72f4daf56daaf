package dev.millrace.files.serving.edge;

import dev.millrace.files.serving.AccessLog;
import dev.millrace.files.topics.v1.AccessFact;
import dev.millrace.files.topics.v1.AccessKind;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.serving.Reads;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StateClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * GET of a content by its signed URL, and the question of a cache in front whether it may answer such a request with
 * what it has.
 */
final class EdgeRoutes {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final HexFormat HEX = HexFormat.of();

    private final SignedUrls urls;
    private final Leaves leaves;
    private final Contents contents;
    private final AccessLog log;
    private final StateClient state;
    private final PieceBuffers buffers;
    private final int downloadsMax;
    private final Semaphore spareReads;
    private final InstantSource clock;
    private final AtomicInteger downloads = new AtomicInteger();
    private final Counter sentBytes;

    /**
     * @param buffers where pieces that were sent go
     * @param downloadsMax at a time; more are sent away
     * @param spareReads of {@link Delivery#READ_PIECES_MAX} pieces, that they may do besides one each
     */
    EdgeRoutes(
            SignedUrls urls,
            Leaves leaves,
            Contents contents,
            AccessLog log,
            StateClient state,
            PieceBuffers buffers,
            int downloadsMax,
            int spareReads,
            InstantSource clock,
            MeterRegistry metrics) {
        this.urls = urls;
        this.leaves = leaves;
        this.contents = contents;
        this.log = log;
        this.state = state;
        this.buffers = buffers;
        this.downloadsMax = downloadsMax;
        this.spareReads = new Semaphore(spareReads);
        this.clock = clock;
        this.sentBytes = Counter.builder("millrace.edge.sent.bytes")
                .description("Bytes of contents that were sent")
                .register(metrics);
        Gauge.builder("millrace.edge.downloads", downloads, AtomicInteger::get)
                .description("Downloads under way")
                .register(metrics);
    }

    void addTo(Router router) {
        Reads.route(router, "/content/:fileId/:version")
                .handler(Reads.unlessFull(state))
                .handler(this::content);
        Reads.route(router, "/leave").handler(Reads.unlessFull(state)).handler(this::leave);
    }

    /** Answers 204 with what the cache calls the content by, and what it says of it to this user. */
    private void leave(RoutingContext ctx) {
        String uri = ctx.request().getHeader("X-Original-URI");
        Future<Granted> granted = granted(uri == null ? "" : uri);
        Future<Granted> written = granted.compose(grant -> {
            ByteRange range = range(ctx, grant.version());
            return log.write(begun(AccessKind.ACCESS_ADMITTED, grant, range)).map(grant);
        });
        Reads.answer(ctx, written, grant -> {
            var unused = ctx.response()
                    .setStatusCode(204)
                    .putHeader("Cache-Control", "no-store")
                    .putHeader("Millrace-Content", content(grant.version()))
                    .putHeader("Millrace-Content-Type", ContentHeaders.type(grant.version()))
                    .putHeader("Millrace-Content-Disposition", ContentHeaders.disposition(grant.name()))
                    .end();
        });
    }

    private static String content(Version version) {
        return HEX.formatHex(version.getManifest().getSha256().toByteArray());
    }

    private void content(RoutingContext ctx) {
        ctx.response().putHeader("Access-Control-Allow-Origin", "*");
        Reads.answer(ctx, granted(ctx.request().uri()), granted -> give(ctx, granted));
    }

    private Future<Granted> granted(String uri) {
        try {
            return leaves.of(urls.leave(uri, Instant.ofEpochMilli(clock.millis())));
        } catch (Problem e) {
            return Future.failedFuture(e);
        }
    }

    private void give(RoutingContext ctx, Granted granted) {
        Version version = granted.version();
        String etag = ContentHeaders.etag(version);
        if (ContentHeaders.has(ctx.request().getHeader("If-None-Match"), etag)) {
            ByteRange nothing = new ByteRange(0, 0, false);
            Reads.answer(ctx, log.write(begun(AccessKind.ACCESS_BEGUN, granted, nothing)), written -> {
                describe(ctx.response(), granted).setStatusCode(304);
                var unused = ctx.response().end();
            });
            return;
        }
        ByteRange range = range(ctx, version);
        boolean bodyless = ctx.request().method().equals(HttpMethod.HEAD) || range.bytes() == 0;
        AccessFact begun = begun(AccessKind.ACCESS_BEGUN, granted, bodyless ? new ByteRange(0, 0, false) : range);
        if (bodyless) {
            Reads.answer(ctx, log.write(begun), written -> {
                var unused = announce(ctx.response(), granted, range).end();
            });
            return;
        }
        if (downloads.incrementAndGet() > downloadsMax) {
            downloads.decrementAndGet();
            throw Problem.of(503, "OVERLOADED", "More downloads go on here than there is room for.")
                    .retryAfter(SOON);
        }
        ManifestRef root = version.getManifest();
        Future<List<Buffer>> first = contents.pieces(root, range.first(), range.end(), 1);
        first.compose(pieces -> log.write(begun)).onComplete(begin -> {
            HttpServerResponse response = ctx.response();
            boolean wanted = !response.ended() && !response.closed();
            if (begin.succeeded() && wanted) {
                deliver(ctx, granted, range, begun, first.result().get(0));
                return;
            }
            downloads.decrementAndGet();
            if (begin.succeeded()) {
                log.end(begun, 0);
            } else if (wanted) {
                ctx.fail(begin.cause());
            }
        });
    }

    private void deliver(RoutingContext ctx, Granted granted, ByteRange range, AccessFact begun, Buffer first) {
        HttpServerResponse response = announce(ctx.response(), granted, range);
        ManifestRef root = granted.version().getManifest();
        Delivery delivery = new Delivery(
                response,
                (from, piecesMax) -> contents.pieces(root, from, range.end(), piecesMax),
                range,
                buffers,
                spareReads,
                () -> leaves.of(granted.leave()));
        delivery.send(first).onComplete(ended -> {
            downloads.decrementAndGet();
            sentBytes.increment((double) delivery.sentBytes());
            log.end(begun, delivery.sentBytes());
        });
    }

    private static ByteRange range(RoutingContext ctx, Version version) {
        String ifRange = ctx.request().getHeader("If-Range");
        boolean meantThis = ifRange == null || ifRange.equals(ContentHeaders.etag(version));
        return ByteRange.in(meantThis ? ctx.request().getHeader("Range") : null, version.getSizeBytes());
    }

    private AccessFact begun(AccessKind kind, Granted granted, ByteRange range) {
        return log.fact(kind, granted.leave())
                .setFirstByte(range.first())
                .setAskedBytes(range.bytes())
                .build();
    }

    private static HttpServerResponse announce(HttpServerResponse response, Granted granted, ByteRange range) {
        describe(response, granted).putHeader("Content-Length", Long.toString(range.bytes()));
        if (range.part()) {
            response.setStatusCode(206)
                    .putHeader("Content-Range", range.text(granted.version().getSizeBytes()));
        }
        return response;
    }

    private static HttpServerResponse describe(HttpServerResponse response, Granted granted) {
        return response.putHeader("ETag", ContentHeaders.etag(granted.version()))
                .putHeader("Accept-Ranges", "bytes")
                .putHeader("Content-Type", ContentHeaders.type(granted.version()))
                .putHeader("Content-Disposition", ContentHeaders.disposition(granted.name()))
                // It never changes, but only the one it was given to may keep it.
                .putHeader("Cache-Control", "private, max-age=31536000, immutable")
                // Whatever was uploaded, here it is no page that can do anything.
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Security-Policy", "default-src 'none'; sandbox")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Access-Control-Expose-Headers", "ETag, Content-Range, Content-Disposition, Accept-Ranges")
                // Ranges count bytes of the content, so it goes as it is.
                .putHeader("Content-Encoding", "identity");
    }
}
