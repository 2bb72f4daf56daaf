package dev.millrace.feed.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.Answer;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cassandra, DynamoDB and Redis beside the log: they hold what it says, and nothing needs them. */
@ExtendWith(OneSystem.class)
class StoresIT {
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofMinutes(2);
    /** What a call takes at most on a slow machine that is busy with other things, and doesn't wait for a store. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(2);

    private final TestSystem system;
    private final FeedUser alice;
    private final FeedUser bob;
    private final FeedUser carol;
    private final StoredFeed stored;

    StoresIT(TestSystem system) {
        this.system = system;
        this.alice = FeedUser.any(system, "alice");
        this.bob = FeedUser.any(system, "bob");
        this.carol = FeedUser.any(system, "carol");
        this.stored = new StoredFeed(
                system.bootstrap(),
                system.status("dynamodb").address(),
                system.status("cassandra").address());
    }

    @AfterEach
    void close() {
        stored.close();
    }

    @Test
    void rowsAreWhatTheLogSaysThroughKillsOfEveryServer() {
        for (String killed : List.of("dynamodb", "cassandra", "outbound", "redis")) {
            change(killed + " runs");
            int restarts = system.status(killed).restarts();
            system.kill(killed);
            change(killed + " is away");
            system.awaitRestarted(killed, restarts);
            change(killed + " is back");
        }

        awaitStoredAsLogged();
    }

    @Test
    void whatIsWrittenAgainChangesNothingAndWhatIsLostIsWrittenAgain() throws Exception {
        change("before");
        awaitStoredAsLogged();

        stored.forgetPlacesOfPosts();
        stored.dropEdges();
        int restarts = system.status("outbound").restarts();
        system.kill("outbound");
        system.awaitRestarted("outbound", restarts);

        awaitStoredAsLogged();
    }

    /** Stopped, not killed: it still takes connections, and never answers. */
    @ParameterizedTest
    @ValueSource(strings = {"redis", "cassandra", "dynamodb"})
    void everyCallAnswersWhileAStoreHangs(String store) throws Exception {
        change("before");
        String postId = bob.post("there before");
        system.signal("STOP", store);
        try {
            for (int round = 0; round < 3; round++) {
                change("meanwhile");
                for (Answer answer : reads(postId)) {
                    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
                }
            }
            long begun = System.nanoTime();
            List<Answer> answers = reads(postId);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isLessThan(ANSWERED_WITHIN.multipliedBy(answers.size()));
        } finally {
            system.signal("CONT", store);
        }
        awaitStoredAsLogged();
    }

    /** What no owner has may be on its way in the log still, which nobody can tell then, and nobody waits for. */
    @Test
    void everyReadAnswersWhileTheBrokerHangs() throws Exception {
        String postId = bob.post("there before");
        alice.follow(bob);
        String nobody = "nobody-" + UUID.randomUUID();
        alice.read("/users/" + nobody);
        system.signal("STOP", "kafka");
        try {
            List<Answer> answers = reads(postId);
            for (String path : List.of("", "/posts", "/followers", "/following")) {
                answers.add(alice.read("/users/" + nobody + path));
                answers.add(carol.read("/users/" + nobody + path));
            }
            for (Answer answer : answers) {
                assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            }
        } finally {
            system.signal("CONT", "kafka");
        }
    }

    @Test
    void whatManyAskForComesFromTheCacheAndIsRightAtOnceWhenItChanges() {
        String postId = bob.post("first");
        alice.follow(bob);
        carol.hear(bob);
        carol.hear(alice);
        double hits = hits();

        for (int i = 0; i < 5; i++) {
            // The cache is filled beside the answer, and believed once the facts are followed up to there.
            assertThat(carol.read("/posts/" + postId).member("content")).isEqualTo("first");
            assertThat(FeedUser.contents(carol.read("/users/" + bob.id() + "/posts")))
                    .containsExactly("first");
            assertThat(carol.read("/users/" + alice.id() + "/following").text()).contains(bob.id());
        }
        await().untilAsserted(() -> {
            carol.read("/posts/" + postId);
            carol.read("/users/" + bob.id() + "/posts");
            assertThat(hits()).isGreaterThan(hits + 2);
        });

        bob.edit(postId, "second");
        carol.hear(bob);
        assertThat(carol.read("/posts/" + postId).member("content")).isEqualTo("second");
        assertThat(FeedUser.contents(carol.read("/users/" + bob.id() + "/posts")))
                .containsExactly("second");
        bob.delete(postId);
        carol.hear(bob);
        assertThat(carol.read("/posts/" + postId).status()).isEqualTo(404);
        assertThat(FeedUser.contents(carol.read("/users/" + bob.id() + "/posts")))
                .isEmpty();
        alice.unfollow(bob);
        carol.hear(alice);
        assertThat(carol.read("/users/" + alice.id() + "/following").text()).doesNotContain(bob.id());
    }

    /** Without any owner: what one has written oneself, and whom one follows. */
    @Test
    void postsAndFollowsAreReadFromTheDatabasesWhileNoOwnerAnswers() throws Exception {
        String kept = alice.post("kept");
        String edited = alice.post("draft");
        alice.edit(edited, "edited");
        alice.delete(alice.post("deleted"));
        alice.follow(bob);
        alice.follow(carol);
        alice.unfollow(carol);
        awaitStoredAsLogged();

        system.signal("STOP", "streams-0");
        system.signal("STOP", "streams-1");
        Answer post;
        Answer posts;
        Answer following;
        Answer followers;
        try {
            post = alice.read("/posts/" + kept);
            posts = alice.read("/users/" + alice.id() + "/posts");
            following = alice.read("/users/" + alice.id() + "/following");
            followers = bob.read("/users/" + bob.id() + "/followers");
        } finally {
            system.signal("CONT", "streams-0");
            system.signal("CONT", "streams-1");
        }

        assertThat(post.member("content")).as("%s", post).isEqualTo("kept");
        assertThat(post.header("Millrace-Position")).isPresent();
        assertThat(FeedUser.contents(posts)).as("%s", posts).containsExactly("edited", "kept");
        assertThat(following.text()).contains(bob.id()).doesNotContain(carol.id());
        assertThat(followers.text()).contains(alice.id());
        await().atMost(CAUGHT_UP_WITHIN)
                .untilAsserted(() -> assertThat(alice.read("/feed").status()).isEqualTo(200));
    }

    /** More than a timeline holds, by ten people at once; then somebody reads on to the first post there was. */
    @Test
    void pagesOlderThanATimelineComeFromWhatHasLeftIt() {
        List<FeedUser> authors = IntStream.range(0, 10)
                .mapToObj(i -> FeedUser.any(system, "author" + i))
                .toList();
        authors.forEach(carol::follow);
        String first = authors.get(0).post("before there was a timeline");
        await().atMost(CAUGHT_UP_WITHIN).untilAsserted(() -> {
            double before = pages("timelines");
            authors.get(0).post("until there is one");
            carol.read("/feed?pageSize=1");
            assertThat(pages("timelines")).isGreaterThan(before);
        });
        List<CompletableFuture<Void>> posting = authors.stream()
                .map(author -> CompletableFuture.runAsync(
                        () -> IntStream.range(0, 110).forEach(i -> author.post("one of eleven hundred"))))
                .toList();
        posting.forEach(CompletableFuture::join);
        await().atMost(CAUGHT_UP_WITHIN)
                // There may be no table yet.
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(stored.blocks()).hasSizeGreaterThanOrEqualTo(2));
        double before = pages("long-timelines");

        List<String> read = new ArrayList<>();
        String cursor = "";
        do {
            Answer page = carol.read("/feed?pageSize=50" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            read.addAll(FeedUser.ids(page));
            cursor = page.member("nextCursor");
        } while (!cursor.isEmpty());

        assertThat(read)
                .hasSizeGreaterThan(1_100)
                .isSortedAccordingTo(Comparator.reverseOrder())
                .doesNotHaveDuplicates()
                .endsWith(first);
        assertThat(pages("long-timelines")).isGreaterThan(before);
        awaitStoredAsLogged();
    }

    /** One of each kind of write. */
    private void change(String content) {
        String edited = bob.post(content);
        String deleted = bob.post(content + ", not for long");
        bob.edit(edited, content + ", edited");
        bob.delete(deleted);
        alice.follow(bob);
        carol.follow(bob);
        carol.unfollow(bob);
    }

    private List<Answer> reads(String postId) {
        List<Answer> answers = new ArrayList<>();
        Stream.of(
                        "/feed",
                        "/feed?since=2026-01-01T00:00:00Z",
                        "/posts/" + postId,
                        "/users/" + bob.id(),
                        "/users/" + bob.id() + "/posts",
                        "/users/" + bob.id() + "/followers",
                        "/users/" + alice.id() + "/following",
                        "/users/" + bob.id() + "/followers/" + alice.id())
                .forEach(path -> answers.add(alice.read(path)));
        return answers;
    }

    private void awaitStoredAsLogged() {
        await().atMost(CAUGHT_UP_WITHIN)
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    Map<String, String> edges = stored.edgesByTheLog();
                    assertThat(stored.posts()).isNotEmpty().isEqualTo(stored.postsByTheLog());
                    assertThat(stored.edges("following")).isNotEmpty().isEqualTo(edges);
                    assertThat(stored.edges("followers")).isEqualTo(edges);
                    assertThat(stored.blocks()).isEqualTo(stored.blocksByTheLog());
                });
    }

    private double pages(String from) {
        return system.metric("serving", "millrace_feed_pages_total{from=\"" + from + "\"");
    }

    /** Answers given from the cache, over all serving processes. */
    private double hits() {
        return system.metric("serving", "millrace_feed_cache_reads_total{result=\"hit\"");
    }
}
