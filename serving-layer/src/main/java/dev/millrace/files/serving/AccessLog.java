package dev.millrace.files.serving;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.AccessFact;
import dev.millrace.files.topics.v1.AccessKind;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.Readiness;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Writes down who was given a URL and who used it. What a user gets is written first: no URL and no byte leaves here
 * that isn't on the log, so while that takes nothing there are none.
 */
public final class AccessLog implements AutoCloseable {
    private static final int ID_BYTES = 16;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final long LOOKED_FOR_EVERY_MILLIS = 250;

    private final Vertx vertx;
    private final Producer<String, byte[]> producer;
    private final InstantSource clock;
    private final Counter lost;
    private final SecureRandom random = new SecureRandom();
    private final long looking;
    /** Null until the topic's partitions are known, which then is for good. */
    private volatile @Nullable CommandProducer facts;

    /** @param condition met once it can be written to */
    public AccessLog(
            Vertx vertx,
            Producer<String, byte[]> producer,
            InstantSource clock,
            MeterRegistry metrics,
            Readiness.Condition condition) {
        this.vertx = vertx;
        this.producer = producer;
        this.clock = clock;
        this.lost = Counter.builder("millrace.files.access.facts.lost")
                .description("Ends of accesses that couldn't be written down; their beginnings are")
                .register(metrics);
        this.looking = vertx.setPeriodic(0, LOOKED_FOR_EVERY_MILLIS, timer -> {
            if (facts() != null) {
                condition.ok();
                vertx.cancelTimer(timer);
            }
        });
    }

    /** The beginning of a fact about an access of that kind, at this time. */
    public AccessFact.Builder fact(AccessKind kind, DownloadLeave leave) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return AccessFact.newBuilder()
                .setAccessId(ByteString.copyFrom(id))
                .setNamespaceId(leave.file().namespace())
                .setNodeId(leave.file().local())
                .setVersion(leave.version())
                .setUserId(leave.user())
                .setDeviceId(leave.device())
                .setKind(kind)
                .setAtMillis(clock.millis());
    }

    /** Completes once it is on the log; fails with 503 ACCESS_LOG_UNAVAILABLE if it may not be there. */
    public Future<Void> write(AccessFact fact) {
        return Future.fromCompletionStage(send(fact), vertx.getOrCreateContext())
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture(
                        Problem.of(503, "ACCESS_LOG_UNAVAILABLE", "Accesses can't be written down right now.")
                                .retryAfter(SOON)));
    }

    /** How an access ended. It has happened already, so if it can't be written that is counted. */
    public void end(AccessFact begun, long sentBytes) {
        AccessFact fact = begun.toBuilder()
                .setKind(AccessKind.ACCESS_ENDED)
                .setAtMillis(clock.millis())
                .setSentBytes(sentBytes)
                .build();
        var unused = send(fact).whenComplete((written, failure) -> {
            if (failure != null) {
                lost.increment();
            }
        });
    }

    private CompletionStage<?> send(AccessFact fact) {
        CommandProducer known = facts();
        if (known == null) {
            return CompletableFuture.failedFuture(new TimeoutException("the topic isn't known yet"));
        }
        return known.send(FilesTopics.ACCESS_FACTS, fact.getNamespaceId(), fact);
    }

    private @Nullable CommandProducer facts() {
        if (facts == null) {
            String topic = FilesTopics.ACCESS_FACTS.name();
            try {
                int partitions = producer.partitionsFor(topic).size();
                facts = partitions == 0 ? null : new CommandProducer(producer, Map.of(topic, partitions));
            } catch (TimeoutException e) {
                // Asking made the producer look: it knows the next time.
            }
        }
        return facts;
    }

    @Override
    public void close() {
        vertx.cancelTimer(looking);
    }
}
