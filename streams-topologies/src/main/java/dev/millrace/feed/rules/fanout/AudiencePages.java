package dev.millrace.feed.rules.fanout;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the pages of one author are kept, in the order of (partition of the readers, lowest ordinal the page may have).
 * That order is the directory: the page that holds an ordinal is the last one at or before it.
 */
public interface AudiencePages {
    /**
     * A page and its place.
     *
     * @param lowest lowest ordinal that belongs in here; what is lower belongs to the page before
     */
    @SuppressWarnings("ArrayRecordComponent") // The bytes go straight from the store to the log; nobody compares pages.
    record Page(int partition, int lowest, byte[] readers) {}

    /** The last page of this partition with {@code lowest} at most this; null if there is none. */
    @Nullable Page at(int partition, int ordinal);

    /** The first pages at or after this place, in this partition and later ones; at most so many. */
    List<Page> from(int partition, int lowest, int pagesMax);

    void put(Page page);

    void delete(int partition, int lowest);
}
