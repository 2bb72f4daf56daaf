package dev.millrace.feed.serving;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.feed.topics.FeedQueries;
import dev.millrace.feed.topics.v1.EnrolReader;
import dev.millrace.feed.topics.v1.Post;
import dev.millrace.feed.topics.v1.RebuildTimeline;
import dev.millrace.feed.topics.v1.TimelineEntries;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.feed.topics.v1.TimelineView;
import dev.millrace.topics.v1.Position;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives readers who come timelines, and fills these with what was posted before: first a reader is enrolled, then the
 * timeline is rebuilt once, when what is pushed comes in already. Nobody waits for it.
 */
final class Enrolments {
    private static final Logger LOG = LoggerFactory.getLogger(Enrolments.class);
    /** Whoever comes is said to be active so often. */
    private static final Duration ENROLLED_EVERY = Duration.ofHours(1);
    /** A rebuild reads the whole list of the reader: it isn't done for every author who is followed. */
    private static final Duration REBUILT_EVERY = Duration.ofMinutes(10);
    /** After one that couldn't be done, for what has to be seen wasn't yet. */
    private static final Duration TRIED_EVERY = Duration.ofSeconds(1);

    private static final int READERS_KEPT_MAX = 100_000;

    private final Outboxes outboxes;
    private final TimelineLog log;
    private final Predicate<String> closed;
    private final Cache<String, Boolean> enrolled;
    /** Which timeline of a reader was rebuilt. */
    private final Cache<String, Integer> rebuilt;

    private final Cache<String, Boolean> tried;

    /** Where timelines are told what is in them. */
    @FunctionalInterface
    interface TimelineLog {
        /** Completes once it is written to the partition of that reader's timeline. */
        CompletionStage<Position> write(String readerId, TimelineRecord record);
    }

    /** @param closed whose posts nobody sees any more */
    Enrolments(Outboxes outboxes, TimelineLog log, Predicate<String> closed, Ticker time) {
        this.outboxes = outboxes;
        this.log = log;
        this.closed = closed;
        this.enrolled = remembered(ENROLLED_EVERY, time);
        this.rebuilt = remembered(REBUILT_EVERY, time);
        this.tried = remembered(TRIED_EVERY, time);
    }

    private static <T> Cache<String, T> remembered(Duration forSoLong, Ticker time) {
        return Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(READERS_KEPT_MAX)
                .expireAfterWrite(forSoLong)
                .ticker(time)
                .build();
    }

    /** The reader has come, and gets a timeline or keeps the one there is. */
    void active(String readerId, int ordinal) {
        if (enrolled.asMap().putIfAbsent(readerId, true) != null) {
            return;
        }
        int enrolment = 1 + ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
        send(
                readerId,
                TimelineRecord.newBuilder()
                        .setEnrolReader(EnrolReader.newBuilder()
                                .setReaderOrdinal(ordinal)
                                .setEnrolment(enrolment))
                        .build(),
                enrolled);
    }

    /**
     * The reader's page couldn't be had from the timeline, or hardly.
     *
     * @param timeline asked for before this: what was seen there has to be seen by the merge
     */
    void wanting(Following following, TimelineView timeline, Asked asked) {
        String readerId = asked.caller();
        Integer done = rebuilt.getIfPresent(readerId);
        boolean isDone = done != null && done == timeline.getEnrolment();
        if (!timeline.getEnrolled()
                || isDone
                || !following.acknowledgement().whole()
                || tried.asMap().putIfAbsent(readerId, true) != null) {
            return;
        }
        FeedMerge.page(
                        outboxes,
                        // Who is hidden may be seen again, and that changes no edge.
                        Sought.all(closed, following.byPartition(), following.hidden()),
                        following.position(),
                        asked.ofAnyTime(),
                        // A page as of a moment before a deletion has the post still, and a standby may answer as of
                        // one.
                        FeedBounds.newestAndDeleted(),
                        FeedQueries.POSTS_MAX)
                .onSuccess(page -> {
                    if (seesAllBefore(page, following, timeline)) {
                        rebuilt.put(readerId, timeline.getEnrolment());
                        send(readerId, rebuild(following, timeline, page.posts()), rebuilt);
                    }
                })
                .onFailure(failure ->
                        LOG.atDebug().addKeyValue("error", failure.getMessage()).log("a timeline isn't rebuilt now"));
    }

    /** Whether every post that isn't in the page is pushed into this timeline: it is newer than all that was seen here. */
    private static boolean seesAllBefore(FeedPage page, Following following, TimelineView timeline) {
        return page.newest().entrySet().stream().allMatch(newest -> {
            int partition = newest.getKey();
            long seen = partition < timeline.getSeenCount() ? timeline.getSeen(partition) : 0;
            long acknowledged = following.acknowledgement().upTo().getOrDefault(partition, 0L);
            // An edge may be acknowledged by 1, before the first post.
            return newest.getValue() >= Math.max(seen, acknowledged == 1 ? 0 : acknowledged);
        });
    }

    private static TimelineRecord rebuild(Following following, TimelineView timeline, List<Post> posts) {
        TimelineEntries.Builder entries = TimelineEntries.newBuilder();
        Map<String, Integer> places = new HashMap<>();
        for (Post post : posts) {
            Integer place = places.putIfAbsent(post.getAuthorId(), places.size());
            if (place == null) {
                entries.addAuthorIds(post.getAuthorId());
            }
            entries.addPostIds(post.getPostId()).addAuthors(place == null ? places.size() - 1 : place);
        }
        boolean all = posts.size() < FeedQueries.POSTS_MAX;
        return TimelineRecord.newBuilder()
                .setRebuildTimeline(RebuildTimeline.newBuilder()
                        .setReaderOrdinal(following.ordinal())
                        .setEnrolment(timeline.getEnrolment())
                        .setBookVersion(following.bookVersion())
                        .setEntries(entries)
                        .setComplete(all ? 0 : posts.get(posts.size() - 1).getPostId() - 1))
                .build();
    }

    /** @param noted forgets the reader if it can't be sent: the next time the reader comes it is tried again */
    private void send(String readerId, TimelineRecord record, Cache<String, ?> noted) {
        log.write(readerId, record).whenComplete((position, failure) -> {
            if (failure != null) {
                noted.invalidate(readerId);
                LOG.atDebug().addKeyValue("error", failure.getMessage()).log("a timeline record wasn't written");
            }
        });
    }
}
