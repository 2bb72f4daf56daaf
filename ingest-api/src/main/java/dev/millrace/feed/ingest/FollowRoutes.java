package dev.millrace.feed.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.v1.BlockUser;
import dev.millrace.feed.topics.v1.FollowAuthor;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowOutcome;
import dev.millrace.feed.topics.v1.FollowRefusalReason;
import dev.millrace.feed.topics.v1.MuteUser;
import dev.millrace.feed.topics.v1.Relation;
import dev.millrace.feed.topics.v1.UnblockUser;
import dev.millrace.feed.topics.v1.UnfollowAuthor;
import dev.millrace.feed.topics.v1.UnmuteUser;
import dev.millrace.ingest.Accepted;
import dev.millrace.ingest.CommandDesk;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.ingest.Decision;
import dev.millrace.ingest.Expect;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StrictJson;
import dev.millrace.topics.http.Times;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Following, blocking and muting, and the end of each: asked for twice it happens once. */
final class FollowRoutes {
    private final CommandDesk desk;
    private final Predicate<String> closed;

    record Follower(@Nullable String followerId) {}

    record Whom(@Nullable String userId) {}

    /** @param closed whether a user's account is closed */
    FollowRoutes(CommandDesk desk, Predicate<String> closed) {
        this.desk = desk;
        this.closed = closed;
    }

    void addTo(CommandRoutes routes) {
        routes.forUsers(HttpMethod.PUT, "/users/:userId/followers").handler(this::follow);
        routes.forUsers(HttpMethod.DELETE, "/users/:userId/followers/:followerId")
                .handler(this::unfollow);
        relation(
                routes,
                "blocks",
                whom -> FollowCommand.newBuilder()
                        .setBlockUser(BlockUser.newBuilder().setUserId(whom)),
                whom -> FollowCommand.newBuilder()
                        .setUnblockUser(UnblockUser.newBuilder().setUserId(whom)),
                Relation::getBlocks);
        relation(
                routes,
                "mutes",
                whom -> FollowCommand.newBuilder()
                        .setMuteUser(MuteUser.newBuilder().setUserId(whom)),
                whom -> FollowCommand.newBuilder()
                        .setUnmuteUser(UnmuteUser.newBuilder().setUserId(whom)),
                Relation::getMutes);
    }

    private void follow(RoutingContext ctx) {
        String author = Expect.userId("userId", ctx.pathParam("userId"));
        if (ctx.body().length() > 0) {
            String follower = StrictJson.body(ctx, Follower.class).followerId();
            if (follower != null) {
                requireOwn(ctx, "followerId", follower);
            }
        }
        requireOpen(author);
        FollowCommand.Builder command = FollowCommand.newBuilder()
                .setFollowAuthor(FollowAuthor.newBuilder().setAuthorId(author));
        send(
                ctx,
                command,
                ctx.normalizedPath() + "/" + Expect.pathSegment(Caller.of(ctx).subject()),
                outcome -> {
                    Map<String, Object> body = follow(author, Caller.of(ctx).subject());
                    body.put("since", Times.text(outcome.getFollows().getSinceMillis()));
                    return body;
                });
    }

    private void unfollow(RoutingContext ctx) {
        String author = Expect.userId("userId", ctx.pathParam("userId"));
        String follower = Expect.userId("followerId", ctx.pathParam("followerId"));
        requireOwn(ctx, "followerId", follower);
        FollowCommand.Builder command = FollowCommand.newBuilder()
                .setUnfollowAuthor(UnfollowAuthor.newBuilder().setAuthorId(author));
        send(ctx, command, ctx.normalizedPath(), outcome -> follow(author, follower));
    }

    private static Map<String, Object> follow(String author, String follower) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("userId", author);
        body.put("followerId", follower);
        return body;
    }

    /** Blocks and mutes are asked for and ended alike. */
    private void relation(
            CommandRoutes routes,
            String what,
            Function<String, FollowCommand.Builder> begin,
            Function<String, FollowCommand.Builder> end,
            Predicate<Relation> isSo) {
        routes.forUsers(HttpMethod.PUT, "/users/:userId/" + what).handler(ctx -> {
            requireOwn(ctx, "userId", Expect.userId("userId", ctx.pathParam("userId")));
            String whom = StrictJson.body(ctx, Whom.class).userId();
            if (whom == null || !Expect.isUserId(whom)) {
                throw Expect.invalid("userId", whom, "a user's id, 1..128 characters");
            }
            requireOpen(whom);
            relate(ctx, begin.apply(whom), whom, ctx.normalizedPath() + "/" + Expect.pathSegment(whom), what, isSo);
        });
        routes.forUsers(HttpMethod.DELETE, "/users/:userId/" + what + "/:whom").handler(ctx -> {
            requireOwn(ctx, "userId", Expect.userId("userId", ctx.pathParam("userId")));
            String whom = Expect.userId("whom", ctx.pathParam("whom"));
            relate(ctx, end.apply(whom), whom, ctx.normalizedPath(), what, isSo);
        });
    }

    private void relate(
            RoutingContext ctx,
            FollowCommand.Builder command,
            String whom,
            String location,
            String what,
            Predicate<Relation> isSo) {
        send(ctx, command, location, outcome -> Map.of("userId", whom, what, isSo.test(outcome.getRelation())));
    }

    private static void requireOwn(RoutingContext ctx, String name, String userId) {
        if (!Caller.of(ctx).subject().equals(userId)) {
            throw Problem.of(403, "NOT_YOURS", name, userId, "your own id");
        }
    }

    private void requireOpen(String userId) {
        if (closed.test(userId)) {
            throw Problem.of(404, "UNKNOWN_USER", "userId", userId, "a user whose account isn't closed");
        }
    }

    private void send(
            RoutingContext ctx,
            FollowCommand.Builder command,
            String location,
            Function<FollowOutcome, Map<String, Object>> body) {
        String reader = Caller.of(ctx).subject();
        desk.decide(
                        ctx,
                        FeedTopics.FOLLOW_COMMANDS,
                        reader,
                        meta -> command.setMeta(meta).setReaderId(reader).build())
                .onSuccess(decision -> {
                    if (decision instanceof Decision.Pending pending) {
                        Accepted.pending(ctx, pending, location, Map.of("status", "PENDING"));
                        return;
                    }
                    FollowOutcome outcome = outcomeOf((Decision.Decided) decision);
                    if (outcome.getKindCase() == FollowOutcome.KindCase.REFUSED) {
                        ctx.fail(problem(outcome.getRefused(), reader));
                    } else {
                        Accepted.answer(ctx, 200, decision, body.apply(outcome));
                    }
                })
                .onFailure(ctx::fail);
    }

    private static Problem problem(FollowRefusalReason reason, String caller) {
        return switch (reason) {
            case FOLLOW_IDEMPOTENCY_KEY_REUSED ->
                Problem.of(
                        422,
                        "IDEMPOTENCY_KEY_REUSED",
                        "This Idempotency-Key was used for this call with another body.");
            case FOLLOW_YOURSELF -> Problem.of(422, "YOURSELF", "userId", caller, "somebody else's id");
            case FOLLOW_REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("refusal without a reason we know: " + reason);
        };
    }

    private static FollowOutcome outcomeOf(Decision.Decided decided) {
        try {
            return FollowOutcome.parseFrom(decided.outcome());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("outcome of " + decided.commandId() + " can't be read", e);
        }
    }
}
