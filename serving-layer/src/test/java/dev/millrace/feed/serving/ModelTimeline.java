package dev.millrace.feed.serving;

import com.google.protobuf.ByteString;
import dev.millrace.feed.topics.PostIds;
import dev.millrace.feed.topics.v1.EvictedBlock;
import dev.millrace.feed.topics.v1.PushPost;
import dev.millrace.feed.topics.v1.PushedUpTo;
import dev.millrace.feed.topics.v1.PushingEnded;
import dev.millrace.feed.topics.v1.RebuildTimeline;
import dev.millrace.feed.topics.v1.TimelineEntries;
import dev.millrace.feed.topics.v1.TimelineQuestion;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.feed.topics.v1.TimelineView;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One reader's timeline as the contract says it is, small enough that its oldest entries leave often. */
final class ModelTimeline {
    /** The reader has to make room for another: what is in the contract a consequence of others' enrolments. */
    static final TimelineRecord FORGET = TimelineRecord.getDefaultInstance();

    private static final int ENTRIES_MAX = 40;
    private static final int EVICTED = 8;

    private final int ordinal;
    private final Consumer<EvictedBlock> evicted;
    private final long[] pushedUpTo = new long[ChangingOutboxes.PARTITIONS];
    private final long[] modeChanges = new long[ChangingOutboxes.PARTITIONS];
    private final long[] seen = new long[ChangingOutboxes.PARTITIONS];
    private final TreeMap<Long, String> entries = new TreeMap<>();
    private int enrolment;
    private long left;
    private long complete;
    private long bookVersion;
    private long ended;
    private long chain;

    /** @param evicted takes what leaves */
    ModelTimeline(int ordinal, Consumer<EvictedBlock> evicted) {
        this.ordinal = ordinal;
        this.evicted = evicted;
    }

    static TimelineRecord push(int ordinal, String author, long post) {
        return TimelineRecord.newBuilder()
                .setPushPost(PushPost.newBuilder()
                        .setAuthorId(author)
                        .setPostId(post)
                        .setReaders(ByteString.copyFrom(new byte[] {(byte) ordinal})))
                .build();
    }

    static TimelineRecord pushedUpTo(int partition, long post, long modeChange) {
        return TimelineRecord.newBuilder()
                .setPushedUpTo(PushedUpTo.newBuilder()
                        .setAuthorPartition(partition)
                        .setPostId(post)
                        .setNewestModeChange(modeChange))
                .build();
    }

    static TimelineRecord pushingEnded(int ordinal, long offset) {
        return TimelineRecord.newBuilder()
                .setPushingEnded(
                        PushingEnded.newBuilder().setReaderOrdinal(ordinal).setFollowsOffset(offset))
                .build();
    }

    void apply(TimelineRecord record) {
        switch (record.getKindCase()) {
            case PUSH_POST -> {
                long post = record.getPushPost().getPostId();
                int partition = PostIds.partitionOf(post);
                seen[partition] = Math.max(seen[partition], post);
                put(post, record.getPushPost().getAuthorId());
            }
            case ENROL_READER -> {
                if (enrolment == 0) {
                    enrolment = record.getEnrolReader().getEnrolment();
                }
            }
            case REBUILD_TIMELINE -> rebuild(record.getRebuildTimeline());
            case PUSHED_UP_TO -> {
                PushedUpTo upTo = record.getPushedUpTo();
                int partition = upTo.getAuthorPartition();
                pushedUpTo[partition] = Math.max(pushedUpTo[partition], upTo.getPostId());
                modeChanges[partition] = Math.max(modeChanges[partition], upTo.getNewestModeChange());
                seen[partition] = Math.max(seen[partition], upTo.getPostId());
            }
            case PUSHING_ENDED -> {
                if (enrolment != 0) {
                    ended = Math.max(ended, record.getPushingEnded().getFollowsOffset());
                }
            }
            case KIND_NOT_SET -> forget();
        }
    }

    private void rebuild(RebuildTimeline rebuild) {
        if (enrolment == 0 || rebuild.getEnrolment() != enrolment || rebuild.getReaderOrdinal() != ordinal) {
            return;
        }
        TimelineEntries older = rebuild.getEntries();
        for (int i = 0; i < older.getPostIdsCount(); i++) {
            put(older.getPostIds(i), older.getAuthorIds(older.getAuthors(i)));
        }
        complete = rebuild.getComplete();
        bookVersion = rebuild.getBookVersion();
    }

    private void put(long post, String author) {
        if (enrolment == 0) {
            return;
        }
        entries.put(post, author);
        if (entries.size() > ENTRIES_MAX) {
            evict();
        }
    }

    private void evict() {
        EvictedBlock.Builder block = EvictedBlock.newBuilder()
                .setReaderOrdinal(ordinal)
                .setEnrolment(enrolment)
                .setLeftBefore(left)
                .setChainBefore(chain);
        TimelineEntries.Builder some = TimelineEntries.newBuilder();
        for (int i = 0; i < EVICTED; i++) {
            Map.Entry<Long, String> oldest = entries.pollFirstEntry();
            left = Math.max(left, oldest.getKey());
            some.addPostIds(oldest.getKey()).addAuthors(i).addAuthorIds(oldest.getValue());
        }
        chain = Objects.hash(chain, some.getPostIdsList());
        evicted.accept(block.setEntries(some).setLeft(left).setChain(chain).build());
    }

    private void forget() {
        entries.clear();
        enrolment = 0;
        left = 0;
        complete = 0;
        bookVersion = 0;
        ended = 0;
        chain = 0;
    }

    TimelineView view(TimelineQuestion question) {
        if (enrolment == 0) {
            return TimelineView.getDefaultInstance();
        }
        TimelineEntries.Builder some = TimelineEntries.newBuilder();
        long before = question.getBefore() == 0 ? Long.MAX_VALUE : question.getBefore();
        for (Map.Entry<Long, String> entry :
                entries.headMap(before, false).descendingMap().entrySet()) {
            if (some.getPostIdsCount() == question.getLimit()) {
                break;
            }
            some.addAuthorIds(entry.getValue())
                    .addAuthors(some.getPostIdsCount())
                    .addPostIds(entry.getKey());
        }
        TimelineView.Builder view = TimelineView.newBuilder()
                .setEnrolled(true)
                .setEntries(some)
                .setComplete(Math.max(left, complete))
                .setEnrolment(enrolment)
                .setBookVersion(bookVersion)
                .setEndedOffset(ended)
                .setLeft(left)
                .setChain(chain)
                .setCompleteWithBlocks(complete);
        for (int p = 0; p < seen.length; p++) {
            view.addPushedUpTo(pushedUpTo[p]).addModeChanges(modeChanges[p]).addSeen(seen[p]);
        }
        return view.build();
    }
}
