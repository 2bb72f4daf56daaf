package dev.millrace.feed.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PostOutcome;
import dev.millrace.feed.topics.v1.PostRefusalReason;
import dev.millrace.topics.v1.Position;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Posts of one partition's authors, decided again the plain way: one command after the other, everything kept. */
final class PostModel {
    private final Map<String, Map<Long, Post>> posts = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<ByteString, Answered> answered = new HashMap<>();
    private long newestId;

    private record Answered(ByteString body, PostOutcome outcome) {}

    /** @param fact null if nothing happened */
    record Decided(@Nullable PostFact fact, PostOutcome outcome) {}

    Decided decide(Written<PostCommand> written) {
        PostCommand command = written.message();
        ByteString id = command.getMeta().getCommandId();
        ByteString body = command.getMeta().getBodyHash();
        Answered before = answered.get(id);
        if (before != null) {
            return new Decided(
                    null,
                    before.body().equals(body)
                            ? before.outcome()
                            : refused(PostRefusalReason.POST_IDEMPOTENCY_KEY_REUSED));
        }
        Decided decided = decideNew(written);
        if (!body.isEmpty()) {
            answered.put(id, new Answered(body, decided.outcome()));
        }
        return decided;
    }

    /** How many facts an author has by now. */
    long sequence(String authorId) {
        return sequences.getOrDefault(authorId, 0L);
    }

    private Decided decideNew(Written<PostCommand> written) {
        PostCommand command = written.message();
        String author = command.getAuthorId();
        Map<Long, Post> own = posts.computeIfAbsent(author, a -> new HashMap<>());
        // Time doesn't go back: a post is never older than the partition's newest.
        long now = newestId == 0 ? written.atMillis() : Math.max(written.atMillis(), PostNumbers.millis(newestId));
        PostFact.Builder fact = PostFact.newBuilder()
                .setCommandId(command.getMeta().getCommandId())
                .setAuthorId(author)
                .setPosition(Position.newBuilder()
                        .setLog(FeedLog.POSTS)
                        .setPartition(written.partition())
                        .setOffset(written.offset()))
                .setAtMillis(now)
                .setSequence(sequence(author) + 1);
        switch (command.getKindCase()) {
            case CREATE_POST -> {
                newestId = PostNumbers.after(newestId, now, written.partition());
                Post post = Post.newBuilder()
                        .setPostId(newestId)
                        .setAuthorId(author)
                        .setContent(command.getCreatePost().getContent())
                        .setCreatedAtMillis(PostNumbers.millis(newestId))
                        .setCreatedSequence(fact.getSequence())
                        .build();
                return happened(fact.setPostCreated(post).build(), post);
            }
            case EDIT_POST -> {
                Post post = own.get(command.getEditPost().getPostId());
                if (post == null || post.getDeleted()) {
                    return new Decided(null, refused(why(post)));
                }
                String content = command.getEditPost().getContent();
                if (post.getContent().equals(content)) {
                    return new Decided(null, told(post));
                }
                Post edited = post.toBuilder()
                        .setContent(content)
                        .setUpdatedAtMillis(now)
                        .build();
                return happened(fact.setPostEdited(edited).build(), edited);
            }
            case DELETE_POST -> {
                Post post = own.get(command.getDeletePost().getPostId());
                if (post == null) {
                    return new Decided(null, refused(why(null)));
                }
                if (post.getDeleted()) {
                    return new Decided(null, told(post));
                }
                Post deleted = post.toBuilder()
                        .setContent("")
                        .setUpdatedAtMillis(now)
                        .setDeleted(true)
                        .build();
                return happened(fact.setPostDeleted(deleted).build(), deleted);
            }
            default -> {
                return new Decided(null, PostOutcome.newBuilder().setDone(true).build());
            }
        }
    }

    private Decided happened(PostFact fact, Post post) {
        sequences.put(post.getAuthorId(), fact.getSequence());
        posts.computeIfAbsent(post.getAuthorId(), a -> new HashMap<>()).put(post.getPostId(), post);
        return new Decided(fact, told(post));
    }

    private static PostOutcome told(Post post) {
        return PostOutcome.newBuilder()
                .setPost(post.toBuilder().setContent("").setCreatedSequence(0))
                .build();
    }

    private static PostRefusalReason why(@Nullable Post post) {
        return post == null ? PostRefusalReason.POST_NOT_YOURS : PostRefusalReason.POST_DELETED;
    }

    private static PostOutcome refused(PostRefusalReason reason) {
        return PostOutcome.newBuilder().setRefused(reason).build();
    }
}
