package dev.millrace.feed.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.FollowersView;
import dev.millrace.feed.topics.v1.FollowersView.Follower;
import dev.millrace.feed.topics.v1.FollowingView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.RelationView;
import dev.millrace.serving.Cursors;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.serving.Reads;
import dev.millrace.topics.Owners;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.StateUnavailable;
import dev.millrace.topics.http.Times;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** GET /users/{userId}/posts, /followers and /following, page by page. */
final class ListRoutes {
    /** As the owners' stores sort ids. */
    static final Comparator<String> BY_BYTES =
            (one, other) -> Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));

    /** Before its first command a partition has no position. */
    private static final Position NOWHERE = Position.newBuilder().setOffset(-1).build();

    private final Identities identities;
    private final FeedOwners owners;
    private final HotReads hot;
    private final Cursors cursors;
    private final Predicate<String> closed;

    /**
     * One page that is wanted.
     *
     * @param list what is listed, as its cursors are signed
     * @param after the last one shown, empty at the beginning
     */
    private record Wanted(String list, String after, int pageSize) {}

    ListRoutes(Identities identities, FeedOwners owners, HotReads hot, Cursors cursors, Predicate<String> closed) {
        this.identities = identities;
        this.owners = owners;
        this.hot = hot;
        this.cursors = cursors;
        this.closed = closed;
    }

    void addTo(Router router) {
        Reads.route(router, "/users/:userId/posts")
                .handler(identities.required())
                .handler(this::posts);
        Reads.route(router, "/users/:userId/followers")
                .handler(identities.required())
                .handler(this::followers);
        Reads.route(router, "/users/:userId/following")
                .handler(identities.required())
                .handler(this::following);
    }

    private Wanted wanted(RoutingContext ctx, String userId, String what) {
        Reads.only(ctx, "pageSize", "cursor");
        UserReads.requireOpen(userId, closed);
        int pageSize = Reads.integer(ctx, "pageSize", FeedRoutes.PAGE_SIZE, 1, FeedRoutes.PAGE_SIZE_MAX);
        String list = what + "/" + userId;
        String after = Reads.parameter(ctx, "cursor")
                .map(text -> cursors.open("cursor", list, text))
                .orElse("");
        return new Wanted(list, after, pageSize);
    }

    /** Those of one author are a feed of one: the same merge, one outbox. */
    private void posts(RoutingContext ctx) {
        Asked asked = Asked.in(ctx);
        String userId = UserReads.userId(ctx, "userId");
        Wanted wanted = wanted(ctx, userId, "posts");
        long before =
                wanted.after().isEmpty() ? 0 : PostIds.parse(wanted.after()).orElseThrow();
        Future<JsonObject> answer = owners.partitions()
                .compose(partitions -> relation(asked, userId).compose(relation -> {
                    Map<Integer, Sought> one = PostReads.isApart(relation) || closed.test(userId)
                            ? Map.of()
                            : Map.of(Owners.partitionOf(userId, partitions), Sought.all(List.of(userId)));
                    return FeedMerge.page(
                            hot,
                            one,
                            relation.position().orElse(NOWHERE),
                            asked,
                            FeedBounds.before(before),
                            wanted.pageSize() + 1);
                }))
                .map(page -> {
                    Reads.tellPositions(ctx, page.positions());
                    List<Post> posts =
                            page.posts().stream().limit(wanted.pageSize()).toList();
                    JsonObject json = new JsonObject().put("items", PostJson.of(posts));
                    if (page.posts().size() > wanted.pageSize()) {
                        String last =
                                PostIds.text(posts.get(wanted.pageSize() - 1).getPostId());
                        json.put("nextCursor", cursors.sign(wanted.list(), last));
                    }
                    return json;
                });
        UserReads.answer(ctx, answer);
    }

    private Future<Said<RelationView>> relation(Asked asked, String userId) {
        Future<Said<RelationView>> relation = owners.relation(asked.caller(), userId, asked);
        // What one is to oneself needs no owner to tell.
        return userId.equals(asked.caller())
                ? relation.recover(away -> away instanceof StateUnavailable
                        ? Future.succeededFuture(new Said<>(Optional.empty(), false, Optional.empty(), 0))
                        : Future.failedFuture(away))
                : relation;
    }

    private void following(RoutingContext ctx) {
        Asked asked = Asked.in(ctx);
        String userId = UserReads.userId(ctx, "userId");
        Wanted wanted = wanted(ctx, userId, "following");
        ListQuestion question = ListQuestion.newBuilder()
                .setAfter(wanted.after())
                .setLimit(wanted.pageSize())
                .build();
        Future<JsonObject> answer = hot.following(userId, question, asked).map(said -> {
            UserReads.tell(ctx, List.of(said));
            FollowingView view = said.value().orElseThrow(FeedOwners::unavailable);
            NavigableMap<String, Long> users = new TreeMap<>(BY_BYTES);
            view.getEdgesList().forEach(edge -> users.put(edge.getAuthorId(), edge.getSinceMillis()));
            return page(users, wanted, lastOf(users, wanted), view.getMore());
        });
        UserReads.answer(ctx, answer);
    }

    private void followers(RoutingContext ctx) {
        Asked asked = Asked.in(ctx);
        String userId = UserReads.userId(ctx, "userId");
        Wanted wanted = wanted(ctx, userId, "followers");
        ListQuestion question = ListQuestion.newBuilder()
                .setAfter(wanted.after())
                .setLimit(wanted.pageSize())
                .build();
        Future<Said<RelationView>> relation = relation(asked, userId);
        Future<Said<FollowersView>> followers = owners.followersPage(userId, question, asked);
        Future<JsonObject> answer = Future.all(relation, followers).map(both -> {
            UserReads.tell(ctx, List.of(relation.result()));
            FollowersView view = followers.result().value().orElseThrow(FeedOwners::unavailable);
            NavigableMap<String, Long> users = new TreeMap<>(BY_BYTES);
            for (Follower follower : view.getPageList()) {
                users.put(follower.getReaderId(), follower.getSinceMillis());
            }
            String last = lastOf(users, wanted);
            boolean inThisPage = BY_BYTES.compare(asked.caller(), wanted.after()) > 0
                    && (!view.getMore() || BY_BYTES.compare(asked.caller(), last) <= 0);
            // The author's side follows the caller's own edge a moment later: the caller's owner knows.
            users.remove(asked.caller());
            relation.result()
                    .value()
                    .filter(r -> r.hasEdge() && inThisPage)
                    .ifPresent(r -> users.put(asked.caller(), r.getEdge().getSinceMillis()));
            return page(users, wanted, last, view.getMore());
        });
        UserReads.answer(ctx, answer);
    }

    private static String lastOf(NavigableMap<String, Long> users, Wanted wanted) {
        return users.isEmpty() ? wanted.after() : users.lastKey();
    }

    /** @param last where the owner's part of the list ends */
    private JsonObject page(NavigableMap<String, Long> users, Wanted wanted, String last, boolean more) {
        List<Map.Entry<String, Long>> shown =
                users.entrySet().stream().limit(wanted.pageSize()).toList();
        JsonArray items = new JsonArray();
        for (Map.Entry<String, Long> user : shown) {
            if (!closed.test(user.getKey())) {
                items.add(new JsonObject().put("userId", user.getKey()).put("since", Times.text(user.getValue())));
            }
        }
        JsonObject json = new JsonObject().put("items", items);
        if (shown.size() < users.size()) {
            json.put(
                    "nextCursor",
                    cursors.sign(wanted.list(), shown.get(shown.size() - 1).getKey()));
        } else if (more) {
            json.put("nextCursor", cursors.sign(wanted.list(), last));
        }
        return json;
    }
}
