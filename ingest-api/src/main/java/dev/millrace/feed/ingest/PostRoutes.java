package dev.millrace.feed.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.CreatePost;
import dev.millrace.feed.topics.v1.DeletePost;
import dev.millrace.feed.topics.v1.EditPost;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.PostOutcome;
import dev.millrace.feed.topics.v1.PostRefusalReason;
import dev.millrace.ingest.Accepted;
import dev.millrace.ingest.CommandDesk;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.ingest.Decision;
import dev.millrace.ingest.Expect;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StrictJson;
import dev.millrace.topics.http.Times;
import dev.millrace.topics.v1.CommandMeta;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Posting, and changing and deleting one's own posts. */
final class PostRoutes {
    private static final int CONTENT_CHARS_MAX = 5_000;

    private final CommandDesk desk;
    private final PostOwners owners;

    record NewPost(@Nullable String content, @Nullable String authorId) {}

    record Change(@Nullable String content) {}

    PostRoutes(CommandDesk desk, PostOwners owners) {
        this.desk = desk;
        this.owners = owners;
    }

    void addTo(CommandRoutes routes) {
        routes.forUsers(HttpMethod.POST, "/posts").handler(this::create);
        routes.forUsers(HttpMethod.PUT, "/posts/:postId").handler(this::edit);
        routes.forUsers(HttpMethod.DELETE, "/posts/:postId").handler(this::delete);
    }

    private void create(RoutingContext ctx) {
        NewPost body = StrictJson.body(ctx, NewPost.class);
        String author = Caller.of(ctx).subject();
        if (body.authorId() != null && !body.authorId().equals(author)) {
            throw Problem.of(403, "NOT_YOURS", "authorId", body.authorId(), "your own id, or none");
        }
        String content = content(body.content());
        PostCommand.Builder command =
                PostCommand.newBuilder().setCreatePost(CreatePost.newBuilder().setContent(content));
        send(ctx, command, decision -> PostIds.pending(author, decision.commandId()), post -> {
            ctx.response().putHeader("Location", "/posts/" + PostIds.text(post.getPostId()));
            return 201;
        });
    }

    private void edit(RoutingContext ctx) {
        long postId = postId(ctx);
        String content = content(StrictJson.body(ctx, Change.class).content());
        PostCommand.Builder command = PostCommand.newBuilder()
                .setEditPost(EditPost.newBuilder().setPostId(postId).setContent(content));
        send(ctx, command, decision -> PostIds.text(postId), post -> 200);
    }

    private void delete(RoutingContext ctx) {
        long postId = postId(ctx);
        PostCommand.Builder command =
                PostCommand.newBuilder().setDeletePost(DeletePost.newBuilder().setPostId(postId));
        send(ctx, command, decision -> PostIds.text(postId), post -> 200);
    }

    private static String content(@Nullable String content) {
        return Expect.text("content", content, 1, CONTENT_CHARS_MAX);
    }

    private static long postId(RoutingContext ctx) {
        String text = String.valueOf(ctx.pathParam("postId"));
        return PostIds.parse(text).orElseThrow(() -> PostOwners.unknown(text));
    }

    private void send(
            RoutingContext ctx,
            PostCommand.Builder command,
            Function<Decision, String> pendingId,
            Function<Post, Integer> status) {
        String author = Caller.of(ctx).subject();
        Function<CommandMeta, PostCommand> record =
                meta -> command.setMeta(meta).setAuthorId(author).build();
        desk.decide(ctx, FeedTopics.POST_COMMANDS, author, record)
                .onSuccess(decision -> {
                    if (decision instanceof Decision.Pending pending) {
                        String id = pendingId.apply(decision);
                        String location = "/posts/" + Expect.pathSegment(id);
                        Accepted.pending(ctx, pending, location, Map.of("postId", id, "status", "PENDING"));
                        return;
                    }
                    PostOutcome outcome = outcomeOf((Decision.Decided) decision);
                    if (outcome.hasPost()) {
                        Accepted.answer(ctx, status.apply(outcome.getPost()), decision, json(outcome.getPost()));
                    } else {
                        refuse(ctx, outcome.getRefused(), author);
                    }
                })
                .onFailure(ctx::fail);
    }

    private void refuse(RoutingContext ctx, PostRefusalReason reason, String caller) {
        switch (reason) {
            case POST_IDEMPOTENCY_KEY_REUSED ->
                ctx.fail(Problem.of(
                        422,
                        "IDEMPOTENCY_KEY_REUSED",
                        "This Idempotency-Key was used for this call with another body."));
            case POST_NOT_YOURS -> {
                var unused = owners.whyNotYours(postId(ctx), caller).onSuccess(ctx::fail);
            }
            case POST_DELETED ->
                ctx.fail(Problem.of(
                        410,
                        "POST_DELETED",
                        "postId",
                        ctx.pathParam("postId"),
                        "a post that isn't deleted: that is for good"));
            case POST_REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("refusal without a reason we know: " + reason);
        }
    }

    private static Map<String, Object> json(Post post) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("postId", PostIds.text(post.getPostId()));
        body.put("createdAt", Times.text(post.getCreatedAtMillis()));
        if (post.getDeleted()) {
            body.put("deletedAt", Times.text(post.getUpdatedAtMillis()));
        } else if (post.getUpdatedAtMillis() != 0) {
            body.put("updatedAt", Times.text(post.getUpdatedAtMillis()));
        }
        return body;
    }

    private static PostOutcome outcomeOf(Decision.Decided decided) {
        try {
            return PostOutcome.parseFrom(decided.outcome());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("outcome of " + decided.commandId() + " can't be read", e);
        }
    }
}
