package dev.millrace.feed.rules.fanout;

import dev.millrace.feed.rules.fanout.AudiencePages.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The expansion of a post to its author's pages, so many at a time. */
public final class Expansion {
    private Expansion() {}

    /** Where to go on: readers of lower ordinals, and of lower partitions, have been sent to. */
    public record Place(int partition, int ordinal) {
        public static final Place START = new Place(0, 0);
    }

    /**
     * What one step sends.
     *
     * @param next where the next step begins; empty if the post is with everybody
     */
    public record Step(List<Page> pages, Optional<Place> next) {}

    /**
     * Takes the next pages, at most this many. Readers who come between steps may be passed: they were told that
     * pushing begins with a later post. Readers who stay aren't, however the pages part and join meanwhile; some may
     * be sent to twice, which changes nothing.
     */
    public static Step step(AudiencePages pages, Place from, int pagesMax) {
        List<Page> found = new ArrayList<>();
        joined(pages, from).ifPresent(found::add);
        // One more, to know where to go on.
        found.addAll(pages.from(from.partition(), from.ordinal(), pagesMax + 1 - found.size()));
        if (found.size() <= pagesMax) {
            return new Step(found, Optional.empty());
        }
        Page rest = found.get(pagesMax);
        return new Step(found.subList(0, pagesMax), Optional.of(new Place(rest.partition(), rest.lowest())));
    }

    /** The page before the place, if readers from there on have been joined to it. */
    private static Optional<Page> joined(AudiencePages pages, Place from) {
        Page before = from.ordinal() == 0 ? null : pages.at(from.partition(), from.ordinal());
        return before != null
                        && before.lowest() < from.ordinal()
                        && AudiencePage.last(before.readers()) >= from.ordinal()
                ? Optional.of(before)
                : Optional.empty();
    }
}
