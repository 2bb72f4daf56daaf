package dev.millrace.feed.serving;

import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.TimelineQuestion;
import dev.millrace.feed.topics.v1.TimelineView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Pages of a feed, newest first. They are merged from outboxes; a reader's timeline, if there is one, says whose can be
 * left out. The page is the same.
 */
final class FeedPages {
    /** So long a timeline is waited for; then the page is merged without. */
    private static final long TIMELINE_WITHIN_MILLIS = 100;
    /** A day before they may have left the log of pages, or what is known of hot authors. */
    private static final Duration KEPT_FOR_SURE = FeedTopics.TIMELINES_KEPT.minusDays(1);
    /** Entries asked for, by posts wanted: some are of authors who aren't followed any more. */
    private static final int ENTRIES_PER_POST = 3;

    private final Outboxes outboxes;
    private final ReaderTimelines timelines;
    private final Optional<LongTimelines> longTimelines;
    private final HotAuthors hot;
    private final Enrolments enrolments;
    private final int timelinesFrom;
    private final Predicate<String> closed;
    private final InstantSource clock;
    private final AwayTimelines away = new AwayTimelines();
    private final Counter fromTimelines;
    private final Counter fromLongTimelines;
    private final Counter fromOutboxes;
    private final Counter leftOut;

    /**
     * @param longTimelines empty if nothing is kept of what has left timelines
     * @param timelinesFrom readers of so many authors, themselves among them, have a timeline
     * @param closed whose posts nobody sees any more
     */
    FeedPages(
            Outboxes outboxes,
            ReaderTimelines timelines,
            Optional<LongTimelines> longTimelines,
            HotAuthors hot,
            Enrolments enrolments,
            int timelinesFrom,
            Predicate<String> closed,
            InstantSource clock,
            MeterRegistry metrics) {
        this.outboxes = outboxes;
        this.timelines = timelines;
        this.longTimelines = longTimelines;
        this.hot = hot;
        this.enrolments = enrolments;
        this.timelinesFrom = timelinesFrom;
        this.closed = closed;
        this.clock = clock;
        this.fromTimelines = counter(metrics, "timelines");
        this.fromLongTimelines = counter(metrics, "long-timelines");
        this.fromOutboxes = counter(metrics, "outboxes");
        this.leftOut = Counter.builder("millrace.feed.left.out")
                .description("authors who weren't asked for a page, as the reader's timeline said")
                .register(metrics);
    }

    private static Counter counter(MeterRegistry metrics, String from) {
        return Counter.builder("millrace.feed.pages")
                .description("pages of feeds, by whether the reader's timeline said whom to ask")
                .tag("from", from)
                .register(metrics);
    }

    /**
     * @param before only older posts; 0 is no bound
     * @param limit posts wanted; one more than a page tells whether there are more
     */
    Future<FeedPage> before(Following following, Asked asked, long before, int limit) {
        if (following.authors() < timelinesFrom || following.ordinal() == 0) {
            return merged(following, asked, before, limit);
        }
        enrolments.active(asked.caller(), following.ordinal());
        int posts = limit + limit / 2;
        int entriesMax = ENTRIES_PER_POST * limit;
        Candidates.Wanted wanted = new Candidates.Wanted(
                before, limit, posts, PostIds.firstOf(clock.millis() - KEPT_FOR_SURE.toMillis()), closed);
        return timeline(following, asked, before, entriesMax).compose(timeline -> {
            Optional<Candidates> here =
                    timeline.flatMap(view -> Candidates.of(view, entriesMax, following, hot, wanted));
            return ask(here, fromTimelines, following, asked, before, limit)
                    .compose(page -> page.isPresent()
                                    || timeline.filter(LongTimelines::goesOn).isEmpty()
                            ? Future.succeededFuture(page)
                            : older(timeline.get(), entriesMax, following, wanted)
                                    .compose(all -> ask(all, fromLongTimelines, following, asked, before, limit)))
                    .compose(page -> {
                        if (before == 0) {
                            timeline.filter(view -> page.isEmpty() || isBehind(view, following))
                                    .ifPresent(view -> enrolments.wanting(following, view, asked));
                        }
                        return page.map(Future::succeededFuture)
                                .orElseGet(() -> merged(following, asked, before, limit));
                    });
        });
    }

    /** By the timeline with what has left it; empty if that can't be had now. */
    private Future<Optional<Candidates>> older(
            TimelineView timeline, int entriesMax, Following following, Candidates.Wanted wanted) {
        int partition = following.position().getPartition();
        return longTimelines
                .map(kept -> kept.with(timeline, partition, following.ordinal(), wanted.before(), entriesMax)
                        .map(all -> Candidates.of(all, all.getEntries().getPostIdsCount() + 1, following, hot, wanted))
                        .otherwise(Optional.empty()))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Future<FeedPage> merged(Following following, Asked asked, long before, int limit) {
        fromOutboxes.increment();
        return FeedMerge.page(
                outboxes,
                Sought.all(closed, following.byPartition()),
                following.position(),
                asked,
                FeedBounds.before(before),
                limit);
    }

    /**
     * Empty if there are fewer posts in the range than are wanted: there may be more below it.
     *
     * @param pages counts those that were had
     */
    private Future<Optional<FeedPage>> ask(
            Optional<Candidates> candidates, Counter pages, Following following, Asked asked, long before, int limit) {
        if (candidates.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        Candidates chosen = candidates.get();
        return FeedMerge.page(
                        outboxes,
                        chosen.sought(),
                        following.position(),
                        asked,
                        new FeedBounds(before, Map.of(), chosen.after(), false),
                        limit)
                .map(page -> {
                    if (page.posts().size() < limit) {
                        return Optional.empty();
                    }
                    pages.increment();
                    leftOut.increment(chosen.others());
                    return Optional.of(page);
                });
    }

    /** Whether so many authors were followed since it was rebuilt that it leaves out few. */
    private static boolean isBehind(TimelineView timeline, Following following) {
        return following.bookVersion() - timeline.getBookVersion() > following.authors() / 2;
    }

    /** Empty if whoever holds it doesn't answer soon. */
    private Future<Optional<TimelineView>> timeline(Following following, Asked asked, long before, int entriesMax) {
        int partition = following.position().getPartition();
        if (away.isAway(partition, clock.millis())) {
            return Future.succeededFuture(Optional.empty());
        }
        TimelineQuestion question = TimelineQuestion.newBuilder()
                .setReaderOrdinal(following.ordinal())
                .setBefore(before)
                .setLimit(entriesMax)
                .build();
        return timelines
                .timeline(asked.caller(), question)
                .timeout(TIMELINE_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(answered -> away.answered(partition))
                .recover(failure -> {
                    away.wasLate(partition, clock.millis());
                    return Future.succeededFuture(Optional.empty());
                });
    }
}
