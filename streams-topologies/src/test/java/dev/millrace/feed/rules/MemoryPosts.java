package dev.millrace.feed.rules;

import dev.millrace.feed.topics.v1.AuthorHead;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.feed.topics.v1.PostMade;
import dev.millrace.feed.topics.v1.PostState;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.Position;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A partition's posts in plain maps, its commands decided and applied one after the other. */
final class MemoryPosts implements PostBook {
    static final int PARTITION = 3;

    final Map<String, AuthorHead> heads = new HashMap<>();
    final Map<Long, PostState> posts = new HashMap<>();
    final Map<CommandId, PostMade> made = new HashMap<>();
    long newest;
    long offset;

    PostDecision apply(PostCommand command, long atMillis) {
        Position position = Position.newBuilder()
                .setLog("posts")
                .setPartition(PARTITION)
                .setOffset(offset++)
                .build();
        PostDecision decision = PostRules.decide(this, command, atMillis, position);
        decision.fact().ifPresent(fact -> apply(fact, command));
        return decision;
    }

    private void apply(PostFact fact, PostCommand command) {
        Post post = PostRules.postIn(fact);
        heads.put(fact.getAuthorId(), PostRules.after(author(fact.getAuthorId()), fact));
        posts.put(post.getPostId(), PostState.newBuilder().setPost(post).build());
        if (fact.hasPostCreated()) {
            newest = post.getPostId();
            made.put(
                    CommandId.of(command.getMeta().getCommandId()),
                    PostMade.newBuilder()
                            .setAuthorId(fact.getAuthorId())
                            .setPostId(post.getPostId())
                            .setBodyHash(command.getMeta().getBodyHash())
                            .build());
        }
    }

    @Override
    public long newestPostId() {
        return newest;
    }

    @Override
    public AuthorHead author(String authorId) {
        return heads.getOrDefault(authorId, AuthorHead.getDefaultInstance());
    }

    @Override
    public @Nullable PostState post(String authorId, long postId) {
        PostState state = posts.get(postId);
        return state == null || !state.getPost().getAuthorId().equals(authorId) ? null : state;
    }

    @Override
    public @Nullable PostMade made(CommandId commandId) {
        return made.get(commandId);
    }
}
