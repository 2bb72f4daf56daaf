package dev.millrace.ingest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.AdmissionLimit;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.LoopTurns;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.Readiness;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.Reply;
import dev.millrace.topics.v1.ReplyAddress;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Where a request hands in its command and waits for the decision: request to one record on the command log, and its
 * outcome back, within a bounded time. What is answered is on the log; what isn't known to be there is answered 503,
 * and sending it again with the same Idempotency-Key is safe.
 */
public final class CommandDesk implements AutoCloseable {
    /** Longer than a reply can be late after we stopped waiting, in all but the worst case. */
    private static final Duration PENDING_REMEMBERED = Duration.ofMinutes(1);

    /** Commands that may wait whatever the rate of decisions was. */
    private static final int WAITING_ALWAYS = 500;

    private static final int PENDING_REMEMBERED_MAX = 100_000;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int RECORD_OVERHEAD_BYTES = 1_024;

    private final IngestSettings settings;
    private final AdmissionLimit limit;
    private final WaitingCommands waiting;
    private final LoopTurns turns;
    private final CommandLog log;
    private final ReplyAddress replyTo;
    private final Timer decided;
    /**
     * Body hashes of commands that were answered before their decision came. Their reply may still come, and must not
     * be taken for the answer to the same key with another body.
     */
    private final Cache<CommandId, ByteString> pending = Caffeine.newBuilder()
            .executor(Runnable::run)
            .expireAfterWrite(PENDING_REMEMBERED)
            .maximumSize(PENDING_REMEMBERED_MAX)
            .build();

    CommandDesk(IngestSettings settings, List<TopicSpec<?>> topics, Readiness readiness, MeterRegistry metrics) {
        this.settings = settings;
        this.limit = new AdmissionLimit(
                Math.min(WAITING_ALWAYS, settings.waitingMax()), settings.waitingMax(), settings.decideWithin());
        this.waiting = new WaitingCommands(limit);
        this.turns = new LoopTurns(settings.decideWithin().dividedBy(5), System::nanoTime);
        this.replyTo = ReplyAddress.newBuilder()
                .setPartition(settings.instance())
                .setEpoch(new SecureRandom().nextLong())
                .build();
        this.decided = Timer.builder("commands.decided")
                .description("From sending a command to its decision being back")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5))
                .register(metrics);
        Gauge.builder("commands.waiting.max", limit, AdmissionLimit::now)
                .description("Requests that may wait for a decision, by the rate of decisions")
                .register(metrics);
        Gauge.builder("commands.waiting", waiting, WaitingCommands::size)
                .description("Requests that wait for a decision")
                .register(metrics);
        ReplyReader reader =
                new ReplyReader(settings.bootstrap(), settings.instance(), replyTo.getEpoch(), this::answerAll);
        this.log = new CommandLog(
                settings, topics, reader, readiness.condition("command-log"), this::refuseWhatIsNotWritten);
    }

    void start() {
        log.start();
    }

    /**
     * Whether the next command would have to wait too long, here or to be taken in, and be refused with {@link
     * #overloaded}. Asked with every command, on its event loop.
     */
    boolean isFull(Context loop) {
        return turns.isLong(loop) || waiting.isFull();
    }

    static Problem overloaded() {
        return WaitingCommands.overloaded();
    }

    /**
     * Writes the request's command and waits for its decision, or with {@code Prefer: respond-async} only until it is
     * written. Call it on the request's event loop; the answer comes there too.
     *
     * @param owner key whose owner decides
     * @param command makes the command from what every command carries; its body is the request's
     * @return fails with a {@link Problem}: 409 IN_PROGRESS, 422 IDEMPOTENCY_KEY_REUSED, 413 BODY_TOO_LARGE, or 503
     *     LOG_UNAVAILABLE or OVERLOADED
     */
    public <T extends MessageLite> Future<Decision> decide(
            RoutingContext ctx, TopicSpec<T> topic, String owner, Function<CommandMeta, T> command) {
        String whyNot = log.whyNot();
        if (!whyNot.isEmpty()) {
            throw unavailable("Commands can't be written right now; this one was not.");
        }
        CommandId id = idOf(ctx);
        ByteString bodyHash = bodyHashOf(ctx);
        refuseOtherBody(id, bodyHash);
        CommandMeta meta = CommandMeta.newBuilder()
                .setCommandId(id.bytes())
                .setSubject(Caller.of(ctx).subject())
                .setBodyHash(bodyHash)
                .setReplyTo(replyTo)
                .build();
        T record = command.apply(meta);
        if (record.getSerializedSize() > topic.recordBytesMax() - RECORD_OVERHEAD_BYTES) {
            throw tooLarge(record.getSerializedSize(), topic.recordBytesMax());
        }
        LogPartition partition = log.partitionOf(topic, owner);
        WaitingCommand waits = new WaitingCommand(id, bodyHash, contextOf(ctx), partition);
        boolean async = Preferences.respondAsync(ctx.request());
        if (async) {
            pending.put(id, bodyHash);
        } else {
            waiting.add(waits);
        }
        if (!partition.admit(System.nanoTime())) {
            waiting.remove(waits);
            throw unavailable("The owner's partition doesn't take commands right now; this one was not written.");
        }
        send(topic, owner, record, waits, async);
        if (!async) {
            long timer = ctx.vertx().setTimer(settings.waitLimit().toMillis(), fired -> stopWaiting(waits));
            waits.answer().future().onComplete(done -> ctx.vertx().cancelTimer(timer));
        }
        return waits.answer().future();
    }

    private <T extends MessageLite> void send(
            TopicSpec<T> topic, String owner, T record, WaitingCommand waits, boolean async) {
        log.send(topic, owner, record).whenComplete((position, failure) -> {
            if (failure == null) {
                waits.partition().acknowledged(System.nanoTime());
                waits.writtenAt(position);
                if (async) {
                    onLoop(waits, () -> waits.answer().tryComplete(new Decision.Pending(waits.id(), position)));
                }
            } else {
                waits.partition().failed();
                if (waiting.remove(waits) || async) {
                    onLoop(waits, () -> waits.answer().tryFail(problemOf(failure)));
                }
            }
        });
    }

    private void stopWaiting(WaitingCommand waits) {
        if (waiting.remove(waits)) {
            pending.put(waits.id(), waits.bodyHash());
            Position written = waits.written();
            if (written == null) {
                waits.answer().tryFail(unknownFate());
            } else {
                waits.answer().tryComplete(new Decision.Pending(waits.id(), written));
            }
        }
    }

    /** On the reader's thread: hands each event loop its answers in one go. */
    private void answerAll(List<Reply> replies) {
        Map<Context, List<Runnable>> byLoop = new HashMap<>();
        long now = System.nanoTime();
        limit.answered(replies.size(), now);
        for (Reply reply : replies) {
            CommandId id = CommandId.of(reply.getCommandId());
            WaitingCommand waits = waiting.remove(id, reply.getBodyHash());
            if (waits != null) {
                decided.record(now - waits.sentNanos(), TimeUnit.NANOSECONDS);
                Decision answer = new Decision.Decided(id, reply.getPosition(), reply.getOutcome());
                byLoop.computeIfAbsent(waits.context(), c -> new ArrayList<>())
                        .add(() -> waits.answer().tryComplete(answer));
            }
        }
        byLoop.forEach((loop, answers) -> loop.runOnContext(v -> answers.forEach(Runnable::run)));
    }

    /** Whoever waits for an acknowledgement that isn't coming is told now, not at the end of the wait. */
    private void refuseWhatIsNotWritten() {
        long now = System.nanoTime();
        boolean nothingGoes = !log.whyNot().isEmpty();
        for (WaitingCommand waits : waiting.all()) {
            if (waits.written() == null
                    && (nothingGoes || waits.partition().isSilent(now))
                    && now - waits.sentNanos() > settings.silenceMax().toNanos()
                    && waiting.remove(waits)) {
                pending.put(waits.id(), waits.bodyHash());
                onLoop(waits, () -> waits.answer().tryFail(unknownFate()));
            }
        }
    }

    private void refuseOtherBody(CommandId id, ByteString bodyHash) {
        ByteString earlier = pending.getIfPresent(id);
        if (earlier != null && !earlier.equals(bodyHash)) {
            throw WaitingCommands.keyReused();
        }
    }

    private static void onLoop(WaitingCommand waits, Runnable answer) {
        waits.context().runOnContext(v -> answer.run());
    }

    private static Context contextOf(RoutingContext ctx) {
        Context current = Vertx.currentContext();
        return current == null ? ctx.vertx().getOrCreateContext() : current;
    }

    private static CommandId idOf(RoutingContext ctx) {
        return IdempotencyKey.of(ctx.request())
                .map(key -> CommandId.of(
                        Caller.of(ctx).subject(), ctx.request().method().name(), ctx.normalizedPath(), key))
                .orElseGet(CommandId::random);
    }

    private static ByteString bodyHashOf(RoutingContext ctx) {
        @Nullable Buffer body = ctx.body().buffer();
        return CommandId.hashOf(body == null ? new byte[0] : body.getBytes());
    }

    private static Problem problemOf(Throwable failure) {
        if (failure instanceof BufferExhaustedException) {
            return unavailable("Too many commands wait for the log; this one was not written.");
        }
        if (failure instanceof RecordTooLargeException) {
            return Problem.of(413, "BODY_TOO_LARGE", "The command is larger than the log takes.");
        }
        return unknownFate();
    }

    private static Problem tooLarge(int bytes, int max) {
        return Problem.of(
                413,
                "BODY_TOO_LARGE",
                "command",
                bytes + " bytes",
                "at most " + (max - RECORD_OVERHEAD_BYTES) + " bytes once encoded");
    }

    private static Problem unknownFate() {
        return unavailable("The log didn't confirm this command in time. It may still be carried out: send the request"
                + " again with the same " + IdempotencyKey.HEADER + " to learn its outcome; that never does it twice.");
    }

    private static Problem unavailable(String detail) {
        return Problem.of(503, "LOG_UNAVAILABLE", detail).retryAfter(SOON);
    }

    @Override
    public void close() {
        log.close();
    }
}
