package dev.millrace.feed.serving;

import dev.millrace.feed.serving.PostTables.Place;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostView;
import dev.millrace.feed.topics.v1.PostsQuestion;
import dev.millrace.feed.topics.v1.PostsView;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.serving.StoreWork;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * What owners of posts would answer, from DynamoDB: for when none of them does. Right as of the position it states, which
 * is a little older than the owner's; fails where it can't be right.
 */
final class PostArchive {
    /** One query each: more would take longer than anybody waits. */
    static final int AUTHORS_MAX = 50;

    private static final int ATTEMPTS_MAX = 3;

    private final PostTables tables;
    private final StoreWork work;

    PostArchive(PostTables tables, StoreWork work) {
        this.tables = tables;
        this.work = work;
        work.rehearse(() -> {
            tables.place(0);
            return tables.post(0);
        });
    }

    /** A post as it is, or that it is deleted; fails if it isn't in DynamoDB, as it may still be somewhere else. */
    Future<Said<PostView>> post(long postId, Asked asked) {
        return work.call(() -> {
            int partition = PostIds.partitionOf(postId);
            Place place = tables.place(partition);
            PostItem item = tables.post(postId).orElseThrow(FeedOwners::unavailable);
            Position position = position(partition, Math.max(place.position(), item.changedOffset()));
            require(asked, position);
            Optional<PostView> view = item.post().getDeleted()
                    ? Optional.empty()
                    : Optional.of(PostView.newBuilder().setPost(item.post()).build());
            return new Said<>(view, false, Optional.of(position), 0);
        });
    }

    /** The best posts of a few authors of one partition. */
    Future<PostsView> posts(int partition, PostsQuestion question, Asked asked) {
        return work.call(() -> {
            for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
                Place place = tables.place(partition);
                require(asked, position(partition, place.position()));
                Optional<List<Post>> posts = asOf(place.position(), question);
                if (posts.isPresent()) {
                    return PostsView.newBuilder()
                            .addAllPosts(posts.get())
                            .setNewestPostId(place.newestPostId())
                            .setPosition(position(partition, place.position()))
                            .build();
                }
            }
            throw FeedOwners.unavailable();
        });
    }

    /** Empty if a post has changed since, and so isn't there any more as it was. */
    private Optional<List<Post>> asOf(long position, PostsQuestion question) {
        List<Post> all = new ArrayList<>();
        for (String author : question.getAuthorIdsList()) {
            Optional<List<Post>> ofAuthor = asOf(position, author, question);
            if (ofAuthor.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(ofAuthor.get());
        }
        Comparator<Post> byId = Comparator.comparingLong(Post::getPostId);
        all.sort(question.getOldestFirst() ? byId : byId.reversed());
        return Optional.of(all.subList(0, Math.min(all.size(), question.getLimit())));
    }

    private Optional<List<Post>> asOf(long position, String authorId, PostsQuestion question) {
        List<Post> posts = new ArrayList<>();
        if (question.getAfter() >= newestIn(question)) {
            return Optional.of(posts);
        }
        Map<String, AttributeValue> from = Map.of();
        do {
            var page = query(authorId, question, from);
            for (Map<String, AttributeValue> found : page.items()) {
                PostItem item = PostItem.from(found);
                if (item.createdOffset().orElse(Long.MAX_VALUE) > position) {
                    continue;
                }
                if (item.changedOffset() > position) {
                    return Optional.empty();
                }
                if (!item.post().getDeleted()) {
                    posts.add(item.post());
                }
                if (posts.size() == question.getLimit()) {
                    return Optional.of(posts);
                }
            }
            from = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : Map.of();
        } while (!from.isEmpty());
        return Optional.of(posts);
    }

    private static long newestIn(PostsQuestion question) {
        return question.getBefore() == 0 ? Long.MAX_VALUE : question.getBefore() - 1;
    }

    /** Both bounds are left out, as ids are asked for strictly between them. */
    private QueryResponse query(String authorId, PostsQuestion question, Map<String, AttributeValue> from) {
        long oldest = question.getAfter() + 1;
        long newest = newestIn(question);
        Map<String, AttributeValue> values = new HashMap<>();
        values.put(":author", AttributeValue.fromS(authorId));
        values.put(":oldest", AttributeValue.fromS(PostIds.text(oldest)));
        values.put(":newest", AttributeValue.fromS(PostIds.text(newest)));
        return tables.client()
                .query(query -> query.tableName(tables.posts())
                        .keyConditionExpression(PostItem.AUTHOR_ID + " = :author AND " + PostItem.POST_ID
                                + " BETWEEN :oldest AND :newest")
                        .expressionAttributeValues(values)
                        .scanIndexForward(question.getOldestFirst())
                        .limit(question.getLimit() + 1)
                        .consistentRead(true)
                        .exclusiveStartKey(from.isEmpty() ? null : from));
    }

    private static void require(Asked asked, Position position) {
        if (!asked.isIncludedIn(position)) {
            throw FeedOwners.unavailable();
        }
    }

    private static Position position(int partition, long offset) {
        return Position.newBuilder()
                .setLog(FeedTopics.POSTS)
                .setPartition(partition)
                .setOffset(offset)
                .build();
    }
}
