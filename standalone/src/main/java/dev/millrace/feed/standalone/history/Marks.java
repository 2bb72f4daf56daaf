package dev.millrace.feed.standalone.history;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Up to where a reader had seen what arrived, by the answers so far: of each partition that was looked at the newest id
 * by then, or the last one shown where there were more.
 */
final class Marks {
    private final PostHistory posts;
    private final IdentityHashMap<PageRead, Map<Integer, Long>> known = new IdentityHashMap<>();

    Marks(PostHistory posts) {
        this.posts = posts;
    }

    /** @param partitions of the authors that are looked at by this page */
    void note(PageRead page, Set<Integer> partitions) {
        Places places = Places.parse(page.position());
        Map<Integer, Long> seen = new HashMap<>();
        for (int partition : partitions) {
            long newest = posts.newestIdAt(partition, places.offset(FeedLog.POSTS, partition));
            boolean more = page.kind() == PageRead.Kind.ARRIVALS && page.more();
            seen.put(partition, more ? Math.min(newest, lastIdOf(page)) : newest);
        }
        PageRead since = page.since();
        if (since != null) {
            known.getOrDefault(since, Map.of()).forEach((partition, id) -> seen.merge(partition, id, Math::max));
        }
        known.put(page, seen);
    }

    private static long lastIdOf(PageRead page) {
        return page.posts().isEmpty()
                ? 0
                : PostNumbers.parse(page.posts().get(page.posts().size() - 1).postId());
    }

    /** Only larger ids of this partition had not been seen after that answer. */
    long seenIn(PageRead page, int partition) {
        Map<Integer, Long> seen = known.getOrDefault(page, Map.of());
        Long id = seen.get(partition);
        if (id != null) {
            return id;
        }
        // Nobody of that partition was followed then: what is older than all that was seen doesn't count as arriving.
        long latest = seen.values().stream().mapToLong(Long::longValue).max().orElse(0);
        return latest == 0 ? 0 : PostNumbers.first(PostNumbers.millis(latest));
    }
}
