package dev.millrace.files.rules;

import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.NamespaceHead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How much of its history a namespace keeps at hand. A device that was away for longer begins with a snapshot. What is
 * forgotten, and when, follows from the facts alone, so that a replay forgets the same.
 */
public final class ChangesKept {
    private static final long KEPT_MILLIS = Duration.ofDays(30).toMillis();
    private static final long KEPT_MAX = 100_000;
    /** More than come in, so that what piled up goes down; few, so that no command pays for many. */
    private static final int FORGOTTEN_AT_ONCE_MAX = 4;

    private ChangesKept() {}

    /**
     * The oldest changes, which go now.
     *
     * @param head as it is with the newest fact in
     * @param changes by sequence
     */
    public static List<Change> outOfTime(NamespaceHead head, LongFunction<@Nullable Change> changes) {
        List<Change> old = new ArrayList<>();
        for (long at = head.getOldestChange(); old.size() < FORGOTTEN_AT_ONCE_MAX && at < head.getSequence(); at++) {
            Change change = changes.apply(at);
            boolean tooMany = head.getSequence() - at >= KEPT_MAX;
            if (change == null || !(tooMany || change.getAtMillis() <= head.getNowMillis() - KEPT_MILLIS)) {
                break;
            }
            old.add(change);
        }
        return old;
    }
}
