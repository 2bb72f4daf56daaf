package dev.millrace.streams.owner;

import dev.millrace.topics.CommandId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * The outcomes one partition remembers by command, oldest first. Which are forgotten, and when, follows from the
 * commands alone, so that a replay forgets the same.
 */
public final class OutcomeAges {
    /** A retry comes within seconds or minutes; the log's time, not the clock's. */
    private static final long KEPT_MILLIS = Duration.ofHours(1).toMillis();
    /** About 15 MB of state and 7 MB of heap for a partition under a storm of refusals. */
    private static final int KEPT_MAX = 50_000;
    /** More than come in, so that what piled up goes down; few, so that no command pays for many. */
    private static final int FORGOTTEN_AT_ONCE_MAX = 4;

    private record Age(long atMillis, String commandId) {
        static final Comparator<Age> ORDER =
                Comparator.comparingLong(Age::atMillis).thenComparing(Age::commandId);
    }

    private final TreeSet<Age> ages = new TreeSet<>(Age.ORDER);

    public void add(CommandId commandId, long atMillis) {
        ages.add(new Age(atMillis, commandId.toString()));
    }

    /** Takes out the oldest ones that are to be forgotten now. */
    public List<CommandId> takeOld(long nowMillis) {
        List<CommandId> old = new ArrayList<>();
        while (old.size() < FORGOTTEN_AT_ONCE_MAX
                && !ages.isEmpty()
                && (ages.first().atMillis() <= nowMillis - KEPT_MILLIS || ages.size() > KEPT_MAX)) {
            Age age = ages.first();
            ages.remove(age);
            old.add(CommandId.parse(age.commandId()));
        }
        return old;
    }
}
