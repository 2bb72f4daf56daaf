package dev.millrace.standalone.history;

import java.util.ArrayList;
import java.util.List;

/** What doesn't fit together, in the order it was found. Bounded: one fault may break everything after it. */
public final class Contradictions {
    private static final int KEPT_MAX = 1_000;

    private final List<String> found = new ArrayList<>();

    public void add(String what) {
        if (found.size() < KEPT_MAX) {
            found.add(what);
        }
    }

    public List<String> all() {
        return List.copyOf(found);
    }
}
