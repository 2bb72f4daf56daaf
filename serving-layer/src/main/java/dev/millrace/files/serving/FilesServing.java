package dev.millrace.files.serving;

import dev.millrace.files.topics.content.UploadBucket;
import dev.millrace.serving.Effect;
import dev.millrace.serving.Projection;
import dev.millrace.serving.ServingParts;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;

/** Files in this layer: their reads, who downloaded them, and what becomes of the bytes of uploads that end. */
public final class FilesServing implements AutoCloseable {
    private final UploadParts parts;
    private final AccessLog log;

    private FilesServing(UploadParts parts, AccessLog log) {
        this.parts = parts;
        this.log = log;
    }

    /** What is carried into PostgreSQL. */
    public static List<Projection> projections() {
        return List.of(new AccessProjection());
    }

    /** What facts bring about in the bucket, if there is one. */
    public static List<Effect<?>> effects(BucketSettings settings) {
        return settings.bucket().stream()
                .<Effect<?>>map(address -> new EndedUploads(new UploadBucket(address, settings.within())))
                .toList();
    }

    /** Adds all reads of files to the server. */
    public static FilesServing serve(ServingParts parts, BucketSettings settings, DownloadSettings downloadSettings) {
        Router router = parts.server().router();
        NamespaceOwners owners = new NamespaceOwners(parts.state(), parts.positionWait());
        FilesReads reads = new FilesReads(router, parts.identities(), owners, parts.state());
        UploadParts uploads =
                new UploadParts(parts.server().vertx(), settings, parts.server().metrics());
        AccessLog log = new AccessLog(
                parts.server().vertx(),
                parts.producer(),
                parts.clock(),
                parts.server().metrics(),
                parts.server().readiness().condition("access log"));
        Downloads downloads = new Downloads(urls(downloadSettings), log, parts.clock());
        new FileReads(owners, parts.cursors(), uploads, downloads).addTo(reads);
        new AccountReads(owners, parts.cursors()).addTo(reads);
        new ChangeReads(owners, parts.cursors()).addTo(reads);
        new AccessReads(owners, parts.cursors(), parts.database()).addTo(reads);
        return new FilesServing(uploads, log);
    }

    private static Optional<DownloadUrls> urls(DownloadSettings settings) {
        return settings.keyFile()
                .map(PemKeys::privateKey)
                .map(key -> new DownloadUrls(settings.address(), key, settings.keyId(), settings.last()));
    }

    @Override
    public void close() {
        log.close();
        parts.close();
    }
}
