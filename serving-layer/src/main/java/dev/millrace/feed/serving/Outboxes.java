package dev.millrace.feed.serving;

import dev.millrace.feed.topics.v1.PostsQuestion;
import dev.millrace.feed.topics.v1.PostsView;
import io.vertx.core.Future;

/** The posts of authors, asked for partition by partition. */
interface Outboxes {
    /** Fails with a Problem if nobody can answer, or not as of what is asked. */
    Future<PostsView> posts(int partition, PostsQuestion question, Asked asked);
}
