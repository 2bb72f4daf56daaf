package dev.millrace.feed.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.feed.topics.v1.FollowOutcome;
import dev.millrace.feed.topics.v1.FollowRefusalReason;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.PostOutcome;
import dev.millrace.feed.topics.v1.PostRefusalReason;
import dev.millrace.standalone.history.Contradictions;
import dev.millrace.standalone.history.Exchange;
import dev.millrace.standalone.history.Ids;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds what people were answered against what had to be decided: the same for the same key, whenever it was asked. */
final class AnswerCheck {
    private static final String KEY_REUSED = "IDEMPOTENCY_KEY_REUSED";
    /** Reasons that tell an owner's decision. All others say that nothing was decided. */
    private static final Set<String> DECISIONS =
            Set.of(KEY_REUSED, "NOT_YOURS", "UNKNOWN_POST", "POST_DELETED", "YOURSELF");

    private final PostHistory posts;
    private final FollowHistory follows;
    private final Contradictions found;
    private long checked;

    AnswerCheck(PostHistory posts, FollowHistory follows, Contradictions found) {
        this.posts = posts;
        this.follows = follows;
        this.found = found;
    }

    long checked() {
        return checked;
    }

    void check(Exchange call) {
        String key = call.idempotencyKey();
        if (key == null) {
            return;
        }
        ByteString id = Ids.command(call.user(), call.method(), call.path(), key);
        ByteString body = Ids.body(call.body());
        if (call.path().startsWith("/posts")) {
            check(call, id, posts.outcomes(), posts.outcomes().told(id, body), FeedLog.POSTS, this::expectedOfPost);
        } else {
            check(
                    call,
                    id,
                    follows.outcomes(),
                    follows.outcomes().told(id, body),
                    FeedLog.FOLLOWS,
                    AnswerCheck::expectedOfFollow);
        }
    }

    private interface Expected<O> {
        Map<String, Object> of(Exchange call, O outcome);
    }

    private <O> void check(
            Exchange call,
            ByteString id,
            Outcomes<O> outcomes,
            @Nullable Told<O> told,
            String log,
            Expected<O> expected) {
        if (call.status() == 202) {
            checked++;
            if (told == null) {
                found.add(name(call) + " was answered 202, but command " + Ids.hex(id) + " is not on the log");
            }
            return;
        }
        Map<String, Object> actual = decision(call);
        if (actual.isEmpty()) {
            return;
        }
        checked++;
        if (KEY_REUSED.equals(actual.get("reason"))) {
            if (told != null && !outcomes.hasSeveralBodies(id)) {
                found.add(name(call) + " was told " + KEY_REUSED + ", but command " + Ids.hex(id)
                        + " came with one body only");
            }
            return;
        }
        if (told == null) {
            found.add(name(call) + " was answered " + call.status() + ", but command " + Ids.hex(id)
                    + " is not on the log: " + call.answer());
            return;
        }
        Map<String, Object> right = expected.of(call, told.outcome());
        if (!right.equals(actual)) {
            found.add(name(call) + ", command " + Ids.hex(id) + " at " + log + "." + told.partition() + "."
                    + told.offset() + ", was answered " + actual + " (expected: " + right + ")");
        }
        if (call.status() < 300) {
            checkPosition(call, told, log);
        }
    }

    private void checkPosition(Exchange call, Told<?> told, String log) {
        Places said = Places.parse(call.position());
        if (said.offset(log, told.partition()) < Math.max(0, told.included())) {
            found.add(name(call) + " was told position " + call.position() + " (expected: " + log + "."
                    + told.partition() + "." + told.included() + " or later)");
        }
    }

    /** The answer as far as it tells a decision; empty if it tells none. */
    private static Map<String, Object> decision(Exchange call) {
        boolean good = call.status() == 200 || call.status() == 201;
        if (!good && (call.status() < 400 || call.status() >= 500)) {
            return Map.of();
        }
        JsonObject json = new JsonObject(call.answer());
        Map<String, Object> actual = new LinkedHashMap<>();
        actual.put("status", call.status());
        if (good) {
            actual.putAll(json.getMap());
            return actual;
        }
        String reason = json.getString("reason", "");
        actual.put("reason", reason);
        return DECISIONS.contains(reason) ? actual : Map.of();
    }

    private Map<String, Object> expectedOfPost(Exchange call, PostOutcome outcome) {
        Map<String, Object> expected = new LinkedHashMap<>();
        if (outcome.getKindCase() == PostOutcome.KindCase.REFUSED) {
            if (outcome.getRefused() == PostRefusalReason.POST_DELETED) {
                return refusal(410, "POST_DELETED");
            }
            if (outcome.getRefused() == PostRefusalReason.POST_IDEMPOTENCY_KEY_REUSED) {
                return refusal(422, KEY_REUSED);
            }
            return notYours(call);
        }
        Post post = outcome.getPost();
        expected.put("status", call.method().equals("POST") ? 201 : 200);
        expected.put("postId", PostNumbers.text(post.getPostId()));
        expected.put("createdAt", Times.text(post.getCreatedAtMillis()));
        if (post.getUpdatedAtMillis() != 0) {
            expected.put(post.getDeleted() ? "deletedAt" : "updatedAt", Times.text(post.getUpdatedAtMillis()));
        }
        return expected;
    }

    /** Which of the two, the owner of the id tells when it is asked; of a deleted post it may have told either. */
    private Map<String, Object> notYours(Exchange call) {
        Post post = posts.postAt(PostNumbers.parse(call.path().substring("/posts/".length())), Long.MAX_VALUE);
        boolean unknown = post == null || (post.getDeleted() && call.status() == 404);
        return unknown ? refusal(404, "UNKNOWN_POST") : refusal(403, "NOT_YOURS");
    }

    private static Map<String, Object> expectedOfFollow(Exchange call, FollowOutcome outcome) {
        String[] path = call.path().split("/", -1);
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("status", 200);
        switch (outcome.getKindCase()) {
            case FOLLOWS -> {
                expected.put("userId", path[2]);
                expected.put("followerId", call.user());
                expected.put("since", Times.text(outcome.getFollows().getSinceMillis()));
            }
            case FOLLOWS_NO_MORE -> {
                expected.put("userId", path[2]);
                expected.put("followerId", call.user());
            }
            case RELATION -> {
                expected.put("userId", outcome.getRelation().getUserId());
                boolean blocks = path[3].equals("blocks");
                expected.put(
                        path[3],
                        blocks
                                ? outcome.getRelation().getBlocks()
                                : outcome.getRelation().getMutes());
            }
            default -> {
                return outcome.getRefused() == FollowRefusalReason.FOLLOW_YOURSELF
                        ? refusal(422, "YOURSELF")
                        : refusal(422, KEY_REUSED);
            }
        }
        return expected;
    }

    private static Map<String, Object> refusal(int status, String reason) {
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("status", status);
        expected.put("reason", reason);
        return expected;
    }

    private static String name(Exchange call) {
        return call.method() + " " + call.path() + " of " + call.user() + " (key " + call.idempotencyKey() + ")";
    }
}
