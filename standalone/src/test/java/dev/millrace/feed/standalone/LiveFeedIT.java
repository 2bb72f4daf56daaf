package dev.millrace.feed.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Live feeds of the running system: who hears of what. */
@ExtendWith(OneSystem.class)
class LiveFeedIT {
    private final TestSystem system;
    private final FeedUser alice;
    private final FeedUser bob;
    private final List<LiveListener> listeners = new ArrayList<>();

    LiveFeedIT(TestSystem system) {
        this.system = system;
        this.alice = FeedUser.any(system, "alice");
        this.bob = FeedUser.any(system, "bob");
    }

    @AfterEach
    void hangUp() {
        listeners.forEach(LiveListener::close);
    }

    private LiveListener listen(FeedUser user) {
        LiveListener listener = LiveListener.open(system, user);
        listeners.add(listener);
        await().until(() -> listener.heard("ready") == 1);
        return listener;
    }

    @Test
    void aFollowerHearsOfPostsEditsAndDeletionsAndTheAuthorToo() {
        alice.follow(bob);
        LiveListener hers = listen(alice);
        LiveListener his = listen(bob);
        LiveListener elsewhere = listen(FeedUser.any(system, "carol"));

        String postId = bob.post("first");
        bob.edit(postId, "second");
        bob.delete(postId);

        for (LiveListener listener : List.of(hers, his)) {
            await().untilAsserted(() -> assertThat(listener.after("ready"))
                    .containsExactly("created first", "edited second", "deleted " + postId));
        }
        assertThat(elsewhere.after("ready")).isEmpty();
    }

    @Test
    void followingAndUnfollowingCountAtOnce() {
        LiveListener hers = listen(alice);
        LiveListener his = listen(bob);
        bob.post("unheard of");
        await().until(() -> his.after("ready").contains("created unheard of"));
        alice.follow(bob);
        await().until(() -> hers.heard("shown") == 1);
        bob.post("heard of");
        await().until(() -> hers.after("ready").contains("created heard of"));
        alice.unfollow(bob);
        await().until(() -> hers.heard("hidden") == 1);
        bob.post("no longer");
        alice.post("the end");

        await().until(() -> hers.after("ready").contains("created the end"));
        assertThat(hers.after("ready"))
                .containsExactly("shown " + bob.id(), "created heard of", "hidden " + bob.id(), "created the end");
    }

    @Test
    void aMuteHidesOneWayAndABlockBoth() {
        alice.follow(bob);
        bob.follow(alice);
        LiveListener hers = listen(alice);
        LiveListener his = listen(bob);

        alice.begin("mutes", bob);
        await().until(() -> hers.heard("hidden") == 1);
        alice.end("mutes", bob);
        await().until(() -> hers.heard("shown") == 1);
        assertThat(his.after("ready")).isEmpty();

        alice.begin("blocks", bob);
        await().until(() -> hers.heard("hidden") == 2 && his.heard("hidden") == 1);
        bob.post("of bob");
        alice.post("of alice");
        await().until(() -> his.after("ready").contains("created of bob"));
        await().until(() -> hers.after("ready").contains("created of alice"));
        assertThat(hers.after("ready")).doesNotContain("created of bob");
        assertThat(his.after("ready")).doesNotContain("created of alice");

        alice.end("blocks", bob);
        await().until(() -> hers.heard("shown") == 2 && his.heard("shown") == 1);
        bob.post("again");
        await().until(() -> hers.after("ready").contains("created again"));
    }

    @Test
    void followingSomebodyWhoIsMutedShowsNothing() {
        alice.begin("mutes", bob);
        LiveListener hers = listen(alice);

        alice.follow(bob);
        bob.post("not for her");
        alice.post("the end");

        await().until(() -> hers.after("ready").contains("created the end"));
        assertThat(hers.after("ready")).containsExactly("created the end");
    }

    @Test
    void aFeedReadAfterTheBeginningAndWhatIsHeardLeaveNothingOut() {
        alice.follow(bob);
        List<String> posted = new ArrayList<>();
        CompletableFuture<Void> posting = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 60; i++) {
                posted.add(bob.post("post " + i));
            }
        });
        await().until(() -> alice.newest().size() >= 5);

        LiveListener hers = listen(alice);
        List<String> seen = new ArrayList<>(
                FeedUser.ids(alice.api().get("/feed?pageSize=100", "Millrace-Position", hers.positionsOf("ready"))));
        posting.join();

        await().untilAsserted(() -> {
            List<String> all = new ArrayList<>(seen);
            hers.posts("created").stream().filter(id -> !seen.contains(id)).forEach(all::add);
            assertThat(all).containsExactlyInAnyOrderElementsOf(posted);
        });
        assertThat(hers.posts("created")).doesNotHaveDuplicates();
    }

    @Test
    void aReadWithAMessagesPositionIncludesIt() {
        alice.follow(bob);
        LiveListener hers = listen(alice);

        bob.post("told");

        await().until(() -> hers.heard("created") == 1);
        assertThat(FeedUser.contents(alice.api().get("/feed", "Millrace-Position", hers.positionsOf("created"))))
                .containsExactly("told");
    }

    @Test
    void aClosedAccountsSocketEnds() {
        LiveListener hers = listen(alice);

        alice.api().delete("/users/" + alice.id());

        await().until(() -> hers.closedWith() == 1008);
    }

    @Test
    void manyWindowsOfOneUserHearTheSame() {
        alice.follow(bob);
        List<LiveListener> windows = List.of(listen(alice), listen(alice), listen(alice));
        windows.get(0).close();

        bob.post("everywhere");

        for (LiveListener window : windows.subList(1, 3)) {
            await().until(() -> window.after("ready").equals(List.of("created everywhere")));
        }
    }
}
