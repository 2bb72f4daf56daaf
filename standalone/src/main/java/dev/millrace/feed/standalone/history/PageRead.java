package dev.millrace.feed.standalone.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of posts as it was served.
 *
 * @param of whose posts, if it is a list of one author's
 * @param before last post of the page before; empty for the first one
 * @param since the answer whose nextSince was sent
 * @param positionSent header Millrace-Position of the request
 * @param position the same of the answer
 * @param more whether the answer says that there are more
 * @param atRest asked for when nothing changed any more and everything had been taken in
 */
public record PageRead(
        Kind kind,
        String reader,
        String of,
        String before,
        @Nullable PageRead since,
        int pageSize,
        @Nullable String positionSent,
        @Nullable String position,
        List<PostShown> posts,
        boolean more,
        boolean hasGap,
        boolean atRest) {
    /** What was asked for. */
    public enum Kind {
        FEED,
        ARRIVALS,
        POSTS_OF_ONE
    }

    public PageRead {
        posts = List.copyOf(posts);
    }

    @Override
    public String toString() {
        String what = switch (kind) {
            case FEED -> "feed of " + reader;
            case ARRIVALS -> "arrivals for " + reader;
            case POSTS_OF_ONE -> "posts of " + of + " for " + reader;
        };
        return what + (before.isEmpty() ? "" : " before " + before) + " at " + position;
    }
}
