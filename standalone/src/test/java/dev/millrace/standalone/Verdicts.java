package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.history.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks that a trial was clean. The full profile plays a test that failed a second time, as a slow machine may make one
 * fail; a contradiction isn't forgiven that way.
 */
public final class Verdicts {
    private static final Map<Class<?>, List<String>> EVER_FOUND = new ConcurrentHashMap<>();

    private Verdicts() {}

    /** @param trial what was played, to play it again by */
    public static void assertClean(Class<?> test, String trial, Verdict verdict) {
        assertNone(test, trial, verdict.contradictions());
    }

    /** @param trial what was played, to play it again by */
    public static void assertNone(Class<?> test, String trial, List<String> contradictions) {
        List<String> everFound =
                EVER_FOUND.computeIfAbsent(test, first -> Collections.synchronizedList(new ArrayList<>()));
        contradictions.forEach(found -> everFound.add(trial + System.lineSeparator() + found));
        assertThat(everFound).isEmpty();
    }
}
