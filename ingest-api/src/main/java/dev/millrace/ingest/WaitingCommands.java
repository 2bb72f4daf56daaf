package dev.millrace.ingest;

import com.google.protobuf.ByteString;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.http.AdmissionLimit;
import dev.millrace.topics.http.Problem;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The commands whose senders wait here for an answer: no id twice, and no more than are decided in good time. */
final class WaitingCommands {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final AdmissionLimit limit;
    private final Map<CommandId, WaitingCommand> waiting = new ConcurrentHashMap<>();
    /** The map's own size() adds up its segments; this is asked with every command. */
    private final AtomicInteger size = new AtomicInteger();

    WaitingCommands(AdmissionLimit limit) {
        this.limit = limit;
    }

    /** Whether the next one would be refused; for those who can refuse before they have done any work. */
    boolean isFull() {
        return size.get() >= limit.now();
    }

    /** @throws Problem 409 IN_PROGRESS, 422 IDEMPOTENCY_KEY_REUSED or 503 OVERLOADED */
    void add(WaitingCommand command) {
        if (size.incrementAndGet() > limit.now()) {
            size.decrementAndGet();
            throw overloaded();
        }
        WaitingCommand earlier = waiting.putIfAbsent(command.id(), command);
        if (earlier != null) {
            size.decrementAndGet();
            throw sameIdAs(earlier, command.bodyHash());
        }
    }

    /**
     * Ends the wait for this answer; null if nobody waits for it here, or no longer, or with another body.
     *
     * @param bodyHash of the body that was decided
     */
    @Nullable WaitingCommand remove(CommandId id, ByteString bodyHash) {
        WaitingCommand command = waiting.get(id);
        return command != null && command.bodyHash().equals(bodyHash) && remove(command) ? command : null;
    }

    /** Ends exactly this wait; false if it has ended already. */
    boolean remove(WaitingCommand command) {
        boolean removed = waiting.remove(command.id(), command);
        if (removed) {
            size.decrementAndGet();
        }
        return removed;
    }

    Iterable<WaitingCommand> all() {
        return waiting.values();
    }

    int size() {
        return size.get();
    }

    static Problem overloaded() {
        return Problem.of(
                        503,
                        "OVERLOADED",
                        "More requests wait here than can be decided soon; this one was not written.")
                .retryAfter(SOON);
    }

    private static Problem sameIdAs(WaitingCommand earlier, ByteString bodyHash) {
        return earlier.bodyHash().equals(bodyHash)
                ? Problem.of(
                                409,
                                "IN_PROGRESS",
                                "The first request with this " + IdempotencyKey.HEADER + " is still being decided.")
                        .retryAfter(SOON)
                : keyReused();
    }

    static Problem keyReused() {
        return Problem.of(
                422,
                "IDEMPOTENCY_KEY_REUSED",
                "This " + IdempotencyKey.HEADER + " was used for this call with another body.");
    }
}
