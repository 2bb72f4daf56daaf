package dev.millrace.feed.rules;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.AuthorHead;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PostMade;
import dev.millrace.feed.topics.v1.PostOutcome;
import dev.millrace.feed.topics.v1.PostRefusalReason;
import dev.millrace.feed.topics.v1.PostState;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.Position;
import java.util.Optional;

/**
 * What becomes of an author's posts: made once per command, changed and deleted by their author only, deleted for good.
 * A pure function of the partition's book and the command's record.
 */
public final class PostRules {
    /** Newest rules this build knows. */
    public static final int VERSION_NEWEST = 1;

    private final PostBook book;
    private final PostCommand command;
    private final long now;
    private final Position position;

    private PostRules(PostBook book, PostCommand command, long recordedAtMillis, Position position) {
        this.book = book;
        this.command = command;
        // The broker's clock may step back; a partition's posts don't.
        long newest = book.newestPostId();
        this.now = newest == 0 ? recordedAtMillis : Math.max(PostIds.millisOf(newest), recordedAtMillis);
        this.position = position;
    }

    /**
     * Decides a command whose {@linkplain PostCommandShape shape} is right.
     *
     * @param recordedAtMillis when the broker wrote the command
     * @param position where it wrote it
     */
    public static PostDecision decide(PostBook book, PostCommand command, long recordedAtMillis, Position position) {
        PostRules rules = new PostRules(book, command, recordedAtMillis, position);
        return switch (command.getKindCase()) {
            case CREATE_POST -> rules.create();
            case EDIT_POST -> rules.edit();
            case DELETE_POST -> rules.delete();
            case ADOPT_RULES, KIND_NOT_SET ->
                throw new IllegalArgumentException("command: " + command.getKindCase() + " (expected: one on posts)");
        };
    }

    /** What is told of a command whose id was used with another body. */
    public static PostOutcome keyReused() {
        return PostOutcome.newBuilder()
                .setRefused(PostRefusalReason.POST_IDEMPOTENCY_KEY_REUSED)
                .build();
    }

    private PostDecision create() {
        PostMade before = book.made(CommandId.of(command.getMeta().getCommandId()));
        if (before != null) {
            // However the post has changed since: the answer is the first one.
            boolean same = before.getBodyHash().equals(command.getMeta().getBodyHash());
            return new PostDecision(
                    Optional.empty(),
                    same ? accepted(asMade(before.getAuthorId(), before.getPostId())) : keyReused(),
                    false);
        }
        long postId = PostIds.next(book.newestPostId(), now, position.getPartition());
        Post post = asMade(command.getAuthorId(), postId).toBuilder()
                .setContent(command.getCreatePost().getContent())
                .setCreatedSequence(book.author(command.getAuthorId()).getSequence() + 1)
                .build();
        return new PostDecision(Optional.of(fact().setPostCreated(post).build()), accepted(post), false);
    }

    private PostDecision edit() {
        PostState state = book.post(command.getAuthorId(), command.getEditPost().getPostId());
        if (state == null) {
            return refused(PostRefusalReason.POST_NOT_YOURS);
        }
        if (state.getPost().getDeleted()) {
            return refused(PostRefusalReason.POST_DELETED);
        }
        String content = command.getEditPost().getContent();
        if (content.equals(state.getPost().getContent())) {
            return new PostDecision(Optional.empty(), accepted(state.getPost()), true);
        }
        Post post = state.getPost().toBuilder()
                .setContent(content)
                .setUpdatedAtMillis(now)
                .build();
        return new PostDecision(Optional.of(fact().setPostEdited(post).build()), accepted(post), true);
    }

    private PostDecision delete() {
        PostState state =
                book.post(command.getAuthorId(), command.getDeletePost().getPostId());
        if (state == null) {
            return refused(PostRefusalReason.POST_NOT_YOURS);
        }
        if (state.getPost().getDeleted()) {
            return new PostDecision(Optional.empty(), accepted(state.getPost()), true);
        }
        Post post = state.getPost().toBuilder()
                .clearContent()
                .setUpdatedAtMillis(now)
                .setDeleted(true)
                .build();
        return new PostDecision(Optional.of(fact().setPostDeleted(post).build()), accepted(post), true);
    }

    /** The author's head after a fact. */
    public static AuthorHead after(AuthorHead head, PostFact fact) {
        AuthorHead.Builder next = head.toBuilder()
                .setSequence(fact.getSequence())
                .setChangedOffset(fact.getPosition().getOffset());
        return switch (fact.getKindCase()) {
            case POST_CREATED ->
                next.setNewestPostId(fact.getPostCreated().getPostId())
                        .setPosts(head.getPosts() + 1)
                        .build();
            case POST_EDITED -> next.build();
            case POST_DELETED -> next.setPosts(head.getPosts() - 1).build();
            case KIND_NOT_SET -> throw new IllegalArgumentException("fact: of no kind (expected: one on posts)");
        };
    }

    /** The post a fact is about, as it is after it. */
    public static Post postIn(PostFact fact) {
        return switch (fact.getKindCase()) {
            case POST_CREATED -> fact.getPostCreated();
            case POST_EDITED -> fact.getPostEdited();
            case POST_DELETED -> fact.getPostDeleted();
            case KIND_NOT_SET -> throw new IllegalArgumentException("fact: of no kind (expected: one on posts)");
        };
    }

    private PostFact.Builder fact() {
        return PostFact.newBuilder()
                .setCommandId(command.getMeta().getCommandId())
                .setAuthorId(command.getAuthorId())
                .setPosition(position)
                .setAtMillis(now)
                .setSequence(book.author(command.getAuthorId()).getSequence() + 1);
    }

    private static Post asMade(String authorId, long postId) {
        return Post.newBuilder()
                .setPostId(postId)
                .setAuthorId(authorId)
                .setCreatedAtMillis(PostIds.millisOf(postId))
                .build();
    }

    private static PostOutcome accepted(Post post) {
        return PostOutcome.newBuilder()
                .setPost(post.toBuilder().clearContent().clearCreatedSequence())
                .build();
    }

    private static PostDecision refused(PostRefusalReason reason) {
        return new PostDecision(
                Optional.empty(), PostOutcome.newBuilder().setRefused(reason).build(), true);
    }
}
