package dev.millrace.feed.serving;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.AuthorView;
import dev.millrace.feed.topics.v1.FollowersView;
import dev.millrace.feed.topics.v1.FollowingView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.feed.topics.v1.PostView;
import dev.millrace.feed.topics.v1.PostsQuestion;
import dev.millrace.feed.topics.v1.PostsView;
import dev.millrace.feed.topics.v1.RelationView;
import dev.millrace.feed.topics.v1.TimelineQuestion;
import dev.millrace.feed.topics.v1.TimelineView;
import dev.millrace.serving.OwnerAnswers;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.topics.SpineQueries;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StateClient;
import dev.millrace.topics.http.StateUnavailable;
import dev.millrace.topics.v1.Account;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the owners of posts, readers and audiences know, asked for by what is wanted. Where nobody who holds it answers,
 * the databases do, if they can be right.
 */
final class FeedOwners implements Outboxes, ReaderTimelines, ReaderLists {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final StateClient state;
    private final OwnerAnswers answers;
    private final Optional<PostArchive> posts;
    private final Optional<FollowArchive> follows;

    FeedOwners(StateClient state, Duration positionWait, Optional<PostArchive> posts, Optional<FollowArchive> follows) {
        this.state = state;
        this.answers = new OwnerAnswers(state, positionWait, FeedOwners::unavailable, true);
        this.posts = posts;
        this.follows = follows;
    }

    /** How many partitions each of the feed's logs has. */
    Future<Integer> partitions() {
        int known = state.partitions(FeedTopics.POSTS);
        if (known > 0) {
            return Future.succeededFuture(known);
        }
        return state.refresh().transform(heard -> {
            int partitions = state.partitions(FeedTopics.POSTS);
            return partitions > 0 ? Future.succeededFuture(partitions) : Future.failedFuture(unavailable());
        });
    }

    @Override
    public Future<PostsView> posts(int partition, PostsQuestion question, Asked asked) {
        StateQuery.Builder query = StateQuery.newBuilder()
                .setName(FeedQueries.POSTS)
                .setPartition(partition)
                .setArgument(question.toByteString());
        return ask(FeedTopics.POSTS, query, asked, PostsView.parser())
                .map(said -> said.value().orElseThrow(FeedOwners::unavailable))
                .recover(away -> orElse(
                        away, posts.filter(p -> isForArchive(question)), p -> p.posts(partition, question, asked)));
    }

    /** A moment that was answered for, who else has posted, and what was deleted are in the owner's hands only. */
    private static boolean isForArchive(PostsQuestion question) {
        return question.getAuthorIdsCount() <= PostArchive.AUTHORS_MAX
                && !question.hasAtOffset()
                && question.getPostedAfter() == 0
                && !question.getDeletedToo();
    }

    /** A post by its id. */
    Future<Said<PostView>> post(long postId, Asked asked) {
        return partitions().compose(count -> {
            int partition = PostIds.partitionOf(postId);
            if (partition >= count) {
                return Future.succeededFuture(new Said<>(Optional.empty(), false, Optional.empty(), 0));
            }
            StateQuery.Builder query = StateQuery.newBuilder()
                    .setName(FeedQueries.POST)
                    .setKey(PostIds.text(postId))
                    .setPartition(partition);
            return ask(FeedTopics.POSTS, query, asked, PostView.parser())
                    .recover(away -> orElse(away, posts, p -> p.post(postId, asked)));
        });
    }

    /** A post that may not be decided yet, by what it went by then. */
    Future<Said<PostView>> pendingPost(String authorId, String pendingId, Asked asked) {
        StateQuery.Builder query = StateQuery.newBuilder()
                .setName(FeedQueries.POST)
                .setOwner(authorId)
                .setKey(pendingId);
        return ask(FeedTopics.POSTS, query, asked, PostView.parser());
    }

    Future<Said<AuthorView>> author(String authorId, Asked asked) {
        StateQuery.Builder query =
                StateQuery.newBuilder().setName(FeedQueries.AUTHOR).setOwner(authorId);
        return ask(FeedTopics.POSTS, query, asked, AuthorView.parser());
    }

    @Override
    public Future<Said<FollowingView>> following(String readerId, ListQuestion question, Asked asked) {
        StateQuery.Builder query = StateQuery.newBuilder()
                .setName(FeedQueries.FOLLOWING)
                .setOwner(readerId)
                .setArgument(question.toByteString());
        return ask(FeedTopics.FOLLOWS, query, asked, FollowingView.parser());
    }

    /** A page for a list: nothing about what is hidden is sure to be in it, nor the list's version. */
    Future<Said<FollowingView>> followingPage(String readerId, ListQuestion question, Asked asked) {
        return following(readerId, question, asked)
                .recover(away -> orElse(
                        away,
                        follows.filter(f -> state.partitions(FeedTopics.FOLLOWS) > 0),
                        f -> f.following(readerId, question, state.partitions(FeedTopics.FOLLOWS), asked)));
    }

    Future<Said<RelationView>> relation(String readerId, String userId, Asked asked) {
        StateQuery.Builder query = StateQuery.newBuilder()
                .setName(FeedQueries.RELATION)
                .setOwner(readerId)
                .setKey(userId);
        return ask(FeedTopics.FOLLOWS, query, asked, RelationView.parser());
    }

    @Override
    public Future<Optional<TimelineView>> timeline(String readerId, TimelineQuestion question) {
        StateQuery.Builder query = StateQuery.newBuilder()
                .setName(FeedQueries.TIMELINE)
                .setOwner(readerId)
                .setArgument(question.toByteString());
        return ask(FeedTopics.TIMELINES, query, new Asked(readerId, List.of()), TimelineView.parser())
                .map(Said::value);
    }

    /** @param readerId who is looked for among the followers */
    Future<Said<FollowersView>> followers(String authorId, String readerId, ListQuestion question, Asked asked) {
        StateQuery.Builder query = StateQuery.newBuilder()
                .setName(FeedQueries.FOLLOWERS)
                .setOwner(authorId)
                .setKey(readerId)
                .setArgument(question.toByteString());
        return ask(FeedTopics.AUDIENCE, query, asked, FollowersView.parser());
    }

    /** A page for a list: without the number of all, and who asks may be missing. */
    Future<Said<FollowersView>> followersPage(String authorId, ListQuestion question, Asked asked) {
        return followers(authorId, asked.caller(), question, asked)
                .recover(away -> orElse(away, follows, f -> f.followers(authorId, question)));
    }

    /** What a database says if no owner does; whatever hinders it, the owner's failure is what is told. */
    private static <A, T> Future<T> orElse(Throwable away, Optional<A> archive, Function<A, Future<T>> read) {
        return away instanceof StateUnavailable && archive.isPresent()
                ? read.apply(archive.get()).recover(unused -> Future.failedFuture(away))
                : Future.failedFuture(away);
    }

    Future<Said<Account>> account(String userId, Asked asked) {
        StateQuery.Builder query =
                StateQuery.newBuilder().setName(SpineQueries.ACCOUNT).setOwner(userId);
        return ask(SpineTopics.ACCOUNTS, query, asked, Account.parser());
    }

    private <T extends MessageLite> Future<Said<T>> ask(
            String log, StateQuery.Builder query, Asked asked, Parser<T> parser) {
        return answers.ask(log, query, asked.positions(), parser);
    }

    /** Whether nobody could answer; else somebody did, though not what was hoped for. */
    static boolean isUnavailable(Throwable failure) {
        return failure instanceof Problem problem && problem.status() == 503;
    }

    static Problem unavailable() {
        return Problem.of(503, "STATE_UNAVAILABLE", "The feed's owners can't answer right now.")
                .retryAfter(SOON);
    }
}
