package dev.millrace.feed.serving;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.topics.http.Times;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A post as the API shows it. */
final class PostJson {
    private PostJson() {}

    static JsonObject of(Post post) {
        JsonObject json = new JsonObject()
                .put("postId", PostIds.text(post.getPostId()))
                .put("authorId", post.getAuthorId())
                .put("content", post.getContent())
                .put("createdAt", Times.text(post.getCreatedAtMillis()));
        if (post.getUpdatedAtMillis() != 0) {
            json.put("updatedAt", Times.text(post.getUpdatedAtMillis()));
        }
        return json;
    }

    static JsonArray of(List<Post> posts) {
        JsonArray items = new JsonArray();
        posts.forEach(post -> items.add(of(post)));
        return items;
    }
}
