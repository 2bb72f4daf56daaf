package dev.millrace.files.serving;

import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.content.UploadBucket;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.serving.CommittedTail;
import dev.millrace.serving.Effect;
import dev.millrace.serving.FactStore;
import dev.millrace.serving.Projection;
import dev.millrace.serving.ServingParts;
import dev.millrace.serving.StoreSettings;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files in this layer: their reads and sockets, who downloaded them, what is written of them into stores, and what
 * becomes of the bytes of uploads that end.
 */
public final class FilesServing implements AutoCloseable {
    private static final Duration LOOK_FOR_CLOSED_EVERY = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final UploadParts parts;
    private final AccessLog log;
    private final LiveChanges live;
    private final Optional<ChangeHistory> history;
    private final long looking;

    private FilesServing(
            Vertx vertx,
            UploadParts parts,
            AccessLog log,
            LiveChanges live,
            Optional<ChangeHistory> history,
            long looking) {
        this.vertx = vertx;
        this.parts = parts;
        this.log = log;
        this.live = live;
        this.history = history;
        this.looking = looking;
    }

    /** What is carried into PostgreSQL. */
    public static List<Projection> projections() {
        return List.of(new AccessProjection());
    }

    /** What is written into the stores that there are. */
    public static List<FactStore> stores(StoreSettings stores) {
        return Stream.concat(
                        stores.dynamodb().stream().<FactStore>map(DynamoNamespaces::new),
                        stores.cassandra().stream().<FactStore>map(CassandraChanges::new))
                .toList();
    }

    /** What facts bring about in the bucket, if there is one. */
    public static List<Effect<?>> effects(BucketSettings settings) {
        return settings.bucket().stream()
                .<Effect<?>>map(address -> new EndedUploads(new UploadBucket(address, settings.within())))
                .toList();
    }

    /** Adds all reads and sockets of files to the server. */
    public static FilesServing serve(
            ServingParts parts, BucketSettings settings, DownloadSettings downloadSettings, StoreSettings stores) {
        Vertx vertx = parts.server().vertx();
        Router router = parts.server().router();
        NamespaceOwners owners = new NamespaceOwners(parts.state(), parts.positionWait());
        FilesReads reads = new FilesReads(router, parts.identities(), owners, parts.state());
        UploadParts uploads = new UploadParts(vertx, settings, parts.server().metrics());
        AccessLog log = new AccessLog(
                vertx,
                parts.producer(),
                parts.clock(),
                parts.server().metrics(),
                parts.server().readiness().condition("access log"));
        Downloads downloads = new Downloads(urls(downloadSettings), log, parts.clock());
        new FileReads(owners, parts.cursors(), uploads, downloads).addTo(reads);
        new AccountReads(owners, parts.cursors()).addTo(reads);
        Optional<ChangeHistory> history = stores.cassandra().map(cassandra -> new ChangeHistory(parts, cassandra));
        new ChangeReads(owners, parts.cursors(), history).addTo(reads);
        new AccessReads(owners, parts.cursors(), parts.database()).addTo(reads);
        LiveChanges live =
                new LiveChanges(owners, parts.closedAccounts(), parts.door().resyncs());
        CommittedTail<NamespaceFact> facts = parts.tails().follow(FilesTopics.NAMESPACE_FACTS, List.of(live.facts()));
        CommittedTail<SyncEvent> events = parts.tails().follow(FilesTopics.SYNC_EVENTS, List.of(live.events()));
        live.addTo(router, parts.door(), facts, events);
        long looking = vertx.setPeriodic(LOOK_FOR_CLOSED_EVERY.toMillis(), fired -> live.expelClosedAccounts());
        return new FilesServing(vertx, uploads, log, live, history, looking);
    }

    private static Optional<DownloadUrls> urls(DownloadSettings settings) {
        return settings.keyFile()
                .map(PemKeys::privateKey)
                .map(key -> new DownloadUrls(settings.address(), key, settings.keyId(), settings.last()));
    }

    @Override
    public void close() {
        vertx.cancelTimer(looking);
        live.close();
        log.close();
        parts.close();
        history.ifPresent(ChangeHistory::close);
    }
}
