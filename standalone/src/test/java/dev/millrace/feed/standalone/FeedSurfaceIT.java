package dev.millrace.feed.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.Api;
import dev.millrace.standalone.ContractWalk;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** Every call of the feed through the gateway, well and badly made: each answer that is documented, and no other. */
@ExtendWith(OneSystem.class)
class FeedSurfaceIT extends ContractWalk {
    private static final String FEED = "\\w+ /(feed|posts|users/\\{userId}).*|GET /users/\\{id}.*";
    /** Answers that need a flood, a fault or luck; their own tests are with the roles. */
    private static final String SEEN_ELSEWHERE = ".* (409|429|503)";

    private static final String POST = "{\"content\":\"hello\"}";
    private static final String ASYNC = "respond-async";

    private final FeedUser me;
    private final FeedUser other;
    private final Api closed;
    private final String goneId;

    FeedSurfaceIT(TestSystem system) {
        super(system);
        this.me = FeedUser.any(system, "me");
        this.other = FeedUser.any(system, "other");
        FeedUser gone = FeedUser.any(system, "gone");
        this.closed = gone.api();
        closed.delete("/users/" + gone.id());
        await().until(() -> me.api().get("/users/" + gone.id()).status() == 404
                && closed.get("/feed").status() == 403
                && closed.post("/posts", POST).status() == 403);
        this.goneId = gone.id();
    }

    @TestFactory
    Stream<DynamicTest> everyCallAnswersAsTheContractSays() {
        return Stream.of(
                test("posting", this::posting),
                test("changing posts", this::changing),
                test("reading posts", this::readingPosts),
                test("the feed", this::feed),
                test("the live feed", this::live),
                test("following", this::following),
                test("blocks and mutes", this::relations),
                test("profiles and lists", this::users),
                test("every documented answer was given", this::assertAllSeen));
    }

    private static DynamicTest test(String name, Executable walk) {
        return DynamicTest.dynamicTest(name, walk);
    }

    private void assertAllSeen() {
        assertThat(contract.documented().stream()
                        .filter(answer -> answer.matches(FEED) && !answer.matches(SEEN_ELSEWHERE))
                        .filter(answer -> contract.seen().stream().noneMatch(s -> (s + " ").startsWith(answer + " "))))
                .as("seen: %s", contract.seen())
                .isEmpty();
    }

    private void posting() {
        badCommand("POST", "/posts", POST, me.api());
        expect(201, "", me.api(), "POST", "/posts", POST);
        expect(201, "", me.api(), "POST", "/posts", "{\"content\":\"hi\",\"authorId\":\"" + me.id() + "\"}");
        expect(202, "", me.api(), "POST", "/posts", POST, "Prefer", ASYNC);
        expect(201, "", me.api(), "POST", "/posts", "{\"content\":\"" + "x".repeat(5_000) + "\"}");
        expect(400, "INVALID_BODY", me.api(), "POST", "/posts", "{\"content\":\"" + "x".repeat(5_001) + "\"}");
        expect(400, "INVALID_BODY", me.api(), "POST", "/posts", "{\"content\":\"\"}");
        expect(400, "INVALID_BODY", me.api(), "POST", "/posts", "{}");
        expect(400, "INVALID_BODY", me.api(), "POST", "/posts", "{\"content\":\"x\",\"mood\":\"good\"}");
        expect(403, "NOT_YOURS", me.api(), "POST", "/posts", "{\"content\":\"hi\",\"authorId\":\"bob\"}");
        expect(403, "ACCOUNT_CLOSED", closed, "POST", "/posts", POST);
        String key = key();
        expect(201, "", me.api(), "POST", "/posts", POST, "Idempotency-Key", key);
        expect(201, "", me.api(), "POST", "/posts", POST, "Idempotency-Key", key);
        expect(
                422,
                "IDEMPOTENCY_KEY_REUSED",
                me.api(),
                "POST",
                "/posts",
                "{\"content\":\"x\"}",
                "Idempotency-Key",
                key);
    }

    private void changing() {
        String path = "/posts/" + me.post("one");
        badCommand("PUT", path, POST, me.api());
        expect(200, "", me.api(), "PUT", path, POST);
        expect(202, "", me.api(), "PUT", path, POST, "Prefer", ASYNC);
        expect(400, "INVALID_BODY", me.api(), "PUT", path, "{\"content\":\"\"}");
        expect(403, "NOT_YOURS", other.api(), "PUT", path, POST);
        expect(404, "UNKNOWN_POST", me.api(), "PUT", "/posts/7zzzzzzzzzzzz", POST);
        expect(404, "UNKNOWN_POST", me.api(), "PUT", "/posts/none", POST);
        String key = key();
        expect(200, "", me.api(), "PUT", path, "{\"content\":\"a\"}", "Idempotency-Key", key);
        expect(422, "IDEMPOTENCY_KEY_REUSED", me.api(), "PUT", path, "{\"content\":\"b\"}", "Idempotency-Key", key);

        expect(401, "TOKEN_MISSING", nobody, "DELETE", path, null);
        expect(400, "INVALID_HEADER", me.api(), "DELETE", path, null, "Idempotency-Key", "\"half");
        expect(413, "BODY_TOO_LARGE", me.api(), "DELETE", path, LARGE);
        expect(403, "NOT_YOURS", other.api(), "DELETE", path, null);
        expect(404, "UNKNOWN_POST", me.api(), "DELETE", "/posts/0000000000000", null);
        String deleted = key();
        expect(200, "", me.api(), "DELETE", path, null, "Idempotency-Key", deleted);
        expect(200, "", me.api(), "DELETE", path, null, "Idempotency-Key", deleted);
        expect(422, "IDEMPOTENCY_KEY_REUSED", me.api(), "DELETE", path, "{}", "Idempotency-Key", deleted);
        expect(202, "", me.api(), "DELETE", path, null, "Prefer", ASYNC);
        expect(410, "POST_DELETED", me.api(), "PUT", path, POST);
        expect(404, "UNKNOWN_POST", other.api(), "PUT", path, POST);
    }

    private void readingPosts() {
        Answer posted = expect(201, "", me.api(), "POST", "/posts", POST);
        String path = "/posts/" + posted.member("postId");
        Answer read = expect(200, "", me.api(), "GET", path, null, "Millrace-Position", position(posted));
        expect(200, "", other.api(), "HEAD", path, null);
        expect(400, "INVALID_PARAMETER", me.api(), "GET", path + "?full=1", null);
        expect(400, "INVALID_HEADER", me.api(), "GET", path, null, "Millrace-Position", "yesterday");
        expect(401, "TOKEN_MISSING", nobody, "GET", path, null);
        expect(403, "ACCOUNT_CLOSED", closed, "GET", path, null);
        expect(404, "UNKNOWN_POST", me.api(), "GET", "/posts/0000000000000", null);
        expect(404, "UNKNOWN_POST", me.api(), "GET", "/posts/7zzzzzzzzzzzz", null);
        expect(404, "UNKNOWN_POST", me.api(), "GET", "/posts/none", null);
        expect(404, "UNKNOWN_POST", me.api(), "GET", "/posts/me." + "0".repeat(32), null);
        expect(504, "NOT_YET_VISIBLE", me.api(), "GET", path, null, "Millrace-Position", farAhead(posted));
        assertThat(read.member("content")).isEqualTo("hello");
    }

    private void feed() {
        Answer posted = expect(201, "", me.api(), "POST", "/posts", POST);
        me.hear(posted);
        me.post("another");
        Answer page = expect(200, "", me.api(), "GET", "/feed?pageSize=1", null, "Millrace-Position", position(posted));
        String cursor = page.member("nextCursor");
        String since = page.member("nextSince");
        expect(200, "", me.api(), "GET", "/feed?cursor=" + cursor, null);
        expect(200, "", me.api(), "GET", "/feed?cursor=2026-01-01T00:00:00Z", null);
        expect(200, "", me.api(), "GET", "/feed?since=" + since, null, "Millrace-Position", position(page));
        expect(200, "", me.api(), "GET", "/feed?since=2020-01-01T00:00:00Z", null);
        expect(400, "INVALID_PARAMETER", me.api(), "GET", "/feed?pageSize=0", null);
        expect(400, "INVALID_PARAMETER", me.api(), "GET", "/feed?pageSize=101", null);
        expect(400, "INVALID_PARAMETER", me.api(), "GET", "/feed?cursor=nonsense", null);
        expect(400, "INVALID_PARAMETER", me.api(), "GET", "/feed?since=" + cursor, null);
        expect(400, "INVALID_PARAMETER", me.api(), "GET", "/feed?since=" + since + "&cursor=" + cursor, null);
        expect(400, "INVALID_PARAMETER", other.api(), "GET", "/feed?cursor=" + cursor, null);
        expect(400, "INVALID_HEADER", me.api(), "GET", "/feed", null, "Millrace-Position", "posts.1.2, never");
        expect(401, "TOKEN_MISSING", nobody, "GET", "/feed", null);
        expect(403, "ACCOUNT_CLOSED", closed, "GET", "/feed", null);
        expect(504, "NOT_YET_VISIBLE", me.api(), "GET", "/feed", null, "Millrace-Position", farAhead(posted));
        assertThat(page.texts("position")).isNotEmpty();
        assertThat(position(page)).isEqualTo(String.join(", ", page.texts("position")));
    }

    private void live() {
        String path = "/feed/live";
        String ticket = "?ticket=" + me.api().post("/live-tickets", "").member("ticket");
        upgrade(101, path + ticket, "Origin", system.address());
        upgrade(101, path, "Cookie", cookie());
        upgrade(403, path + ticket, "Origin", "https://elsewhere.example");
        upgrade(401, path);
        upgrade(401, path + "?ticket=x.y.z");
        upgrade(400, path + ticket, "Sec-WebSocket-Key", "short");
        upgrade(426, path + ticket, "Sec-WebSocket-Version", "7");
        expect(426, "UPGRADE_REQUIRED", me.api(), "GET", path, null);
    }

    private void following() {
        String path = "/users/" + other.id() + "/followers";
        String edge = path + "/" + me.id();
        badCommand("PUT", path, "{}", me.api());
        expect(404, "NOT_FOLLOWING", me.api(), "GET", edge, null);
        expect(202, "", me.api(), "PUT", path, "{}", "Prefer", ASYNC);
        Answer followed = expect(200, "", me.api(), "PUT", path, "{\"followerId\":\"" + me.id() + "\"}");
        expect(200, "", me.api(), "PUT", path, null);
        expect(200, "", me.api(), "GET", edge, null, "Millrace-Position", position(followed));
        expect(504, "NOT_YET_VISIBLE", me.api(), "GET", edge, null, "Millrace-Position", farAhead(followed));
        expect(400, "INVALID_PARAMETER", me.api(), "GET", edge + "?x=1", null);
        expect(401, "TOKEN_MISSING", nobody, "GET", edge, null);
        expect(403, "ACCOUNT_CLOSED", closed, "GET", edge, null);
        expect(400, "INVALID_PARAMETER", me.api(), "PUT", "/users/%01/followers", "{}");
        expect(403, "NOT_YOURS", me.api(), "PUT", path, "{\"followerId\":\"bob\"}");
        expect(404, "UNKNOWN_USER", me.api(), "PUT", "/users/" + goneId + "/followers", "{}");
        expect(422, "YOURSELF", me.api(), "PUT", "/users/" + me.id() + "/followers", "{}");
        String key = key();
        expect(200, "", me.api(), "PUT", path, "{}", "Idempotency-Key", key);
        expect(422, "IDEMPOTENCY_KEY_REUSED", me.api(), "PUT", path, null, "Idempotency-Key", key);

        expect(401, "TOKEN_MISSING", nobody, "DELETE", edge, null);
        expect(400, "INVALID_HEADER", me.api(), "DELETE", edge, null, "Idempotency-Key", "\"half");
        expect(413, "BODY_TOO_LARGE", me.api(), "DELETE", edge, LARGE);
        expect(403, "NOT_YOURS", other.api(), "DELETE", edge, null);
        expect(422, "YOURSELF", me.api(), "DELETE", "/users/" + me.id() + "/followers/" + me.id(), null);
        expect(202, "", me.api(), "DELETE", edge, null, "Prefer", ASYNC);
        expect(200, "", me.api(), "DELETE", edge, null);
    }

    private void relations() {
        for (String what : new String[] {"blocks", "mutes"}) {
            String path = "/users/" + me.id() + "/" + what;
            String one = path + "/" + other.id();
            String body = "{\"userId\":\"" + other.id() + "\"}";
            badCommand("PUT", path, body, me.api());
            expect(404, what.equals("blocks") ? "NOT_BLOCKED" : "NOT_MUTED", me.api(), "GET", one, null);
            expect(202, "", me.api(), "PUT", path, body, "Prefer", ASYNC);
            Answer begun = expect(200, "", me.api(), "PUT", path, body);
            expect(200, "", me.api(), "GET", one, null, "Millrace-Position", position(begun));
            expect(504, "NOT_YET_VISIBLE", me.api(), "GET", one, null, "Millrace-Position", farAhead(begun));
            expect(400, "INVALID_PARAMETER", me.api(), "GET", one + "?x=1", null);
            expect(401, "TOKEN_MISSING", nobody, "GET", one, null);
            expect(403, "NOT_YOURS", other.api(), "GET", one, null);
            expect(400, "INVALID_BODY", me.api(), "PUT", path, "{}");
            expect(403, "NOT_YOURS", other.api(), "PUT", path, body);
            expect(404, "UNKNOWN_USER", me.api(), "PUT", path, "{\"userId\":\"" + goneId + "\"}");
            expect(422, "YOURSELF", me.api(), "PUT", path, "{\"userId\":\"" + me.id() + "\"}");

            expect(401, "TOKEN_MISSING", nobody, "DELETE", one, null);
            expect(400, "INVALID_HEADER", me.api(), "DELETE", one, null, "Idempotency-Key", "\"half");
            expect(413, "BODY_TOO_LARGE", me.api(), "DELETE", one, LARGE);
            expect(403, "NOT_YOURS", other.api(), "DELETE", one, null);
            expect(422, "YOURSELF", me.api(), "DELETE", path + "/" + me.id(), null);
            expect(202, "", me.api(), "DELETE", one, null, "Prefer", ASYNC);
            expect(200, "", me.api(), "DELETE", one, null);
        }
    }

    private void users() {
        Answer posted = expect(201, "", me.api(), "POST", "/posts", POST);
        me.follow(other);
        Answer followed = me.api().put("/users/" + other.id() + "/followers", "{}");
        for (String list : new String[] {"", "/posts", "/followers", "/following"}) {
            String path = "/users/" + me.id() + list;
            String ahead = farAhead(list.equals("/posts") ? posted : followed);
            expect(200, "", me.api(), "GET", path, null);
            expect(400, "INVALID_PARAMETER", me.api(), "GET", path + "?x=1", null);
            expect(400, "INVALID_HEADER", me.api(), "GET", path, null, "Millrace-Position", "yesterday");
            expect(401, "TOKEN_MISSING", nobody, "GET", path, null);
            expect(403, "ACCOUNT_CLOSED", closed, "GET", path, null);
            expect(404, "UNKNOWN_USER", me.api(), "GET", "/users/" + goneId + list, null);
            expect(504, "NOT_YET_VISIBLE", me.api(), "GET", path, null, "Millrace-Position", ahead);
        }
        for (String list : new String[] {"/posts", "/followers", "/following"}) {
            expect(400, "INVALID_PARAMETER", me.api(), "GET", "/users/" + me.id() + list + "?pageSize=0", null);
            expect(400, "INVALID_PARAMETER", me.api(), "GET", "/users/" + me.id() + list + "?cursor=x", null);
        }
        expect(400, "INVALID_PARAMETER", me.api(), "GET", "/users/%01", null);
    }
}
