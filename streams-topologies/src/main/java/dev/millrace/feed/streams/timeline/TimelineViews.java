package dev.millrace.feed.streams.timeline;

import dev.millrace.feed.streams.timeline.PartitionTimelines.Entry;
import dev.millrace.feed.topics.v1.EvictedBlock;
import dev.millrace.feed.topics.v1.TimelineEntries;
import dev.millrace.feed.topics.v1.TimelineQuestion;
import dev.millrace.feed.topics.v1.TimelineView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Timelines as they are written and answered. */
final class TimelineViews {
    private TimelineViews() {}

    static TimelineView view(PartitionTimelines timelines, TimelineQuestion question) {
        long before = question.getBefore() == 0 ? Long.MAX_VALUE : question.getBefore();
        return timelines
                .before(question.getReaderOrdinal(), before, Math.min(question.getLimit(), Timelines.ENTRIES_MAX))
                .map(TimelineViews::view)
                .orElseGet(TimelineView::getDefaultInstance);
    }

    private static TimelineView view(PartitionTimelines.Page page) {
        TimelineView.Builder view = TimelineView.newBuilder()
                .setEnrolled(true)
                .setEntries(entries(page.entries()))
                .setEnrolment(page.head().enrolment())
                .setComplete(page.head().completeHere())
                .setBookVersion(page.head().bookVersion())
                .setEndedOffset(page.head().endedOffset())
                .setLeft(page.head().left())
                .setChain(page.head().chain())
                .setCompleteWithBlocks(page.head().complete());
        for (PartitionTimelines.Came came : page.came()) {
            view.addPushedUpTo(came.pushedUpTo())
                    .addModeChanges(came.modeChange())
                    .addSeen(came.seen());
        }
        return view.build();
    }

    static EvictedBlock evicted(int partition, PartitionTimelines.LeftBlock left) {
        return EvictedBlock.newBuilder()
                .setReaderPartition(partition)
                .setReaderOrdinal(left.reader())
                .setEntries(entries(left.entries()))
                .setEnrolment(left.link().enrolment())
                .setLeft(left.link().left())
                .setChain(left.link().chain())
                .setLeftBefore(left.link().leftBefore())
                .setChainBefore(left.link().chainBefore())
                .build();
    }

    static List<Entry> entries(TimelineEntries message) {
        List<Entry> entries = new ArrayList<>(message.getPostIdsCount());
        for (int i = 0; i < message.getPostIdsCount(); i++) {
            entries.add(new Entry(message.getPostIds(i), message.getAuthorIds(message.getAuthors(i))));
        }
        return entries;
    }

    private static TimelineEntries entries(List<Entry> entries) {
        Map<String, Integer> places = new HashMap<>();
        TimelineEntries.Builder message = TimelineEntries.newBuilder();
        for (Entry entry : entries) {
            Integer place = places.get(entry.authorId());
            if (place == null) {
                place = places.size();
                places.put(entry.authorId(), place);
                message.addAuthorIds(entry.authorId());
            }
            message.addPostIds(entry.postId()).addAuthors(place);
        }
        return message.build();
    }
}
