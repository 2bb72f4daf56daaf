package dev.millrace.feed.serving;

import dev.millrace.feed.topics.v1.TimelineEntries;
import dev.millrace.feed.topics.v1.TimelineView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Who has to be asked for the newest posts of a range, by what a reader's timeline says: who is in it, who may have
 * posts there that it doesn't have, and who has posted since. Everybody else has none there. Why that is so:
 * docs/decisions/0017.
 *
 * @param after only posts with larger ids are looked for
 * @param sought by partition of authors
 */
record Candidates(long after, Map<Integer, Sought> sought) {
    /**
     * What is asked for.
     *
     * @param before only posts with smaller ids; 0 is no bound
     * @param page entries of authors whom the reader sees that there must be
     * @param posts so many are looked at if there are, for some may be deleted
     * @param oldest posts with smaller ids aren't kept in timelines for sure
     * @param closed whose posts nobody sees any more
     */
    record Wanted(long before, int page, int posts, long oldest, Predicate<String> closed) {}

    /**
     * Empty if the timeline says nothing about that range, or hasn't a page of entries there.
     *
     * @param entriesMax as many entries were asked for
     */
    static Optional<Candidates> of(
            TimelineView timeline, int entriesMax, Following following, HotAuthors hot, Wanted wanted) {
        boolean comparable = timeline.getBookVersion() > 0
                // An older list may have edges that the timeline was rebuilt without, or that have ended since.
                && timeline.getBookVersion() <= following.bookVersion()
                && timeline.getEndedOffset() <= following.position().getOffset();
        long complete = Math.max(timeline.getComplete(), wanted.oldest());
        if (!comparable || (wanted.before() != 0 && wanted.before() <= complete + 1)) {
            return Optional.empty();
        }
        Set<String> seen = new HashSet<>();
        following.byPartition().values().forEach(authors -> authors.forEach(author -> seen.add(author.id())));
        seen.removeIf(wanted.closed());
        Set<String> named = new HashSet<>();
        Optional<Long> lowest = named(timeline, entriesMax, complete, wanted, seen, named);
        if (lowest.isEmpty()) {
            return Optional.empty();
        }
        long after = lowest.get();
        Map<Integer, Sought> sought = new TreeMap<>();
        following.byPartition().forEach((partition, authors) -> {
            List<Author> open = authors.stream()
                    .filter(author -> seen.contains(author.id()))
                    .toList();
            if (!open.isEmpty()) {
                sought.put(
                        partition,
                        of(
                                partition,
                                timeline,
                                open,
                                hot,
                                author -> named.contains(author.id())
                                        || author.edgeVersion() > timeline.getBookVersion()
                                        || hot.mayHave(author.id(), after, wanted.before())));
            }
        });
        return Optional.of(new Candidates(after, sought));
    }

    /** How many authors are asked only if they have posted since. */
    int others() {
        return sought.values().stream().mapToInt(who -> who.others().size()).sum();
    }

    /** Takes the authors of the newest entries, and says down to where these go; empty if they don't fill a page. */
    private static Optional<Long> named(
            TimelineView timeline, int entriesMax, long complete, Wanted wanted, Set<String> seen, Set<String> named) {
        TimelineEntries entries = timeline.getEntries();
        int found = 0;
        long after = complete;
        for (int i = 0; i < entries.getPostIdsCount() && entries.getPostIds(i) > complete; i++) {
            String author = entries.getAuthorIds(entries.getAuthors(i));
            if (seen.contains(author)) {
                named.add(author);
                found++;
            }
            if (found == wanted.posts() || i == entriesMax - 1) {
                after = entries.getPostIds(i) - 1;
                break;
            }
        }
        return found < wanted.page() ? Optional.empty() : Optional.of(after);
    }

    private static Sought of(
            int partition, TimelineView timeline, List<Author> authors, HotAuthors hot, Predicate<Author> uncovered) {
        long pushedUpTo = in(timeline.getPushedUpToList(), partition);
        if (pushedUpTo == 0 || !hot.know(partition, in(timeline.getModeChangesList(), partition))) {
            return Sought.all(authors.stream().map(Author::id).toList());
        }
        List<String> asked = new ArrayList<>();
        Set<String> others = new HashSet<>();
        for (Author author : authors) {
            if (uncovered.test(author)) {
                asked.add(author.id());
            } else {
                others.add(author.id());
            }
        }
        return others.isEmpty() ? Sought.all(asked) : new Sought(asked, others, pushedUpTo);
    }

    private static long in(List<Long> byPartition, int partition) {
        return partition < byPartition.size() ? byPartition.get(partition) : 0;
    }
}
