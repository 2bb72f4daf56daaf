package dev.millrace.topics.http;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which instances answered lately and which didn't, so that who is away costs one question its time, not all. */
final class Reachability {
    /** How long an instance that didn't answer is asked last instead of first. */
    private static final long SUSPECT_NANOS = Duration.ofSeconds(2).toNanos();

    /** Who didn't answer. */
    private final Map<String, Long> failedAt = new ConcurrentHashMap<>();
    /** Who may only be late: that concerns nobody but those to whom a standby is as good. */
    private final Map<String, Long> silentAt = new ConcurrentHashMap<>();
    /** When an instance answered anything last. */
    private final Map<String, Long> answeredAt = new ConcurrentHashMap<>();

    void answered(String endpoint) {
        answeredAt.put(endpoint, System.nanoTime());
        failedAt.remove(endpoint);
        silentAt.remove(endpoint);
    }

    void failed(String endpoint) {
        failedAt.put(endpoint, System.nanoTime());
    }

    /** It owes an answer for a while. If nothing came since it was asked, others needn't find out one by one. */
    void late(String endpoint, long askedAtNanos) {
        Long answered = answeredAt.get(endpoint);
        if (answered == null || answered - askedAtNanos < 0) {
            // If it is only slow, its next answer takes that back.
            silentAt.put(endpoint, System.nanoTime());
        }
    }

    /** @param standbyIsAsGood so that who is only late may be asked last as well */
    boolean isAskedLast(String endpoint, boolean standbyIsAsGood) {
        return isRecent(failedAt.get(endpoint)) || (standbyIsAsGood && isRecent(silentAt.get(endpoint)));
    }

    void forgetOthersThan(Set<String> endpoints) {
        failedAt.keySet().retainAll(endpoints);
        silentAt.keySet().retainAll(endpoints);
        answeredAt.keySet().retainAll(endpoints);
    }

    private static boolean isRecent(@Nullable Long since) {
        return since != null && System.nanoTime() - since < SUSPECT_NANOS;
    }
}
