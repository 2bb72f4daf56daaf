package dev.millrace.feed.serving;

import java.util.Map;

/**
 * Which posts a page is of.
 *
 * @param before only older ones than this id; 0 is no bound
 * @param after only newer ones than this id, by partition, where they were seen up to there
 * @param afterElsewhere the same for partitions without a bound of their own; 0 is no bound
 * @param oldestFirst from the oldest on, not from the newest
 * @param deletedToo whether deleted posts count
 */
record FeedBounds(long before, Map<Integer, Long> after, long afterElsewhere, boolean oldestFirst, boolean deletedToo) {
    FeedBounds(long before, Map<Integer, Long> after, long afterElsewhere, boolean oldestFirst) {
        this(before, after, afterElsewhere, oldestFirst, false);
    }

    static FeedBounds newestAndDeleted() {
        return new FeedBounds(0, Map.of(), 0, false, true);
    }

    static FeedBounds newest() {
        return before(0);
    }

    static FeedBounds before(long postId) {
        return new FeedBounds(postId, Map.of(), 0, false);
    }

    long afterIn(int partition) {
        return after.getOrDefault(partition, afterElsewhere);
    }
}
