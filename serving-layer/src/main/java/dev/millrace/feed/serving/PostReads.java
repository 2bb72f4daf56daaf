package dev.millrace.feed.serving;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostView;
import dev.millrace.feed.topics.v1.RelationView;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.serving.Reads;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** GET /posts/{postId}: one post, unless it is deleted, or one of the two blocks the other. */
final class PostReads {
    private final Identities identities;
    private final FeedOwners owners;
    private final HotReads hot;
    private final Predicate<String> closed;

    PostReads(Identities identities, FeedOwners owners, HotReads hot, Predicate<String> closed) {
        this.identities = identities;
        this.owners = owners;
        this.hot = hot;
        this.closed = closed;
    }

    void addTo(Router router) {
        Reads.route(router, "/posts/:postId").handler(identities.required()).handler(this::post);
    }

    private void post(RoutingContext ctx) {
        Reads.only(ctx);
        Asked asked = Asked.in(ctx);
        String id = String.valueOf(ctx.pathParam("postId"));
        Future<JsonObject> answer = look(id, asked).compose(said -> {
            if (said.value().isEmpty()) {
                return said.undecided() && PostIds.pendingAuthorOf(id).isPresent()
                        ? Future.succeededFuture(
                                new JsonObject().put("postId", id).put("status", "PENDING"))
                        : Future.failedFuture(unknown(id));
            }
            Post post = said.value().get().getPost();
            return shownTo(post, asked).map(relation -> {
                UserReads.tell(ctx, List.of(relation, said));
                return PostJson.of(post);
            });
        });
        UserReads.answer(ctx, answer);
    }

    private Future<Said<PostView>> look(String id, Asked asked) {
        OptionalLong postId = PostIds.parse(id);
        if (postId.isPresent()) {
            return hot.post(postId.getAsLong(), asked);
        }
        return PostIds.pendingAuthorOf(id)
                .map(author -> owners.pendingPost(author, id, asked))
                .orElseGet(() -> Future.failedFuture(unknown(id)));
    }

    private Future<Said<RelationView>> shownTo(Post post, Asked asked) {
        if (closed.test(post.getAuthorId())) {
            return Future.failedFuture(unknown(PostIds.text(post.getPostId())));
        }
        if (post.getAuthorId().equals(asked.caller())) {
            return Future.succeededFuture(new Said<>(Optional.empty(), false, Optional.empty(), 0));
        }
        return owners.relation(asked.caller(), post.getAuthorId(), asked)
                .compose(said -> isApart(said)
                        ? Future.failedFuture(unknown(PostIds.text(post.getPostId())))
                        : Future.succeededFuture(said));
    }

    /** Whether one of the two blocks the other. A mute is about feeds only. */
    static boolean isApart(Said<RelationView> said) {
        return said.value()
                .map(RelationView::getRelation)
                .filter(relation -> relation.getBlocks() || relation.getBlockedBy())
                .isPresent();
    }

    private static Problem unknown(String postId) {
        return Problem.of(404, "UNKNOWN_POST", "postId", postId, "id of a post that there is");
    }
}
