package dev.millrace.feed.rules.fanout;

/**
 * From how many followers on an author's posts aren't pushed any more but read where they are. There are two bounds, so
 * that an author at one of them doesn't change with every follower.
 *
 * @param hotFrom as many followers make an author hot
 * @param coolBelow fewer than so many make a hot one as the others again
 */
public record Heat(long hotFrom, long coolBelow) {
    public Heat {
        if (coolBelow < 1 || hotFrom < coolBelow) {
            throw new IllegalArgumentException(
                    "hot from " + hotFrom + ", cool below " + coolBelow + " (expected: 1 <= cool <= hot)");
        }
    }

    /** How the author's next post goes. */
    public boolean hot(boolean hotBefore, long followers) {
        return followers >= (hotBefore ? coolBelow : hotFrom);
    }
}
