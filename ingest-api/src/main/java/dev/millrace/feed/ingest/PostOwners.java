package dev.millrace.feed.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.PostView;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StateClient;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * Says why a post couldn't be changed by somebody whose own it isn't: only the owner of its id knows whether there is
 * such a post at all.
 */
final class PostOwners {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final StateClient state;

    PostOwners(StateClient state) {
        this.state = state;
    }

    /** 403 NOT_YOURS, 404 UNKNOWN_POST, or 503 STATE_UNAVAILABLE if nobody can tell. */
    Future<Problem> whyNotYours(long postId, String caller) {
        StateQuery question = StateQuery.newBuilder()
                .setName(FeedQueries.POST)
                .setKey(PostIds.text(postId))
                .setPartition(PostIds.partitionOf(postId))
                .build();
        Future<Void> known = state.knows(FeedTopics.POSTS) ? Future.succeededFuture() : state.refresh();
        return known.compose(heard -> PostIds.partitionOf(postId) >= state.partitions(FeedTopics.POSTS)
                        ? Future.succeededFuture(unknown(PostIds.text(postId)))
                        : state.ask(FeedTopics.POSTS, question).map(answer -> problem(answer, postId, caller)))
                .otherwise(failure -> failure instanceof Problem problem ? problem : unavailable());
    }

    private static Problem problem(StateAnswer answer, long postId, String caller) {
        if (answer.getStatus() == StateAnswer.Status.NOT_FOUND) {
            return unknown(PostIds.text(postId));
        }
        if (answer.getStatus() != StateAnswer.Status.FOUND || authorIn(answer).equals(caller)) {
            return unavailable();
        }
        return Problem.of(403, "NOT_YOURS", "postId", PostIds.text(postId), "a post of yours");
    }

    private static String authorIn(StateAnswer answer) {
        try {
            return PostView.parseFrom(answer.getValue()).getPost().getAuthorId();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("not a post view", e);
        }
    }

    static Problem unknown(String postId) {
        return Problem.of(404, "UNKNOWN_POST", "postId", postId, "id of a post that there is");
    }

    private static Problem unavailable() {
        return Problem.of(503, "STATE_UNAVAILABLE", "The post's owner can't be asked right now.")
                .retryAfter(SOON);
    }
}
