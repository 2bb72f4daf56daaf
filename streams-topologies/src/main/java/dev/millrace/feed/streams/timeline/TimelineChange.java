package dev.millrace.feed.streams.timeline;

import dev.millrace.feed.rules.fanout.AudiencePage;
import dev.millrace.feed.streams.timeline.PartitionTimelines.LeftBlock;
import dev.millrace.feed.topics.v1.PushPost;
import dev.millrace.feed.topics.v1.PushedUpTo;
import dev.millrace.feed.topics.v1.RebuildTimeline;
import dev.millrace.feed.topics.v1.TimelineRecord;
import java.util.function.Consumer;

/** What one page record does to the timelines of its partition. */
record TimelineChange(TimelineRecord record) {
    static TimelineChange of(TimelineRecord record) {
        return new TimelineChange(record);
    }

    /**
     * Returns how many timelines got a post.
     *
     * @param left takes what has to leave for it
     */
    int applyTo(PartitionTimelines timelines, Consumer<LeftBlock> left) {
        return switch (record.getKindCase()) {
            case PUSH_POST -> push(timelines, record.getPushPost(), left);
            case ENROL_READER -> {
                timelines.enrol(
                        record.getEnrolReader().getReaderOrdinal(),
                        record.getEnrolReader().getEnrolment());
                yield 0;
            }
            case REBUILD_TIMELINE -> {
                rebuild(timelines, record.getRebuildTimeline(), left);
                yield 0;
            }
            case PUSHED_UP_TO -> {
                PushedUpTo upTo = record.getPushedUpTo();
                timelines.pushedUpTo(upTo.getAuthorPartition(), upTo.getPostId(), upTo.getNewestModeChange());
                yield 0;
            }
            case PUSHING_ENDED -> {
                timelines.pushingEnded(
                        record.getPushingEnded().getReaderOrdinal(),
                        record.getPushingEnded().getFollowsOffset());
                yield 0;
            }
            case KIND_NOT_SET -> throw new IllegalStateException("page record of an unknown kind");
        };
    }

    private static int push(PartitionTimelines timelines, PushPost push, Consumer<LeftBlock> left) {
        int[] readers = new int[AudiencePage.READERS_MAX];
        int count = AudiencePage.decode(push.getReaders().toByteArray(), readers);
        return timelines.push(push.getAuthorId(), push.getPostId(), readers, count, left);
    }

    private static void rebuild(PartitionTimelines timelines, RebuildTimeline rebuild, Consumer<LeftBlock> left) {
        timelines.rebuild(
                rebuild.getReaderOrdinal(),
                rebuild.getEnrolment(),
                TimelineViews.entries(rebuild.getEntries()),
                rebuild.getBookVersion(),
                rebuild.getComplete(),
                left);
    }
}
