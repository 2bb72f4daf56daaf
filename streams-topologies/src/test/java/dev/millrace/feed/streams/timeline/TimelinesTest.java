package dev.millrace.feed.streams.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimelinesTest {
    private static final int READER = 7;

    private final Timelines timelines = new Timelines(3);
    private final List<Long> left = new ArrayList<>();
    private final List<EvictedBlocks.Link> links = new ArrayList<>();
    private final EvictedBlocks evicted = (reader, link, postIds, authors) -> {
        links.add(link);
        for (int i = 0; i < postIds.length; i++) {
            assertThat(authors[i]).isEqualTo((int) (postIds[i] % 100));
            left.add(postIds[i]);
        }
    };

    @Test
    void whoIsntEnrolledGetsNothing() {
        assertThat(push(READER, 5)).isFalse();

        assertThat(timelines.before(READER, Long.MAX_VALUE, 10, (post, author) -> {}))
                .isEmpty();
    }

    @Test
    void postsAreReadFromTheNewestDownwards() {
        timelines.enrol(READER, 0);
        for (long post = 1; post <= 100; post++) {
            push(READER, post);
        }

        assertThat(read(READER, Long.MAX_VALUE, 3)).containsExactly(100L, 99L, 98L);
        assertThat(read(READER, 33, 2)).containsExactly(32L, 31L);
        assertThat(read(READER, 3, 20)).containsExactly(2L, 1L);
        assertThat(read(READER, 1, 20)).isEmpty();
    }

    @Test
    void aPostThatIsThereAlreadyChangesNothing() {
        timelines.enrol(READER, 0);
        for (long post = 1; post <= 70; post++) {
            push(READER, post);
        }

        assertThat(push(READER, 70)).isFalse();
        assertThat(push(READER, 33)).isFalse();
        assertThat(push(READER, 1)).isFalse();

        assertThat(read(READER, Long.MAX_VALUE, 1000)).hasSize(70).doesNotHaveDuplicates();
    }

    @Test
    void aLatePostGoesToItsPlace() {
        timelines.enrol(READER, 0);
        for (long post = 2; post <= 200; post += 2) {
            push(READER, post);
        }

        assertThat(push(READER, 65)).isTrue();
        assertThat(push(READER, 1)).isTrue();

        assertThat(read(READER, 68, 4)).containsExactly(66L, 65L, 64L, 62L);
        assertThat(read(READER, 3, 4)).containsExactly(2L, 1L);
        assertThat(read(READER, Long.MAX_VALUE, 1000)).hasSize(102);
    }

    @Test
    void ofAFullTimelineTheOldestBlockLeaves() {
        timelines.enrol(READER, 0);
        for (long post = 1; post <= Timelines.ENTRIES_MAX; post++) {
            push(READER, post);
        }
        assertThat(left).isEmpty();

        push(READER, 801);

        assertThat(left).hasSize(Timelines.EVICTED).startsWith(1L, 2L).endsWith(128L);
        assertThat(read(READER, Long.MAX_VALUE, 1000))
                .hasSize(673)
                .startsWith(801L)
                .endsWith(129L);
        assertThat(head(READER).completeHere()).isEqualTo(128);
    }

    @Test
    void eachBlockThatLeavesNamesTheOneBefore() {
        timelines.enrol(READER, 9);
        for (long post = 1; post <= Timelines.ENTRIES_MAX + 2 * Timelines.EVICTED + 1; post++) {
            push(READER, post);
        }

        assertThat(links).hasSize(3).allSatisfy(link -> {
            assertThat(link.enrolment()).isEqualTo(9);
            assertThat(link.chain()).isNotZero();
        });
        assertThat(links.get(0).chainBefore()).isZero();
        assertThat(links.get(0).leftBefore()).isZero();
        for (int i = 1; i < links.size(); i++) {
            assertThat(links.get(i).chainBefore()).isEqualTo(links.get(i - 1).chain());
            assertThat(links.get(i).leftBefore()).isEqualTo(links.get(i - 1).left());
        }
        assertThat(head(READER).chain()).isEqualTo(links.get(2).chain());
        assertThat(head(READER).left()).isEqualTo(links.get(2).left());
    }

    /** As after a crash, when some are pushed again and cut at other places. */
    @Test
    void blocksThatDifferHaveOtherNames() {
        timelines.enrol(READER, 9);
        timelines.enrol(READER + 1, 9);
        for (long post = 1; post <= Timelines.ENTRIES_MAX + 1; post++) {
            push(READER, post);
            if (post != 5) {
                push(READER + 1, post);
            }
        }
        push(READER + 1, Timelines.ENTRIES_MAX + 2);

        assertThat(links).hasSize(2);
        assertThat(links.get(0).chain()).isNotEqualTo(links.get(1).chain());
    }

    @Test
    void aLatePostInAFullTimelineMakesRoomFirst() {
        timelines.enrol(READER, 0);
        for (long post = 10; post <= Timelines.ENTRIES_MAX * 10; post += 10) {
            push(READER, post);
        }

        assertThat(push(READER, 4_005)).isTrue();
        assertThat(push(READER, 15)).isTrue();

        assertThat(left).hasSize(128).endsWith(1280L);
        assertThat(read(READER, 4_020, 3)).containsExactly(4_010L, 4_005L, 4_000L);
        assertThat(read(READER, 1_300, 3)).containsExactly(1_290L, 15L);
    }

    @Test
    void theLeastRecentlyActiveReaderMakesRoom() {
        assertThat(timelines.enrol(1, 0)).isEqualTo(-1);
        timelines.enrol(2, 0);
        timelines.enrol(3, 0);
        push(2, 5);
        timelines.enrol(1, 0);

        assertThat(timelines.enrol(4, 0)).isEqualTo(2);

        assertThat(timelines.enrolled(2, 0)).isFalse();
        assertThat(timelines.byActivity()).containsExactly(3, 1, 4);
        timelines.enrol(2, 9);
        assertThat(read(2, Long.MAX_VALUE, 10)).isEmpty();
        assertThat(head(2)).isEqualTo(new Timelines.Head(9, 0, 0, 0, 0, 0));
    }

    @Test
    void aRebuiltTimelineIsCompleteForTheListItWasRebuiltWith() {
        timelines.enrol(READER, 1);
        push(READER, 501);
        push(READER, 490);

        timelines.rebuilt(READER, 7, 480);
        assertThat(head(READER)).isEqualTo(new Timelines.Head(1, 480, 7, 0, 0, 0));
        timelines.rebuilt(READER, 9, 495);

        assertThat(head(READER)).isEqualTo(new Timelines.Head(1, 495, 9, 0, 0, 0));
        assertThat(read(READER, Long.MAX_VALUE, 10)).containsExactly(501L, 490L);
    }

    @Test
    void whatHasLeftIsntThereHoweverOftenItIsRebuilt() {
        timelines.enrol(READER, 1);
        for (long post = 1; post <= Timelines.ENTRIES_MAX + 1; post++) {
            push(READER, post);
        }

        timelines.rebuilt(READER, 7, 20);

        assertThat(head(READER).completeHere()).isEqualTo(128);
        assertThat(head(READER).complete()).isEqualTo(20);
    }

    @Test
    void aTimelineIsToldFromAnotherThatTheReaderHad() {
        timelines.enrol(READER, 1);
        timelines.enrol(READER, 2);
        assertThat(timelines.enrolled(READER, 1)).isTrue();
        assertThat(timelines.enrolled(READER, 2)).isFalse();

        timelines.drop(READER);
        timelines.enrol(READER, 2);

        assertThat(timelines.enrolled(READER, 1)).isFalse();
        assertThat(timelines.enrolled(READER, 2)).isTrue();
    }

    @Test
    void theNewestEndOfPushingCounts() {
        timelines.enrol(READER, 1);
        timelines.pushingEnded(READER, 30);
        timelines.pushingEnded(READER, 20);
        timelines.pushingEnded(READER + 1, 40);

        assertThat(head(READER).endedOffset()).isEqualTo(30);
    }

    @Test
    void whatADroppedTimelineTookIsUsedAgain() {
        for (int round = 0; round < 50; round++) {
            timelines.enrol(READER, 0);
            for (long post = 1; post <= Timelines.ENTRIES_MAX; post++) {
                push(READER, post);
            }
            timelines.drop(READER);
        }

        assertThat(timelines.readers()).isZero();
        assertThat(timelines.bytes()).isLessThan(1_000_000);
    }

    @Test
    void onePostGoesToManyReaders() {
        Timelines many = new Timelines(1000);
        int[] readers = new int[512];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = 3 * i;
            if (i % 2 == 0) {
                many.enrol(readers[i], 0);
            }
        }

        assertThat(many.insert(readers, 500, 42, 1, EvictedBlocks.NOWHERE)).isEqualTo(250);
        assertThat(many.insert(readers, 512, 42, 1, EvictedBlocks.NOWHERE)).isEqualTo(6);
    }

    /** In partitions of few readers as in those of many: what is kept free for the next ones is counted in. */
    @ParameterizedTest
    @ValueSource(ints = {500, 1_000, 8_192})
    void aFullTimelineTakesLessThanTenThousandBytes(int readers) {
        assertThat(full(readers, 1).bytes() / readers).isLessThan(10_000);
    }

    /** As in a partition of two million readers, of whom a thousand have come lately. */
    @Test
    void theWayToATimelineTakesLittleWhereFewReadersHaveOne() {
        int readers = 1_000;

        assertThat(full(readers, 2_000).bytes() / readers).isLessThan(10_400);
    }

    private static Timelines full(int readers, int every) {
        Timelines full = new Timelines(readers);
        int[] all = IntStream.range(0, readers).map(reader -> reader * every).toArray();
        for (int reader : all) {
            full.enrol(reader, 0);
        }
        for (long post = 1; post <= Timelines.ENTRIES_MAX; post++) {
            full.insert(all, readers, post, 1, EvictedBlocks.NOWHERE);
        }
        return full;
    }

    @Test
    void aTimelineOfAFewPostsTakesOneBlock() {
        int readers = 8192;
        Timelines few = new Timelines(readers);
        for (int reader = 0; reader < readers; reader++) {
            few.enrol(reader, 0);
            few.insert(reader, 5, 1, EvictedBlocks.NOWHERE);
        }

        assertThat(few.bytes() / readers).isLessThan(500);
    }

    @Test
    void badNumbersAreRefused() {
        assertThatThrownBy(() -> new Timelines(0)).hasMessage("readersMax: 0 (expected: at least 1)");
        assertThatThrownBy(() -> timelines.enrol(-1, 0)).hasMessage("reader: -1 (expected: at least 0)");
        assertThatThrownBy(() -> timelines.insert(1, 0, 0, evicted)).hasMessage("post id: 0 (expected: more than 0)");
    }

    private boolean push(int reader, long post) {
        return timelines.insert(reader, post, (int) (post % 100), evicted);
    }

    private List<Long> read(int reader, long before, int max) {
        List<Long> posts = new ArrayList<>();
        timelines.before(reader, before, max, (post, author) -> {
            assertThat(author).isEqualTo((int) (post % 100));
            posts.add(post);
        });
        return posts;
    }

    private Timelines.Head head(int reader) {
        return timelines.before(reader, 0, 0, (post, author) -> {}).orElseThrow();
    }
}
