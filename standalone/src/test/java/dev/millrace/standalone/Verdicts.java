package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.history.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Asks that a trial was clean. The full profile plays a test that failed a second time, as a slow machine may make one
 * fail; a contradiction isn't forgiven that way.
 */
public final class Verdicts {
    private static final List<String> EVER_FOUND = Collections.synchronizedList(new ArrayList<>());

    private Verdicts() {}

    /** @param trial what was played, to play it again by */
    public static void assertClean(Verdict verdict, String trial) {
        verdict.contradictions().forEach(found -> EVER_FOUND.add(trial + System.lineSeparator() + found));
        assertThat(EVER_FOUND).isEmpty();
    }
}
