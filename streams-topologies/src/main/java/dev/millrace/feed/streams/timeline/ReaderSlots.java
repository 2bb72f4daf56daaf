package dev.millrace.feed.streams.timeline;

import java.util.Arrays;

/**
 * Which readers have a timeline, and the fixed part of each: 72 bytes in a slot. Slots are found by the reader's
 * ordinal through 4 bytes for each of 64 ordinals next to one of a reader who has a timeline or had one, and are in one
 * list from the most to the least recently active.
 */
final class ReaderSlots {
    static final int NONE = -1;

    private static final int NEWEST = 0;
    private static final int BLOCK_AND_COUNT = 1;
    private static final int LEFT = 2;
    private static final int COMPLETE = 3;
    private static final int READER_AND_ENROLMENT = 4;
    private static final int LIST = 5;
    private static final int BOOK_VERSION = 6;
    private static final int ENDED = 7;
    private static final int CHAIN = 8;
    private static final int LONGS = 9;

    private static final int PAGE_SHIFT = 8;
    private static final int PAGE = 1 << PAGE_SHIFT;
    private static final int PAGE_MASK = PAGE - 1;
    /** Few, for of all the readers of a partition few have a timeline. */
    private static final int ORDINALS_SHIFT = 6;

    private static final int ORDINALS = 1 << ORDINALS_SHIFT;
    private static final int ORDINALS_MASK = ORDINALS - 1;

    private static final int[] NOBODY = {};
    /** What an array takes beside its elements, and a reference, on a heap of less than 32 GB. */
    private static final int ARRAY_INTS = 4;

    private static final int REFERENCE_BYTES = 4;

    private int[][] slotOf = new int[0][];
    private long pagesMade;
    private long[][] slots = new long[0][];
    private int slotsMade;
    private int firstFree = NONE;
    private int mostActive = NONE;
    private int leastActive = NONE;
    private int count;

    /** Slot of this reader, or {@link #NONE} if it has no timeline here. */
    int of(int reader) {
        int page = reader >>> ORDINALS_SHIFT;
        if (page >= slotOf.length) {
            return NONE;
        }
        int[] found = slotOf[page];
        return found.length == 0 ? NONE : found[reader & ORDINALS_MASK] - 1;
    }

    /**
     * A slot for a reader who has none, as the most recently active.
     *
     * @param enrolment tells this timeline from others the reader had
     */
    int take(int reader, int enrolment) {
        int slot = firstFree;
        if (slot == NONE) {
            slot = slotsMade++;
            if (slot >>> PAGE_SHIFT >= slots.length) {
                slots = Arrays.copyOf(slots, slots.length + 1);
                slots[slots.length - 1] = new long[PAGE * LONGS];
            }
        } else {
            firstFree = low(slot, LIST);
        }
        Arrays.fill(slots[slot >>> PAGE_SHIFT], at(slot, 0), at(slot, 0) + LONGS, 0);
        set(slot, READER_AND_ENROLMENT, pack(reader, enrolment));
        block(slot, EntryBlocks.NONE, 0);
        point(reader, slot + 1);
        linkFirst(slot);
        count++;
        return slot;
    }

    void giveBack(int slot) {
        unlink(slot);
        point(reader(slot), 0);
        set(slot, LIST, pack(0, firstFree));
        firstFree = slot;
        count--;
    }

    void active(int slot) {
        if (slot != mostActive) {
            unlink(slot);
            linkFirst(slot);
        }
    }

    int leastActive() {
        return leastActive;
    }

    /** The slot that was active just after this one; {@link #NONE} after the most recently active. */
    int moreActive(int slot) {
        return high(slot, LIST);
    }

    int count() {
        return count;
    }

    int reader(int slot) {
        return high(slot, READER_AND_ENROLMENT);
    }

    int enrolment(int slot) {
        return low(slot, READER_AND_ENROLMENT);
    }

    long newest(int slot) {
        return get(slot, NEWEST);
    }

    void newest(int slot, long postId) {
        set(slot, NEWEST, postId);
    }

    /** The block with the newest entries. */
    int block(int slot) {
        return high(slot, BLOCK_AND_COUNT);
    }

    int entries(int slot) {
        return low(slot, BLOCK_AND_COUNT);
    }

    void block(int slot, int block, int entries) {
        set(slot, BLOCK_AND_COUNT, pack(block, entries));
    }

    /** Newest post id that has left for want of room; 0 if none has. */
    long left(int slot) {
        return get(slot, LEFT);
    }

    /** Checksum over the blocks that have left; 0 if none has. */
    long chain(int slot) {
        return get(slot, CHAIN);
    }

    void left(int slot, long postId, long chain) {
        set(slot, LEFT, postId);
        set(slot, CHAIN, chain);
    }

    /** With the list of this version posts with greater ids, as far as they are pushed, are all here. */
    long complete(int slot) {
        return get(slot, COMPLETE);
    }

    /** Version of the reader's list that the timeline was rebuilt with; 0 if it wasn't. */
    long bookVersion(int slot) {
        return get(slot, BOOK_VERSION);
    }

    void complete(int slot, long bookVersion, long postId) {
        set(slot, BOOK_VERSION, bookVersion);
        set(slot, COMPLETE, postId);
    }

    /** Offset of the newest command after which some author's posts were no longer pushed; 0 if none is known. */
    long ended(int slot) {
        return get(slot, ENDED);
    }

    void ended(int slot, long followsOffset) {
        set(slot, ENDED, followsOffset);
    }

    /** Bytes of all pages, those of free slots too, and of the way to them. */
    long bytes() {
        return pagesMade * (ORDINALS + ARRAY_INTS) * Integer.BYTES
                + (long) slotOf.length * REFERENCE_BYTES
                + (long) slots.length * PAGE * LONGS * Long.BYTES;
    }

    private void point(int reader, int slotPlusOne) {
        int page = reader >>> ORDINALS_SHIFT;
        if (page >= slotOf.length) {
            int from = slotOf.length;
            slotOf = Arrays.copyOf(slotOf, page + 1 + page / 8);
            Arrays.fill(slotOf, from, slotOf.length, NOBODY);
        }
        if (slotOf[page].length == 0) {
            slotOf[page] = new int[ORDINALS];
            pagesMade++;
        }
        slotOf[page][reader & ORDINALS_MASK] = slotPlusOne;
    }

    private void linkFirst(int slot) {
        set(slot, LIST, pack(NONE, mostActive));
        if (mostActive == NONE) {
            leastActive = slot;
        } else {
            set(mostActive, LIST, pack(slot, low(mostActive, LIST)));
        }
        mostActive = slot;
    }

    private void unlink(int slot) {
        int more = high(slot, LIST);
        int less = low(slot, LIST);
        if (more == NONE) {
            mostActive = less;
        } else {
            set(more, LIST, pack(high(more, LIST), less));
        }
        if (less == NONE) {
            leastActive = more;
        } else {
            set(less, LIST, pack(more, low(less, LIST)));
        }
    }

    private int high(int slot, int field) {
        return (int) (get(slot, field) >>> Integer.SIZE);
    }

    private int low(int slot, int field) {
        return (int) get(slot, field);
    }

    private long get(int slot, int field) {
        return slots[slot >>> PAGE_SHIFT][at(slot, field)];
    }

    private void set(int slot, int field, long value) {
        slots[slot >>> PAGE_SHIFT][at(slot, field)] = value;
    }

    private static int at(int slot, int field) {
        return (slot & PAGE_MASK) * LONGS + field;
    }

    private static long pack(int high, int low) {
        return ((long) high << Integer.SIZE) | (low & 0xffff_ffffL);
    }
}
