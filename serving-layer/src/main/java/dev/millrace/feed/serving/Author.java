package dev.millrace.feed.serving;

/**
 * Somebody whose posts a reader has in the feed.
 *
 * @param edgeVersion the reader's book version at the edge's making; {@link #NEVER_PUSHED} if the author's posts aren't
 *     pushed to the reader for sure: the edge isn't acknowledged, or it is the reader
 */
record Author(String id, long edgeVersion) {
    static final long NEVER_PUSHED = Long.MAX_VALUE;
}
