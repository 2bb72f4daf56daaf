package dev.millrace.feed.serving;

import dev.millrace.feed.topics.v1.AuthorView;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowersView;
import dev.millrace.feed.topics.v1.FollowingView;
import dev.millrace.feed.topics.v1.ListQuestion;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.feed.topics.v1.RelationView;
import dev.millrace.serving.OwnerAnswers.Said;
import dev.millrace.serving.Reads;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.Times;
import dev.millrace.topics.v1.Account;
import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** GET /users/{userId}, and what the caller is to somebody: follower, blocking, muting. */
final class UserReads {
    private static final ListQuestion COUNT = ListQuestion.getDefaultInstance();
    private static final int USER_ID_CHARS_MAX = 128;

    private final Identities identities;
    private final FeedOwners owners;
    private final Predicate<String> closed;

    UserReads(Identities identities, FeedOwners owners, Predicate<String> closed) {
        this.identities = identities;
        this.owners = owners;
        this.closed = closed;
    }

    void addTo(Router router) {
        Reads.route(router, "/users/:userId").handler(identities.required()).handler(this::profile);
        Reads.route(router, "/users/:userId/followers/:followerId")
                .handler(identities.required())
                .handler(this::follow);
        Reads.route(router, "/users/:userId/blocks/:whom")
                .handler(identities.required())
                .handler(ctx -> relation(ctx, "blocks", "NOT_BLOCKED", Relation::getBlocks));
        Reads.route(router, "/users/:userId/mutes/:whom")
                .handler(identities.required())
                .handler(ctx -> relation(ctx, "mutes", "NOT_MUTED", Relation::getMutes));
    }

    private void profile(RoutingContext ctx) {
        Reads.only(ctx);
        Asked asked = Asked.in(ctx);
        String userId = userId(ctx, "userId");
        requireOpen(userId, closed);
        Future<Said<Account>> account = owners.account(userId, asked);
        Future<Said<AuthorView>> author = owners.author(userId, asked);
        Future<Said<FollowingView>> following = owners.following(userId, COUNT, asked);
        Future<Said<RelationView>> relation = owners.relation(asked.caller(), userId, asked);
        Future<Said<FollowersView>> followers = owners.followers(userId, asked.caller(), COUNT, asked);
        Future<JsonObject> answer = Future.all(account, author, following, relation, followers)
                .map(all -> {
                    tell(ctx, List.of(author.result(), following.result(), relation.result()));
                    return json(
                            userId,
                            account.result().value(),
                            author.result().value().orElseGet(AuthorView::getDefaultInstance),
                            following.result().value().orElseGet(FollowingView::getDefaultInstance),
                            relation.result().value().orElseGet(RelationView::getDefaultInstance),
                            followers.result().value().orElseGet(FollowersView::getDefaultInstance));
                });
        answer(ctx, answer);
    }

    private static JsonObject json(
            String userId,
            Optional<Account> account,
            AuthorView author,
            FollowingView following,
            RelationView relation,
            FollowersView followers) {
        JsonObject json = new JsonObject().put("userId", userId);
        account.filter(Account::hasProfile)
                .ifPresent(a -> json.put("name", a.getProfile().getName()));
        // The author's side follows the caller's own edge a moment later.
        int notYet = (relation.hasEdge() ? 1 : 0) - (followers.getIncludesReader() ? 1 : 0);
        return json.put("followers", followers.getFollowers() + notYet)
                .put("following", following.getFollowing())
                .put("posts", author.getPosts())
                .put("followedByMe", relation.hasEdge())
                .put("blockedByMe", relation.getRelation().getBlocks())
                .put("mutedByMe", relation.getRelation().getMutes());
    }

    private void follow(RoutingContext ctx) {
        Reads.only(ctx);
        Asked asked = Asked.in(ctx);
        String userId = userId(ctx, "userId");
        String followerId = userId(ctx, "followerId");
        Future<JsonObject> answer = owners.relation(followerId, userId, asked).map(said -> {
            tell(ctx, List.of(said));
            JsonObject json = new JsonObject().put("userId", userId).put("followerId", followerId);
            Optional<FollowEdge> edge =
                    said.value().filter(RelationView::hasEdge).map(RelationView::getEdge);
            if (edge.isPresent()) {
                return json.put("since", Times.text(edge.get().getSinceMillis()));
            }
            if (said.undecided()) {
                return json.put("status", "PENDING");
            }
            throw Problem.of(404, "NOT_FOLLOWING", "followerId", followerId, "a follower of " + userId);
        });
        answer(ctx, answer);
    }

    private void relation(RoutingContext ctx, String what, String whyNot, Predicate<Relation> isSo) {
        Reads.only(ctx);
        Asked asked = Asked.in(ctx);
        String userId = userId(ctx, "userId");
        if (!userId.equals(asked.caller())) {
            throw Problem.of(403, "NOT_YOURS", "userId", userId, "your own id");
        }
        String whom = userId(ctx, "whom");
        Future<JsonObject> answer = owners.relation(userId, whom, asked).map(said -> {
            tell(ctx, List.of(said));
            JsonObject json = new JsonObject().put("userId", whom);
            if (said.value().map(RelationView::getRelation).filter(isSo).isPresent()) {
                return json.put(what, true);
            }
            if (said.undecided()) {
                return json.put("status", "PENDING");
            }
            throw Problem.of(404, whyNot, "whom", whom, "somebody it is so for");
        });
        answer(ctx, answer);
    }

    /** @throws Problem 404 UNKNOWN_USER for a closed account; everybody else may have a token */
    static void requireOpen(String userId, Predicate<String> closed) {
        if (closed.test(userId)) {
            throw Problem.of(404, "UNKNOWN_USER", "userId", userId, "a user whose account isn't closed");
        }
    }

    /** @throws Problem 400 INVALID_PARAMETER unless it can be a user's id */
    static String userId(RoutingContext ctx, String parameter) {
        String value = ctx.pathParam(parameter);
        if (value == null
                || value.isBlank()
                || value.length() > USER_ID_CHARS_MAX
                || value.chars().anyMatch(Character::isISOControl)) {
            throw Problem.of(
                    400, "INVALID_PARAMETER", parameter, value, "a user's id, 1.." + USER_ID_CHARS_MAX + " characters");
        }
        return value;
    }

    static void tell(RoutingContext ctx, List<Said<?>> said) {
        List<Position> positions =
                said.stream().flatMap(one -> one.position().stream()).distinct().toList();
        Reads.tellPositions(ctx, positions);
        Reads.tellAge(ctx, said.stream().mapToLong(Said::ageMillis).max().orElse(0) / 1000);
    }

    static void answer(RoutingContext ctx, Future<JsonObject> answer) {
        Reads.answer(ctx, answer, json -> {
            ctx.response().putHeader("Cache-Control", "private, no-store");
            Reads.endJson(ctx, json);
        });
    }
}
