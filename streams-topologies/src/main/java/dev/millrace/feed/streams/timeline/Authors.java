package dev.millrace.feed.streams.timeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The authors in one partition's timelines, by a number that only counts in there: entries name them in 4 bytes. A
 * number is given at the author's first post and saved with the timelines that use it.
 */
final class Authors {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> ids = new ArrayList<>();

    int number(String authorId) {
        Integer known = numbers.get(authorId);
        if (known != null) {
            return known;
        }
        int number = ids.size();
        ids.add(authorId);
        numbers.put(authorId, number);
        return number;
    }

    String id(int number) {
        return ids.get(number);
    }

    List<String> all() {
        return List.copyOf(ids);
    }
}
