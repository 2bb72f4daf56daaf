package dev.millrace.feed.rules.fanout;

import static dev.millrace.feed.rules.fanout.AudiencePage.READERS_MAX;

import dev.millrace.feed.rules.fanout.AudiencePages.Page;
import java.util.Arrays;
import java.util.List;

/** Who follows one author: readers come and go in any order, and stay in few, well-filled pages. */
public final class AudienceIndex {
    private static final int FIRST = 0;
    /** A page under this looks for company; together they are at most {@link #TOGETHER_MAX}, so that they don't part again at once. */
    private static final int LONELY = READERS_MAX / 4;

    private static final int TOGETHER_MAX = READERS_MAX * 3 / 4;

    private final int[] readers = new int[READERS_MAX + 1];
    private final int[] others = new int[READERS_MAX];

    /** Puts a reader in; says whether it wasn't in. */
    public boolean add(AudiencePages pages, int partition, int ordinal) {
        Page page = pages.at(partition, ordinal);
        if (page == null) {
            readers[0] = ordinal;
            pages.put(page(partition, FIRST, 0, 1));
            return true;
        }
        int count = AudiencePage.decode(page.readers(), readers);
        int at = Arrays.binarySearch(readers, 0, count, ordinal);
        if (at >= 0) {
            return false;
        }
        int place = -at - 1;
        System.arraycopy(readers, place, readers, place + 1, count - place);
        readers[place] = ordinal;
        if (count < READERS_MAX) {
            pages.put(page(partition, page.lowest(), 0, count + 1));
        } else {
            split(pages, page, place);
        }
        return true;
    }

    /** Takes a reader out; says whether it was in. */
    public boolean remove(AudiencePages pages, int partition, int ordinal) {
        Page page = pages.at(partition, ordinal);
        if (page == null) {
            return false;
        }
        int count = AudiencePage.decode(page.readers(), readers);
        int at = Arrays.binarySearch(readers, 0, count, ordinal);
        if (at < 0) {
            return false;
        }
        System.arraycopy(readers, at + 1, readers, at, count - at - 1);
        int rest = count - 1;
        if (rest < LONELY) {
            join(pages, page, rest);
        } else {
            pages.put(page(partition, page.lowest(), 0, rest));
        }
        return true;
    }

    /** In the middle, except behind the last: readers are numbered as they come, so most come there. */
    private void split(AudiencePages pages, Page page, int place) {
        int all = READERS_MAX + 1;
        int cut = place == READERS_MAX ? READERS_MAX : all / 2;
        pages.put(page(page.partition(), page.lowest(), 0, cut));
        pages.put(page(page.partition(), readers[cut], cut, all));
    }

    /** The rest of a page goes to a neighbour that has room, or stays if there is something to stay. */
    private void join(AudiencePages pages, Page page, int rest) {
        if (rest == 0) {
            pages.delete(page.partition(), page.lowest());
            return;
        }
        Page before = page.lowest() == FIRST ? null : pages.at(page.partition(), page.lowest() - 1);
        if (before != null && rest + AudiencePage.count(before.readers()) <= TOGETHER_MAX) {
            joinInto(pages, before, page, readers, rest);
            return;
        }
        pages.put(page(page.partition(), page.lowest(), 0, rest));
        List<Page> after = pages.from(page.partition(), page.lowest() + 1, 1);
        if (after.isEmpty() || after.get(0).partition() != page.partition()) {
            return;
        }
        Page next = after.get(0);
        if (rest + AudiencePage.count(next.readers()) <= TOGETHER_MAX) {
            int more = AudiencePage.decode(next.readers(), others);
            joinInto(pages, page(page.partition(), page.lowest(), 0, rest), next, others, more);
        }
    }

    /** @param upper the readers of the page after it */
    private void joinInto(AudiencePages pages, Page lower, Page after, int[] upper, int count) {
        int[] all = new int[READERS_MAX];
        int first = AudiencePage.decode(lower.readers(), all);
        System.arraycopy(upper, 0, all, first, count);
        pages.delete(after.partition(), after.lowest());
        pages.put(new Page(lower.partition(), lower.lowest(), AudiencePage.encode(all, first + count)));
    }

    private Page page(int partition, int lowest, int from, int to) {
        int[] some = from == 0 ? readers : Arrays.copyOfRange(readers, from, to);
        return new Page(partition, lowest, AudiencePage.encode(some, to - from));
    }
}
