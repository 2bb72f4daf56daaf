package dev.millrace.feed.streams.timeline;

/** Takes what leaves a full timeline. */
@FunctionalInterface
public interface EvictedBlocks {
    /** Nobody wants them: while restoring, what leaves has left before. */
    EvictedBlocks NOWHERE = (reader, link, postIds, authors) -> {};

    /**
     * What a block is in the chain of those that have left a timeline.
     *
     * @param enrolment tells the timeline from others the reader had
     * @param left newest post that has left, with this block
     * @param chain checksum over the block's posts and {@code chainBefore}
     * @param leftBefore newest post that had left before; 0 if none had
     * @param chainBefore checksum of the block before; 0 if there is none
     */
    record Link(int enrolment, long left, long chain, long leftBefore, long chainBefore) {}

    /**
     * One block of {@link Timelines#EVICTED} entries, from old to new; the arrays are the taker's.
     *
     * @param reader whose timeline it was
     */
    void left(int reader, Link link, long[] postIds, int[] authors);
}
