package dev.millrace.feed.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.AuthorHead;
import dev.millrace.feed.topics.v1.AuthorView;
import dev.millrace.feed.topics.v1.PostMade;
import dev.millrace.feed.topics.v1.PostState;
import dev.millrace.feed.topics.v1.PostView;
import dev.millrace.feed.topics.v1.PostsQuestion;
import dev.millrace.streams.owner.CommandMemory;
import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateQuery;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Answers questions about posts and their authors. */
final class PostQueries implements StateReader {
    @Override
    public Set<String> questions() {
        return Set.of(FeedQueries.POSTS, FeedQueries.POST, FeedQueries.AUTHOR);
    }

    @Override
    public long decidedOffset(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
        return CommandMemory.progressOf(store).getOffset();
    }

    @Override
    public Optional<? extends MessageLite> read(
            StateQuery query,
            ReadOnlyKeyValueStore<Bytes, byte[]> store,
            @Nullable OwnedPartition owned,
            Position included) {
        return switch (query.getName()) {
            case FeedQueries.POSTS -> Optional.of(new OutboxMerge(store, question(query)).read(included));
            case FeedQueries.POST -> post(query.getKey(), new PostBooks(store));
            case FeedQueries.AUTHOR -> Optional.of(author(query.getOwner(), new PostBooks(store)));
            default ->
                throw new IllegalArgumentException(
                        "question: " + query.getName() + " (expected: one of " + questions() + ")");
        };
    }

    /** Of an author who never posted. */
    @Override
    public boolean lacks(MessageLite found) {
        return found instanceof AuthorView author && author.getSequence() == 0;
    }

    private static PostsQuestion question(StateQuery query) {
        try {
            PostsQuestion question = PostsQuestion.parseFrom(query.getArgument());
            if (question.getLimit() < 1
                    || question.getLimit() > FeedQueries.POSTS_MAX
                    || question.getAuthorIdsCount() > FeedQueries.AUTHORS_MAX) {
                throw new IllegalArgumentException("question about posts: limit " + question.getLimit() + ", "
                        + question.getAuthorIdsCount() + " authors (expected: 1.." + FeedQueries.POSTS_MAX
                        + ", at most " + FeedQueries.AUTHORS_MAX + ")");
            }
            return question;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("question about posts: " + e.getMessage(), e);
        }
    }

    private static Optional<PostView> post(String key, PostBooks books) {
        OptionalLong postId = PostIds.parse(key);
        PostMade made = postId.isPresent()
                ? null
                : PostIds.pendingCommandOf(key).map(books::made).orElse(null);
        String author = postId.isPresent() ? books.authorOf(postId.getAsLong()) : null;
        PostState state = null;
        if (author != null) {
            state = books.post(author, postId.getAsLong());
        } else if (made != null) {
            state = books.post(made.getAuthorId(), made.getPostId());
        }
        return Optional.ofNullable(state)
                .map(PostState::getPost)
                .filter(post -> !post.getDeleted())
                .map(post -> PostView.newBuilder().setPost(post).build());
    }

    private static AuthorView author(String authorId, PostBooks books) {
        AuthorHead head = books.author(authorId);
        return AuthorView.newBuilder()
                .setAuthorId(authorId)
                .setPosts(head.getPosts())
                .setSequence(head.getSequence())
                .setNewestPostId(head.getNewestPostId())
                .build();
    }
}
