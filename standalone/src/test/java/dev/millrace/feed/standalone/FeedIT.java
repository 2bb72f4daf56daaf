package dev.millrace.feed.standalone;

import static dev.millrace.feed.standalone.FeedUser.contents;
import static dev.millrace.feed.standalone.FeedUser.ids;
import static dev.millrace.feed.standalone.FeedUser.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Posting, following and reading over HTTP from the running system: a test for each rule of the feed. */
@ExtendWith(OneSystem.class)
class FeedIT {
    private final TestSystem system;
    private final FeedUser alice;
    private final FeedUser bob;
    private final FeedUser carol;

    FeedIT(TestSystem system) {
        this.system = system;
        this.alice = FeedUser.any(system, "alice");
        this.bob = FeedUser.any(system, "bob");
        this.carol = FeedUser.any(system, "carol");
    }

    @Test
    void onesOwnPostIsOnOnesNextPage() {
        alice.post("mine");

        assertThat(alice.newest()).containsExactly("mine");
    }

    @Test
    void aFeedIsThePostsOfThoseOneFollowsAndOnesOwnNewestFirst() {
        bob.post("b1");
        carol.post("c1");
        alice.post("a1");
        bob.post("b2");
        alice.follow(bob);

        alice.hear(bob);

        assertThat(alice.newest()).containsExactly("b2", "a1", "b1");
    }

    @Test
    void whomOneFollowsIsThereAtOnceAndGoneAtOnce() {
        bob.post("old");
        alice.hear(bob);
        assertThat(alice.newest()).isEmpty();

        alice.follow(bob);
        assertThat(alice.newest()).containsExactly("old");

        alice.unfollow(bob);
        assertThat(alice.newest()).isEmpty();
    }

    @Test
    void aMuteHidesOneWayAndABlockBoth() {
        bob.post("of bob");
        alice.post("of alice");
        alice.follow(bob);
        bob.follow(alice);
        alice.hear(bob);
        bob.hear(alice);

        alice.begin("mutes", bob);
        assertThat(alice.newest()).containsExactly("of alice");
        assertThat(bob.newest()).containsExactly("of alice", "of bob");
        alice.end("mutes", bob);
        assertThat(alice.newest()).containsExactly("of alice", "of bob");

        alice.begin("blocks", bob);
        assertThat(alice.newest()).containsExactly("of alice");
        await().untilAsserted(() -> assertThat(bob.newest()).containsExactly("of bob"));
        alice.end("blocks", bob);
        assertThat(alice.newest()).containsExactly("of alice", "of bob");
        await().untilAsserted(() -> assertThat(bob.newest()).containsExactly("of alice", "of bob"));
    }

    @Test
    void aBlockHidesPostsAndTheirListsToo() {
        String postId = bob.post("of bob");
        alice.hear(bob);
        bob.begin("blocks", alice);

        await().untilAsserted(() ->
                assertThat(alice.read("/posts/" + postId).reason()).isEqualTo("UNKNOWN_POST"));
        assertThat(contents(alice.read("/users/" + bob.id() + "/posts"))).isEmpty();
        assertThat(contents(bob.read("/users/" + bob.id() + "/posts"))).containsExactly("of bob");
    }

    @Test
    void deletesAndEditsShowAtOnceAndAPageIsFilledAllTheSame() {
        List<String> posts =
                IntStream.range(0, 6).mapToObj(i -> bob.post("post " + i)).toList();
        alice.follow(bob);
        bob.delete(posts.get(4));
        bob.edit(posts.get(3), "edited");
        alice.hear(bob);

        Answer page = alice.feed("?pageSize=3");

        assertThat(contents(page)).containsExactly("post 5", "edited", "post 2");
        assertThat(page.json().path("items").path(1).path("updatedAt").asText()).isNotEmpty();
        assertThat(alice.read("/posts/" + posts.get(4)).status()).isEqualTo(404);
    }

    @Test
    void pagingShowsEachPostOnceInOrderWhateverComesMeanwhile() {
        alice.follow(bob);
        alice.follow(carol);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            expected.add((i % 2 == 0 ? bob : carol).id() + i);
            (i % 2 == 0 ? bob : carol).post(expected.get(i));
        }
        Collections.reverse(expected);
        alice.hear(bob);
        alice.hear(carol);

        Answer first = alice.feed("?pageSize=5");
        bob.post("newer");
        List<String> rest = new ArrayList<>(contents(first));
        Answer page = first;
        while (!page.member("nextCursor").isEmpty()) {
            page = alice.feed("?pageSize=5&cursor=" + page.member("nextCursor"));
            rest.addAll(contents(page));
        }

        assertThat(rest).isEqualTo(expected);
    }

    @Test
    void aCursorNeedsNoPostToBeThereAndATimeIsOneToo() {
        List<String> posts =
                IntStream.range(0, 4).mapToObj(i -> alice.post("post " + i)).toList();
        Answer first = alice.feed("?pageSize=2");
        alice.delete(posts.get(2));

        Answer second = alice.feed("?pageSize=2&cursor=" + first.member("nextCursor"));
        String time = first.json().path("items").path(1).path("createdAt").asText();
        Answer before = alice.feed("?cursor=" + time);

        assertThat(contents(second)).containsExactly("post 1", "post 0");
        assertThat(contents(before)).containsExactly("post 1", "post 0");
        assertThat(alice.read("/feed?cursor=" + bob.id()).reason()).isEqualTo("INVALID_PARAMETER");
        assertThat(bob.read("/feed?cursor=" + first.member("nextCursor")).reason())
                .isEqualTo("INVALID_PARAMETER");
    }

    @Test
    void whoComesBackGetsWhatArrivedSince() {
        alice.follow(bob);
        bob.post("before");
        alice.hear(bob);
        String since = alice.feed("").member("nextSince");
        for (int i = 0; i < 5; i++) {
            bob.post("after " + i);
        }
        alice.hear(bob);

        Answer some = alice.feed("?pageSize=3&since=" + since);
        Answer rest = alice.feed("?pageSize=3&since=" + some.member("nextSince"));
        Answer none = alice.feed("?since=" + rest.member("nextSince"));

        assertThat(contents(some)).containsExactly("after 0", "after 1", "after 2");
        assertThat(some.json().path("more").asBoolean()).isTrue();
        assertThat(contents(rest)).containsExactly("after 3", "after 4");
        assertThat(rest.json().path("more").asBoolean()).isFalse();
        assertThat(contents(none)).isEmpty();
        assertThat(List.of(some, rest, none))
                .noneMatch(page -> page.json().path("hasGap").asBoolean());
        assertThat(contents(alice.feed("?since=2020-06-01T00:00:00Z"))).hasSize(6);
    }

    @Test
    void theSameKeyMakesTheSamePostAndAnotherBodyIsRefused() {
        String key = key();
        Answer first = alice.api().post("/posts", "{\"content\":\"once\"}", "Idempotency-Key", key);
        Answer again = alice.api().post("/posts", "{\"content\":\"once\"}", "Idempotency-Key", key);
        Answer other = alice.api().post("/posts", "{\"content\":\"twice\"}", "Idempotency-Key", key);
        alice.hear(first);

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(other.reason()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
        assertThat(alice.newest()).containsExactly("once");
    }

    @Test
    void manyRetriesAtOnceMakeOnePost() {
        String key = key();
        List<CompletableFuture<Answer>> answers = IntStream.range(0, 10)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> alice.api().post("/posts", "{\"content\":\"once\"}", "Idempotency-Key", key)))
                .toList();

        assertThat(answers.stream()
                        .map(CompletableFuture::join)
                        .filter(a -> a.status() == 201)
                        .peek(alice::hear)
                        .map(a -> a.member("postId"))
                        .distinct())
                .hasSize(1);
        assertThat(alice.newest()).containsExactly("once");
    }

    @Test
    void aPostIsItsAuthorsOnly() {
        String postId = bob.post("of bob");

        assertThat(alice.api().put("/posts/" + postId, "{\"content\":\"mine\"}").reason())
                .isEqualTo("NOT_YOURS");
        assertThat(alice.api().delete("/posts/" + postId).reason()).isEqualTo("NOT_YOURS");
        assertThat(alice.api().delete("/posts/0000000000000").reason()).isEqualTo("UNKNOWN_POST");
        bob.delete(postId);
        bob.delete(postId);
        assertThat(bob.api().put("/posts/" + postId, "{\"content\":\"back\"}").reason())
                .isEqualTo("POST_DELETED");
    }

    @Test
    void postsThatArentWaitedForTellTheirStatusAndThenAreThere() {
        Answer pending = alice.api()
                .post("/posts", "{\"content\":\"later\"}", "Prefer", "respond-async", "Idempotency-Key", key());
        String location = pending.header("Location").orElseThrow();

        assertThat(pending.status()).isEqualTo(202);
        await().untilAsserted(
                        () -> assertThat(alice.read(location).member("content")).isEqualTo("later"));
    }

    @Test
    void profilesAndListsCountOnesOwnFollowAtOnce() {
        bob.post("one");
        alice.hear(bob);
        alice.follow(bob);

        Answer profile = alice.read("/users/" + bob.id());
        assertThat(profile.json().path("followers").asInt()).isEqualTo(1);
        assertThat(profile.json().path("posts").asInt()).isEqualTo(1);
        assertThat(profile.json().path("followedByMe").asBoolean()).isTrue();
        assertThat(alice.read("/users/" + alice.id()).json().path("following").asInt())
                .isEqualTo(1);
        assertThat(alice.read("/users/" + bob.id() + "/followers").text()).contains(alice.id());
        await().untilAsserted(() ->
                assertThat(bob.read("/users/" + bob.id() + "/followers").text()).contains(alice.id()));
        assertThat(alice.read("/users/" + alice.id() + "/following").text()).contains(bob.id());

        alice.unfollow(bob);
        assertThat(alice.read("/users/" + bob.id()).json().path("followers").asInt())
                .isZero();
        assertThat(alice.read("/users/" + bob.id() + "/followers").text()).doesNotContain(alice.id());
    }

    @Test
    void listsOfFollowersArePagedThroughEachOnce() {
        List<FeedUser> fans = IntStream.range(0, 7)
                .mapToObj(i -> FeedUser.any(system, "fan" + i))
                .toList();
        fans.forEach(fan -> fan.follow(bob));
        String list = "/users/" + bob.id() + "/followers?pageSize=3";
        await().untilAsserted(() -> assertThat(
                        bob.read("/users/" + bob.id()).json().path("followers").asInt())
                .isEqualTo(7));

        List<String> seen = new ArrayList<>();
        Answer page = bob.read(list);
        page.json().path("items").forEach(item -> seen.add(item.path("userId").asText()));
        while (!page.member("nextCursor").isEmpty()) {
            page = bob.read(list + "&cursor=" + page.member("nextCursor"));
            page.json()
                    .path("items")
                    .forEach(item -> seen.add(item.path("userId").asText()));
        }

        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(
                        fans.stream().map(FeedUser::id).toList());
    }

    @Test
    void aClosedAccountsPostsAreGone() {
        String postId = bob.post("of bob");
        alice.follow(bob);
        alice.hear(bob);
        assertThat(alice.newest()).containsExactly("of bob");

        bob.api().delete("/users/" + bob.id());

        await().untilAsserted(() -> assertThat(alice.newest()).isEmpty());
        assertThat(alice.read("/posts/" + postId).reason()).isEqualTo("UNKNOWN_POST");
        assertThat(alice.read("/users/" + bob.id()).reason()).isEqualTo("UNKNOWN_USER");
        assertThat(carol.api().put("/users/" + bob.id() + "/followers", "{}").reason())
                .isEqualTo("UNKNOWN_USER");
    }

    @Test
    void idsSortByTimeAndCarryIt() {
        List<String> posts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            posts.add((i % 2 == 0 ? alice : bob).post("post " + i));
        }

        assertThat(posts).isSorted();
        alice.follow(bob);
        alice.hear(bob);
        Collections.reverse(posts);
        assertThat(ids(alice.feed(""))).isEqualTo(posts);
    }
}
