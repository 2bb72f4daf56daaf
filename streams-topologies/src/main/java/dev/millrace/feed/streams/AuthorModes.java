package dev.millrace.feed.streams;

import dev.millrace.feed.rules.fanout.Heat;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.AuthorMode;
import dev.millrace.feed.topics.v1.NotPushed;
import dev.millrace.topics.WireSerde;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Which of one partition's authors are hot, and which of their posts weren't pushed for it. */
final class AuthorModes {
    private static final char KIND = 'M';
    private static final Bytes NEWEST_CHANGE = Bytes.wrap(new byte[] {'L'});
    /** An author who changes more often than that within a week has a few posts read that needn't be. */
    private static final int GAPS_MAX = 16;

    private static final WireSerde<AuthorMode> MODES = WireSerde.of(AuthorMode.getDefaultInstance());

    private final KeyValueStore<Bytes, byte[]> store;
    private final Heat heat;

    AuthorModes(KeyValueStore<Bytes, byte[]> store, Heat heat) {
        this.store = store;
        this.heat = heat;
    }

    boolean hot(String authorId) {
        AuthorMode mode = mode(authorId);
        return mode != null && mode.getHot();
    }

    /** Newest post that changed its author's mode; 0 if none has. */
    long newestChange() {
        byte[] stored = store.get(NEWEST_CHANGE);
        return stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
    }

    /**
     * Decides how the author's next post goes.
     *
     * @param postId the post
     * @param unsent the oldest post that isn't with everybody yet, the post itself if there is none: whoever reads hot
     *     posts where they are must not miss it
     * @return the author's mode if the post has changed it
     */
    Optional<AuthorMode> posting(String authorId, long followers, long postId, long unsent) {
        AuthorMode before = mode(authorId);
        boolean wasHot = before != null && before.getHot();
        boolean hot = heat.hot(wasHot, followers);
        if (hot == wasHot) {
            return Optional.empty();
        }
        AuthorMode.Builder after =
                AuthorMode.newBuilder().setAuthorId(authorId).setHot(hot).setChangedPostId(postId);
        if (before != null) {
            long oldest = PostIds.firstOf(PostIds.millisOf(postId) - FeedTopics.TIMELINES_KEPT.toMillis());
            before.getBeforeList().stream()
                    .filter(gap -> gap.getUntilPostId() >= oldest)
                    .forEach(after::addBefore);
        }
        if (hot) {
            after.setFromPostId(unsent);
        } else if (before != null) {
            after.addBefore(
                    NotPushed.newBuilder().setFromPostId(before.getFromPostId()).setUntilPostId(postId));
        }
        while (after.getBeforeCount() > GAPS_MAX) {
            joinOldest(after);
        }
        AuthorMode mode = after.build();
        store.put(UserKeys.of(KIND, authorId), MODES.encode(mode));
        store.put(NEWEST_CHANGE, ByteBuffer.allocate(Long.BYTES).putLong(postId).array());
        return Optional.of(mode);
    }

    /** Two gaps as one: posts between them are read where they are as well, and are the same. */
    private static void joinOldest(AuthorMode.Builder mode) {
        NotPushed joined = NotPushed.newBuilder()
                .setFromPostId(mode.getBefore(0).getFromPostId())
                .setUntilPostId(mode.getBefore(1).getUntilPostId())
                .build();
        mode.removeBefore(0).setBefore(0, joined);
    }

    private @Nullable AuthorMode mode(String authorId) {
        byte[] stored = store.get(UserKeys.of(KIND, authorId));
        return stored == null ? null : MODES.decode(store.name(), stored);
    }
}
