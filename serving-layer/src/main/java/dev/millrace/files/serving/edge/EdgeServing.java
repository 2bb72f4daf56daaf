package dev.millrace.files.serving.edge;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.files.serving.AccessLog;
import dev.millrace.files.serving.BucketSettings;
import dev.millrace.files.serving.NamespaceOwners;
import dev.millrace.files.serving.PemKeys;
import dev.millrace.files.topics.content.BucketAddress;
import dev.millrace.files.topics.content.ContentBucket;
import dev.millrace.serving.StoreWork;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.http.StateClient;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;

/** Contents of files, in this process. */
public final class EdgeServing implements AutoCloseable {
    private final AccessLog log;
    private final StoreWork work;
    private final ContentBucket bucket;

    private EdgeServing(AccessLog log, StoreWork work, ContentBucket bucket) {
        this.log = log;
        this.work = work;
        this.bucket = bucket;
    }

    /**
     * Adds its routes to the server.
     *
     * @param closedAccounts whether a user's account is closed; throws a Problem while that isn't known
     */
    public static EdgeServing serve(
            RoleServer server,
            StateClient state,
            Predicate<String> closedAccounts,
            Producer<String, byte[]> producer,
            EdgeSettings settings,
            BucketSettings bucketSettings) {
        BucketAddress address = bucketSettings.bucket().orElseThrow();
        InstantSource clock = InstantSource.system();
        AccessLog log = new AccessLog(
                server.vertx(),
                producer,
                clock,
                server.metrics(),
                server.readiness().condition("access log"));
        ContentBucket bucket = new ContentBucket(address, bucketSettings.within());
        StoreWork work =
                new StoreWork(server.vertx(), "s3", settings.threads(), bucketSettings.within(), server.metrics());
        ContentObjects objects = new BucketObjects(bucket);
        PieceBuffers buffers = new PieceBuffers();
        ContentReader reader =
                new ContentReader(objects, new ContentTree(objects, settings.manifestBytesMax()), buffers);
        Map<String, PublicKey> keys = settings.keyFiles().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, key -> PemKeys.publicKey(key.getValue())));
        new EdgeRoutes(
                        new SignedUrls(settings.address(), keys),
                        new Leaves(
                                new NamespaceOwners(state, Duration.ZERO),
                                closedAccounts,
                                settings.leaveKept(),
                                Ticker.systemTicker()),
                        new Contents(work, reader, server.metrics()),
                        log,
                        state,
                        buffers,
                        settings.downloadsMax(),
                        settings.spareReads(),
                        clock,
                        server.metrics())
                .addTo(server.router());
        return new EdgeServing(log, work, bucket);
    }

    @Override
    public void close() {
        log.close();
        work.close();
        bucket.close();
    }
}
