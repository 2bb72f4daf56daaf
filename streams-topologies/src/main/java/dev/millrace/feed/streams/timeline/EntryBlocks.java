package dev.millrace.feed.streams.timeline;

import java.util.Arrays;

/**
 * Timeline entries in blocks of 32, taken from slabs and given back: 12 bytes an entry (post id, author) and 4 a block
 * (the block of older entries that it follows). A block is named by an int; there is no object per block.
 */
final class EntryBlocks {
    /** So that a timeline of 800 fills its blocks, and a short one wastes little. */
    static final int ENTRIES = 32;

    static final int NONE = -1;

    private static final int INTS_PER_ENTRY = 3;
    private static final int INTS = ENTRIES * INTS_PER_ENTRY;
    /** 99 KB a slab: what is kept free is a hundredth of 1,000 full timelines. */
    private static final int SLAB_SHIFT = 8;

    private static final int SLAB_BLOCKS = 1 << SLAB_SHIFT;
    private static final int SLAB_MASK = SLAB_BLOCKS - 1;

    private int[][] slabs = new int[0][];
    private int[][] older = new int[0][];
    private int slabCount;
    private int firstFree = NONE;
    private int used;

    int take(int olderBlock) {
        if (firstFree == NONE) {
            grow();
        }
        int block = firstFree;
        firstFree = older(block);
        follow(block, olderBlock);
        used++;
        return block;
    }

    void giveBack(int block) {
        follow(block, firstFree);
        firstFree = block;
        used--;
    }

    /** The block whose entries are the next older ones, or {@link #NONE}. */
    int older(int block) {
        return older[block >>> SLAB_SHIFT][block & SLAB_MASK];
    }

    void follow(int block, int olderBlock) {
        older[block >>> SLAB_SHIFT][block & SLAB_MASK] = olderBlock;
    }

    long postId(int block, int at) {
        int[] slab = slabs[block >>> SLAB_SHIFT];
        int i = index(block, at);
        return ((long) slab[i] << Integer.SIZE) | (slab[i + 1] & 0xffff_ffffL);
    }

    int author(int block, int at) {
        return slabs[block >>> SLAB_SHIFT][index(block, at) + 2];
    }

    void put(int block, int at, long postId, int author) {
        int[] slab = slabs[block >>> SLAB_SHIFT];
        int i = index(block, at);
        slab[i] = (int) (postId >>> Integer.SIZE);
        slab[i + 1] = (int) postId;
        slab[i + 2] = author;
    }

    /** Moves the entries from here to the last of so many by one; there must be room. */
    void makeRoom(int block, int at, int entries) {
        int[] slab = slabs[block >>> SLAB_SHIFT];
        int i = index(block, at);
        System.arraycopy(slab, i, slab, i + INTS_PER_ENTRY, (entries - at) * INTS_PER_ENTRY);
    }

    int used() {
        return used;
    }

    /** Bytes of all slabs, those of free blocks too. */
    long bytes() {
        return (long) slabCount * SLAB_BLOCKS * (INTS + 1) * Integer.BYTES;
    }

    private static int index(int block, int at) {
        return (block & SLAB_MASK) * INTS + at * INTS_PER_ENTRY;
    }

    private void grow() {
        if (slabCount == slabs.length) {
            int more = Math.max(16, slabCount * 2);
            slabs = Arrays.copyOf(slabs, more);
            older = Arrays.copyOf(older, more);
        }
        slabs[slabCount] = new int[SLAB_BLOCKS * INTS];
        older[slabCount] = new int[SLAB_BLOCKS];
        int first = slabCount << SLAB_SHIFT;
        slabCount++;
        // Backwards, so that blocks are taken in the order in which they lie in memory.
        for (int block = first + SLAB_BLOCKS - 1; block >= first; block--) {
            follow(block, firstFree);
            firstFree = block;
        }
    }
}
