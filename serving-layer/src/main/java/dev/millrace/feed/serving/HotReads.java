package dev.millrace.feed.serving;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.FollowFact;
import dev.millrace.feed.topics.v1.FollowingView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PostView;
import dev.millrace.feed.topics.v1.PostsQuestion;
import dev.millrace.feed.topics.v1.PostsView;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What very many ask for alike, from the cache where it still is right, else from its owner: posts, the first pages of an
 * author's posts and of whom a reader follows. An answer from the cache states the position up to which the committed
 * facts show that nothing about it has changed, so it is as exact as the owner's.
 */
final class HotReads implements Outboxes {
    /** A page of the default size, and one to tell whether there are more. */
    private static final int KEPT = FeedRoutes.PAGE_SIZE + 1;

    private final FeedOwners owners;
    private final Optional<FeedCache> cache;
    private final RecentChanges<PostFact> posts;
    private final RecentChanges<FollowFact> follows;
    private final BooleanSupplier isFollowing;

    /** @param isFollowing whether the facts are followed closely now; the cache isn't believed otherwise */
    HotReads(
            FeedOwners owners,
            Optional<FeedCache> cache,
            RecentChanges<PostFact> posts,
            RecentChanges<FollowFact> follows,
            BooleanSupplier isFollowing) {
        this.owners = owners;
        this.cache = cache;
        this.posts = posts;
        this.follows = follows;
        this.isFollowing = isFollowing;
    }

    /** A post by its id. */
    Future<Said<PostView>> post(long postId, Asked asked) {
        if (cache.isEmpty()) {
            return owners.post(postId, asked);
        }
        return cached(
                cache.get(),
                "post/" + PostIds.text(postId),
                PostsView.parser(),
                found -> stillRight(found, found.getPosts(0).getAuthorId(), asked)
                        .map(HotReads::onlyPost),
                () -> owners.post(postId, asked),
                said -> said.value()
                        .filter(view -> said.position().isPresent())
                        .map(view -> PostsView.newBuilder()
                                .addPosts(view.getPost())
                                .setPosition(said.position().get())
                                .build()));
    }

    private static Said<PostView> onlyPost(PostsView view) {
        PostView post = PostView.newBuilder().setPost(view.getPosts(0)).build();
        return new Said<>(Optional.of(post), false, Optional.of(view.getPosition()), 0);
    }

    /**
     * Posts of the authors of one partition; those of one author alone, newest first, may come from the cache. Its newest
     * id is then of an earlier moment: this isn't for whoever wants to know what arrives later.
     */
    @Override
    public Future<PostsView> posts(int partition, PostsQuestion question, Asked asked) {
        boolean isFirstPage = question.getAuthorIdsCount() == 1
                && question.getBefore() == 0
                && question.getAfter() == 0
                && !question.getOldestFirst()
                && question.getLimit() <= KEPT;
        if (cache.isEmpty() || !isFirstPage) {
            return owners.posts(partition, question, asked);
        }
        String author = question.getAuthorIds(0);
        PostsQuestion page = question.toBuilder().setLimit(KEPT).build();
        return cached(
                        cache.get(),
                        "posts/" + author,
                        PostsView.parser(),
                        found -> stillRight(found, author, asked),
                        () -> owners.posts(partition, page, asked),
                        Optional::of)
                .map(view -> firstOf(view, question.getLimit()));
    }

    private static PostsView firstOf(PostsView view, int limit) {
        return view.getPostsCount() <= limit
                ? view
                : view.toBuilder()
                        .clearPosts()
                        .addAllPosts(view.getPostsList().subList(0, limit))
                        .build();
    }

    private Optional<PostsView> stillRight(PostsView view, String authorId, Asked asked) {
        return now(posts, authorId, view.getPosition(), asked)
                .map(position -> view.toBuilder().setPosition(position).build());
    }

    /** Whom a reader follows, a page of it; for lists. */
    Future<Said<FollowingView>> following(String readerId, ListQuestion question, Asked asked) {
        if (cache.isEmpty() || !question.getAfter().isEmpty() || question.getLimit() >= KEPT) {
            return owners.followingPage(readerId, question, asked);
        }
        return cached(
                cache.get(),
                "following/" + question.getLimit() + "/" + readerId,
                FollowingView.parser(),
                found -> now(follows, readerId, found.getPosition(), asked)
                        .map(position -> new Said<>(Optional.of(found), false, Optional.of(position), 0)),
                () -> owners.followingPage(readerId, question, asked),
                Said::value);
    }

    /**
     * What the cache has, if that still is right; else what the owner says, which is kept then.
     *
     * @param right what an answer that was found says now; empty if it isn't right any more
     * @param kept of what the owner said; empty if it isn't to be kept
     */
    private static <P extends MessageLite, V> Future<V> cached(
            FeedCache cache,
            String key,
            Parser<P> parser,
            Function<P, Optional<V>> right,
            Supplier<Future<V>> owner,
            Function<V, Optional<P>> kept) {
        return cache.get(key, parser).compose(found -> {
            Optional<V> hit = found.flatMap(right);
            cache.count(hit.isPresent());
            return hit.map(Future::succeededFuture)
                    .orElseGet(() ->
                            owner.get().onSuccess(said -> kept.apply(said).ifPresent(view -> cache.put(key, view))));
        });
    }

    /** The newest position as of which an answer about a user is right, if that is new enough for the caller. */
    private Optional<Position> now(RecentChanges<?> changes, String userId, Position rightAt, Asked asked) {
        OptionalLong until = isFollowing.getAsBoolean()
                ? changes.holdsUntil(rightAt.getPartition(), userId, rightAt.getOffset())
                : OptionalLong.empty();
        return until.isEmpty()
                ? Optional.empty()
                : Optional.of(rightAt.toBuilder().setOffset(until.getAsLong()).build())
                        .filter(asked::isIncludedIn);
    }
}
