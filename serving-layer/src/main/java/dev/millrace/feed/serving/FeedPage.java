package dev.millrace.feed.serving;

import dev.millrace.feed.topics.v1.Post;
import dev.millrace.topics.v1.Position;
import java.util.List;
import java.util.Map;

/**
 * A page of a feed, right as of its positions.
 *
 * @param posts in order, one more than the page may have if there are more
 * @param newest newest id given in each partition that was asked; later posts have larger ones
 * @param positions of the reader's owner first, then of each partition of authors
 */
record FeedPage(List<Post> posts, Map<Integer, Long> newest, List<Position> positions) {}
