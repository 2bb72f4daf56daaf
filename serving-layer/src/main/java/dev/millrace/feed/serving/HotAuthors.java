package dev.millrace.feed.serving;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.AuthorMode;
import dev.millrace.feed.topics.v1.NotPushed;
import dev.millrace.serving.CommittedTail;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which posts of which authors aren't pushed, for too many would get them: all of feed.author-modes, read from its start. */
final class HotAuthors implements CommittedTail.Follower<AuthorMode> {
    private final Map<String, AuthorMode> modes = new ConcurrentHashMap<>();
    private final Map<Integer, Long> newestChanges = new ConcurrentHashMap<>();

    @Override
    public void accept(int partition, long offset, AuthorMode mode) {
        // The mode first: who finds the change known here must find what it changed.
        modes.put(mode.getAuthorId(), mode);
        newestChanges.merge(PostIds.partitionOf(mode.getChangedPostId()), mode.getChangedPostId(), Math::max);
    }

    /** Whether all changes up to the one by this post, of authors of this partition, are known here; 0 is no change. */
    boolean know(int partition, long changedPostId) {
        return newestChanges.getOrDefault(partition, 0L) >= changedPostId;
    }

    /**
     * Whether the author may have posts between these ids that aren't pushed.
     *
     * @param before 0 is no bound
     */
    boolean mayHave(String authorId, long after, long before) {
        AuthorMode mode = modes.get(authorId);
        if (mode == null) {
            return false;
        }
        long end = before == 0 ? Long.MAX_VALUE : before;
        if (mode.getHot() && mode.getFromPostId() < end) {
            return true;
        }
        for (NotPushed times : mode.getBeforeList()) {
            if (times.getFromPostId() < end && times.getUntilPostId() - 1 > after) {
                return true;
            }
        }
        return false;
    }
}
