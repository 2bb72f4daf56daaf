package dev.millrace.feed.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.feed.topics.v1.CreatePost;
import dev.millrace.feed.topics.v1.DeletePost;
import dev.millrace.feed.topics.v1.EditPost;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.v1.CommandMeta;

/** Commands as ingest writes them, named by the key of their request. */
public final class PostCommands {
    private PostCommands() {}

    public static PostCommand newPost(String key, String author, String content) {
        return command(key, author, content)
                .setCreatePost(CreatePost.newBuilder().setContent(content))
                .build();
    }

    public static PostCommand edit(String key, String author, long postId, String content) {
        return command(key, author, content)
                .setEditPost(EditPost.newBuilder().setPostId(postId).setContent(content))
                .build();
    }

    public static PostCommand delete(String key, String author, long postId) {
        return command(key, author, "")
                .setDeletePost(DeletePost.newBuilder().setPostId(postId))
                .build();
    }

    static CommandMeta meta(String key, String subject, String body) {
        return CommandMeta.newBuilder()
                .setCommandId(CommandId.of(subject, "POST", "/", key).bytes())
                .setSubject(subject)
                .setBodyHash(CommandId.hashOf(body.getBytes(UTF_8)))
                .build();
    }

    private static PostCommand.Builder command(String key, String author, String body) {
        return PostCommand.newBuilder().setMeta(meta(key, author, body)).setAuthorId(author);
    }
}
