package dev.millrace.feed.streams.timeline;

import java.util.Optional;

/**
 * The timelines of one partition's readers: for each who is enrolled the newest 800 posts pushed, at most, in the order
 * of their ids. An insert is repeatable and takes late posts to their place. At most so many readers are enrolled; the
 * one who was active least recently makes room. One thread at a time.
 */
public final class Timelines {
    /** A timeline's cap: docs/decisions/0016. */
    public static final int ENTRIES_MAX = 800;

    /** What leaves a full timeline at once: one row of the long timeline. */
    public static final int EVICTED = 128;

    private static final int EVICTED_BLOCKS = EVICTED / EntryBlocks.ENTRIES;
    private static final int AT_MASK = EntryBlocks.ENTRIES - 1;
    /** Odd, with its bits spread: of SplitMix64. */
    private static final long CHAIN_FACTOR = 0xbf58_476d_1ce4_e5b9L;

    private final int readersMax;
    private final EntryBlocks blocks = new EntryBlocks();
    private final ReaderSlots slots = new ReaderSlots();
    /** Scratch: the blocks passed on the way to a late post's place, newest first. */
    private final int[] passed = new int[ENTRIES_MAX / EntryBlocks.ENTRIES + 1];

    public Timelines(int readersMax) {
        if (readersMax < 1) {
            throw new IllegalArgumentException("readersMax: " + readersMax + " (expected: at least 1)");
        }
        this.readersMax = readersMax;
    }

    /**
     * The fixed part of a reader's timeline.
     *
     * @param enrolment tells it from others the reader had
     * @param complete posts with greater ids of authors of that list, as far as they are pushed, are all here or have
     *     left since; others came before
     * @param bookVersion version of the reader's list; 0 while nothing is known to be complete
     * @param endedOffset of the newest command after which some author's posts were no longer pushed
     * @param left newest post that has left for want of room; 0 if none has
     * @param chain {@link EvictedBlocks.Link#chain} of the block that left last; 0 if none has
     */
    public record Head(int enrolment, long complete, long bookVersion, long endedOffset, long left, long chain) {
        /** Posts with greater ids are all here. */
        public long completeHere() {
            return Math.max(left, complete);
        }
    }

    /**
     * Gives a reader a timeline, or notes that one who has it is active.
     *
     * @param enrolment tells the timeline from others the reader had, if it begins now
     * @return the reader who had to go for it, or -1
     */
    public int enrol(int reader, int enrolment) {
        if (reader < 0) {
            throw new IllegalArgumentException("reader: " + reader + " (expected: at least 0)");
        }
        int slot = slots.of(reader);
        if (slot != ReaderSlots.NONE) {
            slots.active(slot);
            return -1;
        }
        int gone = -1;
        if (slots.count() == readersMax) {
            gone = slots.reader(slots.leastActive());
            drop(gone);
        }
        slots.take(reader, enrolment);
        return gone;
    }

    /** Takes a reader's timeline away; nothing happens to one who has none. */
    public void drop(int reader) {
        int slot = slots.of(reader);
        if (slot == ReaderSlots.NONE) {
            return;
        }
        int block = slots.block(slot);
        while (block != EntryBlocks.NONE) {
            int older = blocks.older(block);
            blocks.giveBack(block);
            block = older;
        }
        slots.giveBack(slot);
    }

    /**
     * Puts a post into the timelines of these readers; those who aren't enrolled are passed over.
     *
     * @param readers the first {@code count} of them
     * @return how many timelines have it now and didn't before
     */
    public int insert(int[] readers, int count, long postId, int author, EvictedBlocks evicted) {
        requirePost(postId);
        int inserted = 0;
        for (int i = 0; i < count; i++) {
            int slot = slots.of(readers[i]);
            if (slot != ReaderSlots.NONE && insertAt(slot, postId, author, evicted)) {
                inserted++;
            }
        }
        return inserted;
    }

    public boolean insert(int reader, long postId, int author, EvictedBlocks evicted) {
        requirePost(postId);
        int slot = slots.of(reader);
        return slot != ReaderSlots.NONE && insertAt(slot, postId, author, evicted);
    }

    /** Whether the reader has that timeline, and not another one or none. */
    public boolean enrolled(int reader, int enrolment) {
        int slot = slots.of(reader);
        return slot != ReaderSlots.NONE && slots.enrolment(slot) == enrolment;
    }

    /**
     * Says that the posts with greater ids than this one by authors of a list were put in from elsewhere, so that the
     * timeline is complete from there. What has left for want of room isn't here all the same.
     */
    public void rebuilt(int reader, long bookVersion, long complete) {
        int slot = slots.of(reader);
        if (slot != ReaderSlots.NONE) {
            slots.complete(slot, bookVersion, complete);
        }
    }

    /** Some author's posts are no longer pushed to the reader. */
    public void pushingEnded(int reader, long followsOffset) {
        int slot = slots.of(reader);
        if (slot != ReaderSlots.NONE && followsOffset > slots.ended(slot)) {
            slots.ended(slot, followsOffset);
        }
    }

    /**
     * Gives the newest entries with lower ids than this, newest first.
     *
     * @param before {@link Long#MAX_VALUE} for the very newest
     * @return the rest of the timeline, or empty if the reader has none here
     */
    public Optional<Head> before(int reader, long before, int entriesMax, EntryTaker taker) {
        int slot = slots.of(reader);
        if (slot == ReaderSlots.NONE) {
            return Optional.empty();
        }
        int room = entriesMax;
        int fill = lastFill(slots.entries(slot));
        for (int block = slots.block(slot);
                block != EntryBlocks.NONE && room > 0;
                block = blocks.older(block), fill = EntryBlocks.ENTRIES) {
            for (int at = lower(block, fill, before) - 1; at >= 0 && room > 0; at--, room--) {
                taker.entry(blocks.postId(block, at), blocks.author(block, at));
            }
        }
        return Optional.of(head(slot));
    }

    public int readers() {
        return slots.count();
    }

    /** Bytes that the timelines take, with what is kept free for the next ones. */
    public long bytes() {
        return blocks.bytes() + slots.bytes();
    }

    /** Who is enrolled, from the least to the most recently active. */
    int[] byActivity() {
        int[] readers = new int[slots.count()];
        int found = 0;
        for (int slot = slots.leastActive(); slot != ReaderSlots.NONE; slot = slots.moreActive(slot)) {
            readers[found++] = slots.reader(slot);
        }
        return readers;
    }

    /** Sees one timeline whole, entries from old to new; nothing if the reader has none. */
    void visit(int reader, Visitor visitor) {
        int slot = slots.of(reader);
        if (slot == ReaderSlots.NONE) {
            return;
        }
        int entries = slots.entries(slot);
        visitor.timeline(reader, head(slot));
        int chain = 0;
        for (int block = slots.block(slot); block != EntryBlocks.NONE; block = blocks.older(block)) {
            passed[chain++] = block;
        }
        for (int i = 0; i < entries; i++) {
            int block = passed[chain - 1 - i / EntryBlocks.ENTRIES];
            visitor.entry(blocks.postId(block, i & AT_MASK), blocks.author(block, i & AT_MASK));
        }
    }

    /** As one that was saved; its entries follow, as inserts. */
    void restore(int reader, Head head) {
        enrol(reader, head.enrolment());
        int slot = slots.of(reader);
        slots.left(slot, head.left(), head.chain());
        slots.complete(slot, head.bookVersion(), head.complete());
        slots.ended(slot, head.endedOffset());
    }

    /** Takes entries one by one. */
    @FunctionalInterface
    public interface EntryTaker {
        /** @param author the author's number in this partition */
        void entry(long postId, int author);
    }

    /** Takes whole timelines: the fixed part, then entries from old to new. */
    interface Visitor extends EntryTaker {
        void timeline(int reader, Head head);
    }

    private static void requirePost(long postId) {
        if (postId < 1) {
            throw new IllegalArgumentException("post id: " + postId + " (expected: more than 0)");
        }
    }

    private boolean insertAt(int slot, long postId, int author, EvictedBlocks evicted) {
        if (postId <= slots.newest(slot)) {
            return insertLate(slot, postId, author, evicted);
        }
        int entries = slots.entries(slot);
        int at = entries & AT_MASK;
        if (at == 0) {
            return insertIntoNewBlock(slot, postId, author, evicted);
        }
        int block = slots.block(slot);
        blocks.put(block, at, postId, author);
        slots.block(slot, block, entries + 1);
        slots.newest(slot, postId);
        return true;
    }

    private boolean insertIntoNewBlock(int slot, long postId, int author, EvictedBlocks evicted) {
        if (slots.entries(slot) == ENTRIES_MAX) {
            evict(slot, evicted);
        }
        int block = blocks.take(slots.block(slot));
        blocks.put(block, 0, postId, author);
        slots.block(slot, block, slots.entries(slot) + 1);
        slots.newest(slot, postId);
        return true;
    }

    /** The post isn't newer than all that are here: it is one of them, or goes between them. */
    private boolean insertLate(int slot, long postId, int author, EvictedBlocks evicted) {
        int depth = 0;
        int block = slots.block(slot);
        int fill = lastFill(slots.entries(slot));
        passed[0] = block;
        while (postId < blocks.postId(block, 0) && blocks.older(block) != EntryBlocks.NONE) {
            block = blocks.older(block);
            fill = EntryBlocks.ENTRIES;
            passed[++depth] = block;
        }
        int at = lower(block, fill, postId);
        if (at < fill && blocks.postId(block, at) == postId) {
            return false;
        }
        if (slots.entries(slot) == ENTRIES_MAX) {
            evict(slot, evicted);
            return insertAt(slot, postId, author, evicted);
        }
        shiftIn(slot, depth, at, postId, author);
        return true;
    }

    /** Into that place of the deepest block passed; what falls out at its end goes to the front of the next newer. */
    private void shiftIn(int slot, int depth, int at, long postId, int author) {
        int entries = slots.entries(slot);
        long carriedPost = postId;
        int carriedAuthor = author;
        int into = at;
        for (int d = depth; d >= 0; d--) {
            int block = passed[d];
            int fill = d == 0 ? lastFill(entries) : EntryBlocks.ENTRIES;
            if (into == EntryBlocks.ENTRIES) {
                // Newer than all of a full block: it belongs to the front of the next.
                into = 0;
                continue;
            }
            boolean full = fill == EntryBlocks.ENTRIES;
            long fallenPost = full ? blocks.postId(block, fill - 1) : 0;
            int fallenAuthor = full ? blocks.author(block, fill - 1) : 0;
            blocks.makeRoom(block, into, full ? fill - 1 : fill);
            blocks.put(block, into, carriedPost, carriedAuthor);
            if (!full) {
                slots.block(slot, slots.block(slot), entries + 1);
                return;
            }
            carriedPost = fallenPost;
            carriedAuthor = fallenAuthor;
            into = 0;
        }
        int newBlock = blocks.take(slots.block(slot));
        blocks.put(newBlock, 0, carriedPost, carriedAuthor);
        slots.block(slot, newBlock, entries + 1);
    }

    /** Of a full timeline the four oldest blocks leave. */
    private void evict(int slot, EvictedBlocks evicted) {
        int keep = ENTRIES_MAX / EntryBlocks.ENTRIES - EVICTED_BLOCKS;
        int last = slots.block(slot);
        for (int i = 1; i < keep; i++) {
            last = blocks.older(last);
        }
        long[] postIds = new long[EVICTED];
        int[] authors = new int[EVICTED];
        int to = EVICTED;
        int block = blocks.older(last);
        blocks.follow(last, EntryBlocks.NONE);
        while (block != EntryBlocks.NONE) {
            for (int at = EntryBlocks.ENTRIES - 1; at >= 0; at--) {
                postIds[--to] = blocks.postId(block, at);
                authors[to] = blocks.author(block, at);
            }
            int older = blocks.older(block);
            blocks.giveBack(block);
            block = older;
        }
        slots.block(slot, slots.block(slot), ENTRIES_MAX - EVICTED);
        long leftBefore = slots.left(slot);
        long chainBefore = slots.chain(slot);
        long left = Math.max(leftBefore, postIds[EVICTED - 1]);
        long chain = chain(chainBefore, postIds);
        slots.left(slot, left, chain);
        evicted.left(
                slots.reader(slot),
                new EvictedBlocks.Link(slots.enrolment(slot), left, chain, leftBefore, chainBefore),
                postIds,
                authors);
    }

    /** Differs for whatever differs in these posts or before them; is the same on every machine. */
    private static long chain(long before, long[] postIds) {
        long chain = before;
        for (long postId : postIds) {
            chain = (Long.rotateLeft(chain, 27) ^ postId) * CHAIN_FACTOR;
        }
        return chain == 0 ? 1 : chain;
    }

    private Head head(int slot) {
        return new Head(
                slots.enrolment(slot),
                slots.complete(slot),
                slots.bookVersion(slot),
                slots.ended(slot),
                slots.left(slot),
                slots.chain(slot));
    }

    /** How many of the block's first entries have a lower id. */
    private int lower(int block, int fill, long postId) {
        int from = 0;
        int to = fill;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (blocks.postId(block, middle) < postId) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** Entries in the newest block of a timeline with so many; all others are full. */
    private static int lastFill(int entries) {
        return entries == 0 ? 0 : ((entries - 1) & AT_MASK) + 1;
    }
}
