package dev.millrace.feed.serving;

import dev.millrace.serving.CommittedTail;
import dev.millrace.topics.v1.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntToLongFunction;

/**
 * Which users' facts have come lately, and so whether an answer about one of them that was right at some position still
 * is: it is as long as none of the user's has come since. Kept for so many users of a partition; an answer from before
 * the oldest that is kept may or may not be right.
 */
final class RecentChanges<T> implements CommittedTail.Follower<T> {
    private final Function<T, String> user;
    private final Function<T, Position> position;
    private final int usersMax;
    private volatile long caughtUpAt;
    private final Map<Integer, Partition> partitions = new ConcurrentHashMap<>();

    /**
     * @param user whom a fact changes something about
     * @param position of the command that the fact came from
     * @param usersMax so many of a partition are kept
     */
    RecentChanges(Function<T, String> user, Function<T, Position> position, int usersMax) {
        this.user = user;
        this.position = position;
        this.usersMax = usersMax;
    }

    @Override
    public void accept(int partition, long offset, T fact) {
        long at = position.apply(fact).getOffset();
        partitions.computeIfAbsent(partition, p -> new Partition(at, usersMax)).changed(user.apply(fact), at);
    }

    @Override
    public void caughtUp(long atMillis) {
        caughtUpAt = atMillis;
    }

    /** Whether the facts have been followed up to then, in epoch milliseconds, or further. */
    boolean areKnownUntil(long atMillis) {
        return caughtUpAt > atMillis;
    }

    /**
     * Up to which offset an answer about this user holds that was right as of an earlier one; never less than that.
     * Empty if it doesn't hold, or nobody knows.
     */
    OptionalLong holdsUntil(int partition, String userId, long rightAt) {
        Partition known = partitions.get(partition);
        return known == null ? OptionalLong.empty() : known.holdsUntil(userId, rightAt);
    }

    /**
     * Whether an answer about this user still holds that came from all partitions. Of one without any change nothing is
     * known that isn't in the answer.
     *
     * @param rightAt by partition, the offset as of which the answer was right
     */
    boolean holds(String userId, IntToLongFunction rightAt) {
        return partitions.entrySet().stream()
                .allMatch(known -> known.getValue()
                        .holdsUntil(userId, rightAt.applyAsLong(known.getKey()))
                        .isPresent());
    }

    /** One partition of users; the longest unchanged first. */
    private static final class Partition {
        private final Map<String, Long> changedAt = new LinkedHashMap<>();
        /** Every change after this offset is known. */
        private long knownAfter;

        private long newest;
        private final int usersMax;

        Partition(long first, int usersMax) {
            this.knownAfter = first;
            this.usersMax = usersMax;
        }

        synchronized void changed(String userId, long at) {
            newest = Math.max(newest, at);
            // A fact that comes again is older than what is known already.
            Long before = changedAt.remove(userId);
            changedAt.put(userId, before == null ? at : Math.max(before, at));
            if (changedAt.size() > usersMax) {
                var oldest = changedAt.entrySet().iterator();
                knownAfter = Math.max(knownAfter, oldest.next().getValue());
                oldest.remove();
            }
        }

        synchronized OptionalLong holdsUntil(String userId, long rightAt) {
            boolean holds = rightAt >= knownAfter && changedAt.getOrDefault(userId, -1L) <= rightAt;
            return holds ? OptionalLong.of(Math.max(rightAt, newest)) : OptionalLong.empty();
        }
    }
}
