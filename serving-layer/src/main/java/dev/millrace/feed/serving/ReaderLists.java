package dev.millrace.feed.serving;

import dev.millrace.feed.topics.v1.FollowingView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.serving.OwnerAnswers.Said;
import io.vertx.core.Future;

/** Whom readers follow, asked for part by part. */
interface ReaderLists {
    /** Fails with a Problem if nobody can answer, or not as of what is asked. */
    Future<Said<FollowingView>> following(String readerId, ListQuestion question, Asked asked);
}
