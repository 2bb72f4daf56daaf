package dev.millrace.feed.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Who of one partition of authors has to be asked for a page.
 *
 * @param authors asked in any case
 * @param others asked if they have a post with a larger id than {@code postedAfter}
 * @param postedAfter 0 if there are no others
 */
record Sought(List<String> authors, Set<String> others, long postedAfter) {
    static Sought all(List<String> authors) {
        return new Sought(authors, Set.of(), 0);
    }

    /**
     * Everybody of these lists.
     *
     * @param closed whose posts nobody sees any more
     */
    @SafeVarargs
    static Map<Integer, Sought> all(Predicate<String> closed, Map<Integer, List<Author>>... lists) {
        Map<Integer, Sought> sought = new TreeMap<>();
        for (Map<Integer, List<Author>> list : lists) {
            list.forEach((partition, authors) -> {
                List<String> open =
                        authors.stream().map(Author::id).filter(closed.negate()).toList();
                if (!open.isEmpty()) {
                    sought.merge(partition, all(open), Sought::and);
                }
            });
        }
        return sought;
    }

    /** Of many, only those who have a post with a larger id than this one. */
    Sought ifPostedAfter(long postId) {
        return postId > 0 && authors.size() > PostArchive.AUTHORS_MAX
                ? new Sought(List.of(), Set.copyOf(authors), postId)
                : this;
    }

    /** The others, whether they have posted or not, with the rest. */
    Sought everybody() {
        List<String> both = new ArrayList<>(authors);
        others.stream().sorted().forEach(both::add);
        return all(both);
    }

    private Sought and(Sought more) {
        List<String> both = new ArrayList<>(authors);
        both.addAll(more.authors);
        return all(both);
    }
}
