package dev.millrace.feed.serving;

import dev.millrace.feed.topics.v1.TimelineEntries;
import dev.millrace.feed.topics.v1.TimelineView;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * What has left full timelines, for pages older than these reach. A timeline names the block that left it last, and each
 * block the one before: blocks are believed as far as that chain goes without a gap, so one that isn't written yet, has
 * expired, or left in another life of the owner's process is never taken for all there was.
 */
final class LongTimelines {
    /** Blocks passed on the way to a page; 128 entries each. Who goes further has everybody asked. */
    static final int LINKS_MAX = 256;

    private final Blocks blocks;
    private final Function<Callable<TimelineView>, Future<TimelineView>> work;

    /** A timeline there is or was. */
    record Timeline(int partition, int reader, int enrolment) {}

    /**
     * A block without its entries.
     *
     * @param left newest post that had left the timeline with it
     * @param chain its name
     * @param leftBefore the same of the block before, 0 if there is none
     * @param oldest the smallest post id in it
     */
    record Link(long left, long chain, long leftBefore, long chainBefore, long oldest) {}

    /** Where blocks are kept. */
    interface Blocks {
        /** Those that left with this post or before, the newest first; some may belong to no chain. */
        List<Link> links(Timeline timeline, long left, int linksMax);

        TimelineEntries entries(Timeline timeline, Link link);
    }

    /** @param work makes calls that block */
    LongTimelines(Blocks blocks, Function<Callable<TimelineView>, Future<TimelineView>> work) {
        this.blocks = blocks;
        this.work = work;
    }

    /** Whether there is more of a timeline than its owner has. */
    static boolean goesOn(TimelineView timeline) {
        return timeline.getChain() != 0 && timeline.getCompleteWithBlocks() < timeline.getLeft();
    }

    /**
     * The timeline with what has left it put back, as far as a page needs: complete from an older post on, if the blocks
     * are there. Fails if they can't be read.
     *
     * @param timeline as it answered about posts before that one
     * @param before only posts with smaller ids; 0 is no bound
     * @param entriesMax as many entries were asked for, and are wanted
     */
    Future<TimelineView> with(TimelineView timeline, int partition, int reader, long before, int entriesMax) {
        Timeline named = new Timeline(partition, reader, timeline.getEnrolment());
        long end = before == 0 ? Long.MAX_VALUE : before;
        return work.apply(() -> {
            Map<Long, Link> byChain = new HashMap<>();
            blocks.links(named, timeline.getLeft(), LINKS_MAX).forEach(link -> byChain.put(link.chain(), link));
            TreeMap<Long, String> entries = new TreeMap<>(Collections.reverseOrder());
            put(timeline.getEntries(), end, entries);
            long chain = timeline.getChain();
            long complete = timeline.getLeft();
            // Only what left when all was older than the page's end counts: before that, the chain says nothing below
            // it.
            for (int older = 0; older < entriesMax && byChain.containsKey(chain); ) {
                Link link = byChain.get(chain);
                if (link.oldest() < end) {
                    int put = put(blocks.entries(named, link), end, entries);
                    older += link.left() < end ? put : 0;
                }
                chain = link.chainBefore();
                complete = link.leftBefore();
            }
            return with(timeline, entries, Math.max(complete, lowest(timeline, entriesMax)));
        });
    }

    /** Its owner may have more entries below the last one it told, if it told as many as it was asked for. */
    private static long lowest(TimelineView timeline, int entriesMax) {
        int told = timeline.getEntries().getPostIdsCount();
        return told < entriesMax ? 0 : timeline.getEntries().getPostIds(told - 1) - 1;
    }

    /** Returns how many of them are before the end. */
    private static int put(TimelineEntries some, long end, Map<Long, String> entries) {
        int before = 0;
        for (int i = 0; i < some.getPostIdsCount(); i++) {
            if (some.getPostIds(i) < end) {
                entries.put(some.getPostIds(i), some.getAuthorIds(some.getAuthors(i)));
                before++;
            }
        }
        return before;
    }

    private static TimelineView with(TimelineView timeline, Map<Long, String> entries, long complete) {
        List<String> authors = new ArrayList<>(entries.values());
        TimelineEntries.Builder all =
                TimelineEntries.newBuilder().addAllPostIds(entries.keySet()).addAllAuthorIds(authors);
        for (int i = 0; i < authors.size(); i++) {
            all.addAuthors(i);
        }
        return timeline.toBuilder()
                .setEntries(all)
                .setComplete(Math.max(complete, timeline.getCompleteWithBlocks()))
                .build();
    }
}
