package dev.millrace.feed.streams.timeline;

import dev.millrace.feed.topics.PostIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * The timelines of one partition with their authors' names, written by its stream thread and read by any. A post's page
 * of readers is written as one: nobody sees half of it.
 */
public final class PartitionTimelines {
    private final Timelines timelines;
    private final Authors authors = new Authors();
    /** What has come from each partition of authors. */
    private Came[] came = new Came[0];

    private final Lock reading;
    private final Lock writing;

    /** One entry of a reader's timeline, with the author's id. */
    public record Entry(long postId, String authorId) {}

    /**
     * What has come from a partition of authors.
     *
     * @param pushedUpTo every post up to this id has come
     * @param modeChange newest post that changed its author's mode by then
     * @param seen newest post of which anything has come, all of it or not
     */
    public record Came(long pushedUpTo, long modeChange, long seen) {
        private static final Came NOTHING = new Came(0, 0, 0);

        private Came upTo(long postId, long newestModeChange) {
            return new Came(
                    Math.max(pushedUpTo, postId), Math.max(modeChange, newestModeChange), Math.max(seen, postId));
        }
    }

    /**
     * Some of a reader's entries, newest first.
     *
     * @param came by partition of authors
     */
    public record Page(List<Entry> entries, Timelines.Head head, List<Came> came) {}

    /** A block that has left a full timeline, entries from old to new. */
    public record LeftBlock(int reader, EvictedBlocks.Link link, List<Entry> entries) {}

    /** @param readersMax how many readers have a timeline at most */
    public PartitionTimelines(int readersMax) {
        this.timelines = new Timelines(readersMax);
        ReadWriteLock lock = new ReentrantReadWriteLock();
        this.reading = lock.readLock();
        this.writing = lock.writeLock();
    }

    /**
     * Puts one post into the timelines of so many readers; returns how many have it now and didn't before.
     *
     * @param readers the first {@code count} of them
     * @param left takes what has to leave for it
     */
    public int push(String authorId, long postId, int[] readers, int count, Consumer<LeftBlock> left) {
        writing.lock();
        try {
            int partition = PostIds.partitionOf(postId);
            Came before = cameFrom(partition);
            if (postId > before.seen()) {
                came[partition] = new Came(before.pushedUpTo(), before.modeChange(), postId);
            }
            return timelines.insert(readers, count, postId, authors.number(authorId), taking(left));
        } finally {
            writing.unlock();
        }
    }

    /**
     * Gives a reader a timeline, or notes that the reader is active.
     *
     * @param enrolment tells the timeline from others the reader had, if it begins now
     */
    public void enrol(int reader, int enrolment) {
        writing.lock();
        try {
            timelines.enrol(reader, enrolment);
        } finally {
            writing.unlock();
        }
    }

    /**
     * Puts older posts into a timeline.
     *
     * @param enrolment the timeline meant; if the reader has another one or none, nothing happens
     * @param bookVersion version of the reader's list that they are of
     * @param complete with these the timeline has every post with a greater id by authors of that list
     * @param left takes what has to leave for them
     */
    public void rebuild(
            int reader, int enrolment, List<Entry> entries, long bookVersion, long complete, Consumer<LeftBlock> left) {
        writing.lock();
        try {
            if (timelines.enrolled(reader, enrolment)) {
                for (Entry entry : entries) {
                    int author = authors.number(entry.authorId());
                    timelines.insert(reader, entry.postId(), author, taking(left));
                }
                timelines.rebuilt(reader, bookVersion, complete);
            }
        } finally {
            writing.unlock();
        }
    }

    /** Says that some author's posts are no longer pushed to the reader. */
    public void pushingEnded(int reader, long followsOffset) {
        writing.lock();
        try {
            timelines.pushingEnded(reader, followsOffset);
        } finally {
            writing.unlock();
        }
    }

    /**
     * Says that every post of these authors' partition up to this id has come.
     *
     * @param modeChange newest post that changed its author's mode by then
     */
    public void pushedUpTo(int authorPartition, long postId, long modeChange) {
        writing.lock();
        try {
            Came before = cameFrom(authorPartition);
            came[authorPartition] = before.upTo(postId, modeChange);
        } finally {
            writing.unlock();
        }
    }

    /** By partition of authors, what has come from there. */
    List<Came> came() {
        reading.lock();
        try {
            return List.of(came);
        } finally {
            reading.unlock();
        }
    }

    /** As it was saved. */
    void restore(int authorPartition, Came saved) {
        writing.lock();
        try {
            cameFrom(authorPartition);
            came[authorPartition] = saved;
        } finally {
            writing.unlock();
        }
    }

    public void drop(int reader) {
        writing.lock();
        try {
            timelines.drop(reader);
        } finally {
            writing.unlock();
        }
    }

    /** The newest entries with lower ids than this; empty if the reader has no timeline here. */
    public Optional<Page> before(int reader, long before, int entriesMax) {
        List<Entry> entries = new ArrayList<>();
        reading.lock();
        try {
            return timelines
                    .before(
                            reader,
                            before,
                            entriesMax,
                            (postId, author) -> entries.add(new Entry(postId, authors.id(author))))
                    .map(head -> new Page(entries, head, List.of(came)));
        } finally {
            reading.unlock();
        }
    }

    public int readers() {
        reading.lock();
        try {
            return timelines.readers();
        } finally {
            reading.unlock();
        }
    }

    /** Bytes of the timelines, without the authors' names. */
    public long bytes() {
        reading.lock();
        try {
            return timelines.bytes();
        } finally {
            reading.unlock();
        }
    }

    /** Who is enrolled, from the least to the most recently active. */
    int[] byActivity() {
        reading.lock();
        try {
            return timelines.byActivity();
        } finally {
            reading.unlock();
        }
    }

    /** Sees the timelines of these readers as of one moment; who has none any more is passed over. */
    void visit(int[] readers, int from, int to, Timelines.Visitor visitor) {
        // Writing: a visit uses the scratch that inserts use.
        writing.lock();
        try {
            for (int i = from; i < to; i++) {
                timelines.visit(readers[i], visitor);
            }
        } finally {
            writing.unlock();
        }
    }

    /** All authors so far, in the order of their numbers. */
    List<String> authors() {
        reading.lock();
        try {
            return authors.all();
        } finally {
            reading.unlock();
        }
    }

    /** Takes one timeline back that was saved, entries from old to new. */
    void restore(int reader, Timelines.Head head, List<Entry> entries) {
        writing.lock();
        try {
            timelines.restore(reader, head);
            for (Entry entry : entries) {
                timelines.insert(reader, entry.postId(), authors.number(entry.authorId()), EvictedBlocks.NOWHERE);
            }
        } finally {
            writing.unlock();
        }
    }

    /** What has come from there; there is room for more of it then. */
    private Came cameFrom(int partition) {
        if (partition >= came.length) {
            int known = came.length;
            came = Arrays.copyOf(came, partition + 1);
            Arrays.fill(came, known, came.length, Came.NOTHING);
        }
        return came[partition];
    }

    private EvictedBlocks taking(Consumer<LeftBlock> left) {
        return (reader, link, postIds, numbers) -> left.accept(new LeftBlock(reader, link, named(postIds, numbers)));
    }

    private List<Entry> named(long[] postIds, int[] numbers) {
        List<Entry> entries = new ArrayList<>(postIds.length);
        for (int i = 0; i < postIds.length; i++) {
            entries.add(new Entry(postIds[i], authors.id(numbers[i])));
        }
        return entries;
    }
}
