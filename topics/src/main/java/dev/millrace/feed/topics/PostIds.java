package dev.millrace.feed.topics;

import dev.millrace.topics.CommandId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A post's id: 8 bytes that sort by time. From the top: 42 bits of milliseconds since 2020, 10 bits of the partition
 * that made it, 11 bits that count within the millisecond. So it is unique without asking anybody, leads to its owner,
 * and is in the order of (createdAt, postId) by itself. As text it is 13 characters whose order is the same.
 *
 * <p>A post that isn't decided yet goes by its author and the command that makes it: {@code <author id>.<command id>}.
 */
public final class PostIds {
    /** Most partitions that ids can tell apart. */
    public static final int PARTITIONS_MAX = 1 << 10;
    /** Characters of an id as text. */
    public static final int TEXT_CHARS = 13;

    private static final long EPOCH_MILLIS = 1_577_836_800_000L;
    private static final int PARTITION_BITS = 10;
    private static final int COUNTER_BITS = 11;
    private static final int COUNTER_MAX = (1 << COUNTER_BITS) - 1;
    private static final int TIME_SHIFT = PARTITION_BITS + COUNTER_BITS;
    private static final long MILLIS_MAX = EPOCH_MILLIS + (1L << 42) - 1;

    /** Crockford's base 32: in the order of its characters, and none that is taken for another. */
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

    private static final int DIGIT_BITS = 5;
    private static final int PENDING_SUFFIX_CHARS = 1 + 2 * CommandId.BYTES;

    private PostIds() {}

    /**
     * The next id of a partition: larger than its newest, and of this time unless that has passed already. More than
     * 2,048 in a millisecond borrow from the next.
     *
     * @param newest newest id of the partition, 0 if it has none
     */
    public static long next(long newest, long nowMillis, int partition) {
        if (partition < 0 || partition >= PARTITIONS_MAX) {
            throw new IllegalArgumentException(
                    "partition: " + partition + " (expected: 0.." + (PARTITIONS_MAX - 1) + ")");
        }
        long now = Math.max(EPOCH_MILLIS, Math.min(MILLIS_MAX, nowMillis));
        if (newest == 0 || millisOf(newest) < now) {
            return of(now, partition, 0);
        }
        int counter = (int) (newest & COUNTER_MAX);
        return counter < COUNTER_MAX
                ? of(millisOf(newest), partition, counter + 1)
                : of(millisOf(newest) + 1, partition, 0);
    }

    private static long of(long millis, int partition, int counter) {
        return (millis - EPOCH_MILLIS) << TIME_SHIFT | (long) partition << COUNTER_BITS | counter;
    }

    /** No post made at this time or later has a smaller id, and none made before a larger one. */
    public static long firstOf(long millis) {
        return of(Math.max(EPOCH_MILLIS, Math.min(MILLIS_MAX, millis)), 0, 0);
    }

    /** When the post was made. */
    public static long millisOf(long postId) {
        return EPOCH_MILLIS + (postId >>> TIME_SHIFT);
    }

    /** The partition that made it. */
    public static int partitionOf(long postId) {
        return (int) (postId >>> COUNTER_BITS) & PARTITIONS_MAX - 1;
    }

    public static String text(long postId) {
        char[] text = new char[TEXT_CHARS];
        long rest = postId;
        for (int i = TEXT_CHARS - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) (rest & (1 << DIGIT_BITS) - 1));
            rest >>>= DIGIT_BITS;
        }
        return new String(text);
    }

    /** Empty unless this is the text of an id. */
    public static OptionalLong parse(String text) {
        if (text.length() != TEXT_CHARS || text.charAt(0) > '7') {
            return OptionalLong.empty();
        }
        long id = 0;
        for (int i = 0; i < TEXT_CHARS; i++) {
            int digit = DIGITS.indexOf(text.charAt(i));
            if (digit < 0) {
                return OptionalLong.empty();
            }
            id = id << DIGIT_BITS | digit;
        }
        return OptionalLong.of(id);
    }

    /** What a post goes by until it is decided. */
    public static String pending(String authorId, CommandId command) {
        return authorId + "." + command;
    }

    /** Author of a post that isn't decided yet; empty if the text isn't what such a post goes by. */
    public static Optional<String> pendingAuthorOf(String text) {
        return pendingCommandOf(text).map(command -> text.substring(0, text.length() - PENDING_SUFFIX_CHARS));
    }

    /** Command of a post that isn't decided yet; empty if the text isn't what such a post goes by. */
    public static Optional<CommandId> pendingCommandOf(String text) {
        int dot = text.length() - PENDING_SUFFIX_CHARS;
        if (dot < 1 || text.charAt(dot) != '.') {
            return Optional.empty();
        }
        String suffix = text.substring(dot + 1);
        return suffix.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))
                ? Optional.of(CommandId.parse(suffix))
                : Optional.empty();
    }
}
