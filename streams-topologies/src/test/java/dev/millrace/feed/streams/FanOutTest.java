package dev.millrace.feed.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.rules.fanout.AudiencePage;
import dev.millrace.feed.rules.fanout.Heat;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.AuthorMode;
import dev.millrace.feed.topics.v1.NotPushed;
import dev.millrace.feed.topics.v1.PushPost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FanOutTest {
    private static final int PARTITIONS = 3;
    private static final int ALL = 1_000_000;

    private final MemoryStore store = new MemoryStore();
    private final List<Sent> sent = new ArrayList<>();

    private record Sent(int partition, PushPost push) {
        int readers() {
            return AudiencePage.count(push.getReaders().toByteArray());
        }
    }

    @Test
    void aPostIsOneRecordForEachPageOfReaders() {
        FanOut fanOut = fanOut();
        follow(fanOut, "ann", 3 * 512 * PARTITIONS);

        fanOut.posted("ann", 77, ALL);

        assertThat(sent).hasSize(3 * PARTITIONS);
        assertThat(sent).allMatch(page -> page.push().getPostId() == 77 && page.readers() == 512);
        assertThat(sent.stream().map(Sent::partition)).containsExactly(0, 0, 0, 1, 1, 1, 2, 2, 2);
        assertThat(fanOut.waiting()).isZero();
    }

    @Test
    void whoUnfollowsIsntSentTo() {
        FanOut fanOut = fanOut();
        follow(fanOut, "ann", 6);
        fanOut.readerWent("ann", 1, 1);

        fanOut.posted("ann", 77, ALL);

        assertThat(sent.stream().map(Sent::partition)).containsExactly(0, 1, 2);
        assertThat(sent.stream().map(Sent::readers)).containsExactly(2, 1, 2);
    }

    @Test
    void aGiantGoesInStepsAndDelaysNobody() {
        FanOut fanOut = fanOut();
        follow(fanOut, "giant", 100 * 512 * PARTITIONS);
        follow(fanOut, "ann", 9);
        follow(fanOut, "bob", 9);

        fanOut.posted("giant", 1, 4);
        fanOut.posted("ann", 2, 4);
        fanOut.posted("bob", 3, 4);
        assertThat(sent).hasSize(4);

        fanOut.step(16);

        assertThat(sent).hasSize(20);
        assertThat(sent.stream().filter(page -> !page.push().getAuthorId().equals("giant")))
                .hasSize(6);
        while (fanOut.waiting() > 0) {
            int before = sent.size();
            fanOut.step(16);
            assertThat(sent.size() - before).isBetween(1, 16);
        }
        assertThat(sent).hasSize(300 + 6);
    }

    @Test
    void authorsTakeTurnsWhateverTheyHavePosted() {
        FanOut fanOut = fanOut();
        follow(fanOut, "giant", 50 * 512 * PARTITIONS);
        follow(fanOut, "other", 50 * 512 * PARTITIONS);
        for (int post = 1; post <= 5; post++) {
            fanOut.posted("giant", post, 1);
        }
        fanOut.posted("other", 9, 1);
        sent.clear();

        fanOut.step(80);

        assertThat(sent.stream().filter(page -> page.push().getPostId() == 9)).hasSize(40);
        assertThat(sent.stream().filter(page -> page.push().getPostId() == 1)).hasSize(40);
    }

    @Test
    void anAuthorsPostsGoOneAfterTheOther() {
        FanOut fanOut = fanOut();
        follow(fanOut, "ann", 20 * 512);
        fanOut.posted("ann", 1, 2);
        fanOut.posted("ann", 2, 2);
        fanOut.posted("ann", 3, 2);

        while (fanOut.waiting() > 0) {
            fanOut.step(5);
        }

        assertThat(sent.stream().map(page -> page.push().getPostId())).isSorted();
        assertThat(sent.stream().map(page -> page.push().getPostId()).distinct())
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void whatWaitsGoesOnWhenTheTaskBeginsAgain() {
        FanOut before = fanOut();
        follow(before, "ann", 20 * 512 * PARTITIONS);
        follow(before, "bob", 20 * 512 * PARTITIONS);
        before.posted("ann", 1, 2);
        before.posted("bob", 2, 2);
        before.step(7);

        FanOut after = fanOut();
        assertThat(after.waiting()).isEqualTo(2);
        while (after.waiting() > 0) {
            after.step(7);
        }

        assertThat(readersOf(1)).isEqualTo(20 * 512 * PARTITIONS);
        assertThat(readersOf(2)).isEqualTo(20 * 512 * PARTITIONS);
        assertThat(store.values.keySet().stream()
                        .map(key -> (char) key.get()[0])
                        .distinct())
                .containsExactly('F');
    }

    @Test
    void whatIsWithEverybodyIsKnown() {
        FanOut fanOut = fanOut();
        follow(fanOut, "ann", 20 * 512);
        fanOut.newest(5);
        fanOut.posted("ann", 5, ALL);
        assertThat(fanOut.pushedUpTo()).isEqualTo(5);

        fanOut.newest(8);
        fanOut.posted("ann", 8, 2);
        fanOut.newest(9);
        fanOut.posted("bob", 9, 2);
        assertThat(fanOut.pushedUpTo()).isEqualTo(7);
        assertThat(fanOut().pushedUpTo()).isEqualTo(7);

        fanOut.step(ALL);
        assertThat(fanOut.pushedUpTo()).isEqualTo(9);
        assertThat(fanOut().pushedUpTo()).isEqualTo(9);
    }

    @Test
    void aHotAuthorsModeNamesThePostsThatArentPushed() {
        AuthorModes modes = new AuthorModes(store, new Heat(100, 50));
        long day = Duration.ofDays(1).toMillis();
        long[] posts = new long[30];
        for (int i = 0; i < posts.length; i++) {
            posts[i] = PostIds.firstOf(1_790_000_000_000L + i * day);
        }

        assertThat(modes.posting("ann", 99, posts[0], posts[0])).isEmpty();
        assertThat(modes.posting("ann", 100, posts[2], posts[1]))
                .contains(AuthorMode.newBuilder()
                        .setAuthorId("ann")
                        .setHot(true)
                        .setFromPostId(posts[1])
                        .setChangedPostId(posts[2])
                        .build());
        assertThat(modes.newestChange()).isEqualTo(posts[2]);
        assertThat(modes.hot("ann")).isTrue();
        assertThat(modes.posting("ann", 50, posts[3], posts[3])).isEmpty();

        AuthorMode cool = modes.posting("ann", 49, posts[4], posts[4]).orElseThrow();
        assertThat(cool.getHot()).isFalse();
        assertThat(cool.getBeforeList())
                .containsExactly(NotPushed.newBuilder()
                        .setFromPostId(posts[1])
                        .setUntilPostId(posts[4])
                        .build());

        AuthorMode hotAgain = modes.posting("ann", 200, posts[6], posts[6]).orElseThrow();
        assertThat(hotAgain.getBeforeList()).hasSize(1);
        // Nobody has posts that old in a timeline any more.
        AuthorMode later = modes.posting("ann", 1, posts[20], posts[20]).orElseThrow();
        assertThat(later.getBeforeList())
                .containsExactly(NotPushed.newBuilder()
                        .setFromPostId(posts[6])
                        .setUntilPostId(posts[20])
                        .build());
        assertThat(FeedTopics.TIMELINES_KEPT).isLessThan(Duration.ofDays(14));
    }

    private FanOut fanOut() {
        return new FanOut(store, (partition, push) -> sent.add(new Sent(partition, push)));
    }

    /** So many readers, spread over the partitions, numbered in each from 1. */
    private static void follow(FanOut fanOut, String author, int readers) {
        for (int i = 0; i < readers; i++) {
            fanOut.readerCame(author, i % PARTITIONS, 1 + i / PARTITIONS);
        }
    }

    private int readersOf(long post) {
        TreeSet<Long> readers = new TreeSet<>();
        int[] page = new int[AudiencePage.READERS_MAX];
        sent.stream().filter(one -> one.push().getPostId() == post).forEach(one -> {
            int count = AudiencePage.decode(one.push().getReaders().toByteArray(), page);
            for (int i = 0; i < count; i++) {
                readers.add((long) one.partition() << 32 | page[i]);
            }
        });
        return readers.size();
    }
}
