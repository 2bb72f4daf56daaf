package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.serving.LongTimelines.Link;
import dev.millrace.feed.serving.LongTimelines.Timeline;
import dev.millrace.feed.topics.v1.TimelineEntries;
import dev.millrace.feed.topics.v1.TimelineView;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Posts 1 to 40: 31 to 40 are in the timeline, the others have left it, ten with each of the blocks whose chains are 100,
 * 200 and 300. Before post 1 there is nothing.
 */
class LongTimelinesTest {
    private static final int ASKED = 15;

    private final Map<Link, TimelineEntries> kept = new HashMap<>(Map.of(
            new Link(10, 100, 0, 0, 1), posts(1, 10),
            new Link(20, 200, 10, 100, 11), posts(11, 20),
            new Link(30, 300, 20, 200, 21), posts(21, 30)));

    @Test
    void asManyBlocksAreReadAsThePageNeeds() {
        TimelineView page = before(0, 31, 40);

        assertThat(page.getEntries().getPostIdsList())
                .hasSize(30)
                .startsWith(40L)
                .endsWith(11L);
        assertThat(page.getComplete()).isEqualTo(10);
    }

    @Test
    void aPageEndsWithinABlock() {
        TimelineView page = before(26);

        assertThat(page.getEntries().getPostIdsList()).startsWith(25L).endsWith(1L);
        assertThat(page.getComplete()).isZero();
    }

    @Test
    void blocksThatAreAllNewerThanThePageArePassed() {
        TimelineView page = before(15);

        assertThat(page.getEntries().getPostIdsList()).startsWith(14L).endsWith(1L);
        assertThat(page.getComplete()).isZero();
    }

    @Test
    void nothingIsBelievedBelowABlockThatIsMissing() {
        lose(200);

        TimelineView page = before(0, 31, 40);

        assertThat(page.getEntries().getPostIdsList()).startsWith(40L).endsWith(21L);
        assertThat(page.getComplete()).isEqualTo(20);
    }

    @Test
    void whileTheNewestBlockIsMissingThereIsTheTimelineOnly() {
        lose(300);

        TimelineView page = before(0, 31, 40);

        assertThat(page.getEntries().getPostIdsList()).startsWith(40L).endsWith(31L);
        assertThat(page.getComplete()).isEqualTo(30);
    }

    @Test
    void aBlockOfAnotherLifeIsNotOfThisTimeline() {
        lose(300);
        kept.put(new Link(30, 301, 20, 200, 21), posts(21, 29));

        assertThat(before(0, 31, 40).getComplete()).isEqualTo(30);
    }

    @Test
    void belowTheLastEntryThatWasToldTheTimelineMayHaveMore() {
        TimelineView told = view(26, 40);

        TimelineView page = now(told, 0);

        assertThat(page.getComplete()).isEqualTo(25);
    }

    @Test
    void nothingIsCompleteBelowWhereTheTimelineBegan() {
        TimelineView page =
                now(view(31, 40).toBuilder().setCompleteWithBlocks(12).build(), 0);

        assertThat(page.getComplete()).isEqualTo(12);
    }

    @Test
    void aTimelineThatNothingHasLeftDoesntGoOn() {
        assertThat(LongTimelines.goesOn(view(31, 40))).isTrue();
        assertThat(LongTimelines.goesOn(TimelineView.getDefaultInstance())).isFalse();
        assertThat(LongTimelines.goesOn(
                        view(31, 40).toBuilder().setCompleteWithBlocks(30).build()))
                .isFalse();
        // As left before blocks had names.
        assertThat(LongTimelines.goesOn(view(31, 40).toBuilder().setChain(0).build()))
                .isFalse();
    }

    private void lose(long chain) {
        kept.keySet().removeIf(link -> link.chain() == chain);
    }

    private TimelineView before(long before) {
        return now(view(1, 0), before);
    }

    private TimelineView before(long before, long first, long last) {
        return now(view(first, last), before);
    }

    private TimelineView now(TimelineView told, long before) {
        LongTimelines timelines = new LongTimelines(new Kept(), call -> {
            try {
                return Future.succeededFuture(call.call());
            } catch (Exception e) {
                return Future.failedFuture(e);
            }
        });
        return timelines.with(told, 3, 7, before, ASKED).result();
    }

    /** The timeline with these entries told. */
    private static TimelineView view(long first, long last) {
        return TimelineView.newBuilder()
                .setEnrolled(true)
                .setEnrolment(5)
                .setEntries(newestFirst(first, last))
                .setLeft(30)
                .setComplete(30)
                .setChain(300)
                .build();
    }

    private static TimelineEntries posts(long first, long last) {
        return entries(LongStream.rangeClosed(first, last).boxed().toList());
    }

    private static TimelineEntries newestFirst(long first, long last) {
        return entries(LongStream.rangeClosed(first, last)
                .boxed()
                .sorted(Comparator.reverseOrder())
                .toList());
    }

    private static TimelineEntries entries(List<Long> ids) {
        TimelineEntries.Builder entries = TimelineEntries.newBuilder().addAuthorIds("ann");
        ids.forEach(id -> entries.addPostIds(id).addAuthors(0));
        return entries.build();
    }

    private final class Kept implements LongTimelines.Blocks {
        @Override
        public List<Link> links(Timeline timeline, long left, int linksMax) {
            assertThat(timeline).isEqualTo(new Timeline(3, 7, 5));
            return kept.keySet().stream().filter(link -> link.left() <= left).toList();
        }

        @Override
        public TimelineEntries entries(Timeline timeline, Link link) {
            return Objects.requireNonNull(kept.get(link));
        }
    }
}
