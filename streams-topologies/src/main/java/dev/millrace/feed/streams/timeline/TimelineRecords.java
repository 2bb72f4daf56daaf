package dev.millrace.feed.streams.timeline;

import dev.millrace.feed.rules.fanout.AudiencePage;
import dev.millrace.feed.topics.FeedTopics;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.TimelineEntries;
import dev.millrace.feed.topics.v1.TimelineRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads page records, and refuses as unreadable what no timeline could take. */
final class TimelineRecords implements Deserializer<TimelineRecord> {
    private final Deserializer<TimelineRecord> wire =
            FeedTopics.TIMELINE_PAGES.values().deserializer();
    private final int[] readers = new int[AudiencePage.READERS_MAX];

    @Override
    public TimelineRecord deserialize(String topic, byte @Nullable [] bytes) {
        TimelineRecord record = bytes == null ? null : wire.deserialize(topic, bytes);
        if (record == null) {
            throw new SerializationException(topic + ": no value (expected: a page record)");
        }
        try {
            require(record);
        } catch (IllegalArgumentException e) {
            throw new SerializationException(topic + ": " + e.getMessage(), e);
        }
        return record;
    }

    private void require(TimelineRecord record) {
        switch (record.getKindCase()) {
            case PUSH_POST -> {
                requirePost(record.getPushPost().getPostId());
                AudiencePage.decode(record.getPushPost().getReaders().toByteArray(), readers);
            }
            case ENROL_READER -> requireReader(record.getEnrolReader().getReaderOrdinal());
            case REBUILD_TIMELINE -> {
                requireReader(record.getRebuildTimeline().getReaderOrdinal());
                requireEntries(record.getRebuildTimeline().getEntries());
            }
            case PUSHED_UP_TO -> requirePartition(record.getPushedUpTo().getAuthorPartition());
            case PUSHING_ENDED -> requireReader(record.getPushingEnded().getReaderOrdinal());
            case KIND_NOT_SET -> throw new IllegalArgumentException("page record of an unknown kind");
        }
    }

    private static void requireEntries(TimelineEntries entries) {
        if (entries.getPostIdsCount() != entries.getAuthorsCount()
                || entries.getPostIdsCount() > Timelines.ENTRIES_MAX) {
            throw new IllegalArgumentException("entries: " + entries.getPostIdsCount() + " posts, "
                    + entries.getAuthorsCount() + " authors (expected: as many, at most " + Timelines.ENTRIES_MAX
                    + ")");
        }
        entries.getPostIdsList().forEach(TimelineRecords::requirePost);
        entries.getAuthorsList().forEach(author -> {
            if (author < 0 || author >= entries.getAuthorIdsCount()) {
                throw new IllegalArgumentException(
                        "author: " + author + " (expected: below " + entries.getAuthorIdsCount() + ")");
            }
        });
    }

    private static void requirePost(long postId) {
        if (postId < 1) {
            throw new IllegalArgumentException("post id: " + postId + " (expected: more than 0)");
        }
    }

    private static void requirePartition(int partition) {
        if (partition < 0 || partition >= PostIds.PARTITIONS_MAX) {
            throw new IllegalArgumentException(
                    "partition: " + partition + " (expected: 0.." + (PostIds.PARTITIONS_MAX - 1) + ")");
        }
    }

    private static void requireReader(int ordinal) {
        if (ordinal < 0) {
            throw new IllegalArgumentException("reader: " + ordinal + " (expected: at least 0)");
        }
    }
}
