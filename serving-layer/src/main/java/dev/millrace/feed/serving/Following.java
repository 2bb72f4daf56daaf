package dev.millrace.feed.serving;

import dev.millrace.topics.v1.Position;
import java.util.List;
import java.util.Map;

/**
 * Whose posts a reader sees, as of one moment of the reader's owner.
 *
 * @param bookVersion of the reader's list; the same version is the same list
 * @param ordinal the reader's number in its partition; 0 if it has none yet
 * @param byPartition authors by the partition of their owner, the reader among them
 * @param hidden likewise, who is followed but not seen
 * @param authors how many there are in {@code byPartition}
 * @param acknowledgement how the authors' side has taken the list in, when it was read
 */
record Following(
        long bookVersion,
        int ordinal,
        Position position,
        Map<Integer, List<Author>> byPartition,
        Map<Integer, List<Author>> hidden,
        int authors,
        Acknowledgement acknowledgement) {

    /**
     * How far edges are acknowledged.
     *
     * @param whole whether every edge is
     * @param upTo by partition of authors, the newest post from which on an edge counts
     */
    record Acknowledgement(boolean whole, Map<Integer, Long> upTo) {}

    Following at(Position later) {
        return new Following(bookVersion, ordinal, later, byPartition, hidden, authors, acknowledgement);
    }
}
