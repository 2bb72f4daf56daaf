package dev.millrace.feed.standalone.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.Verdicts;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.standalone.trial.TrialSystem;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The oracle is checked: a real system with a bug on the way to its readers, on which a crowd is let loose. */
@Tag("full")
@ExtendWith(OneSystem.class)
class SeededPageFaultsIT {
    private static final long SEED = 42;
    private static final Duration LASTING = Duration.ofSeconds(8);
    /** For a verdict to become clean. */
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofMinutes(1);
    /** What is wrong in answers doesn't get better. */
    private static final Duration BROKEN_WITHIN = Duration.ofSeconds(5);

    private static final int READS_MIN = 200;
    /** On a slow machine a bug may have no occasion in a few seconds. */
    private static final int CROWDS_MAX = 3;

    private final TestSystem system;

    SeededPageFaultsIT(TestSystem system) {
        this.system = system;
    }

    @Test
    void aCrowdOnTheSameWayWithoutABugIsFoundClean() throws Exception {
        try (FaultyGateway gateway = new FaultyGateway(system.forTrial().port(), Set.of())) {
            Verdict verdict = crowd(gateway, CAUGHT_UP_WITHIN);

            Verdicts.assertClean(getClass(), "no fault", verdict);
        }
    }

    @Test
    void everyBugOnTheWayToReadersIsFound() throws Exception {
        Set<PageFault> missed = EnumSet.allOf(PageFault.class);
        List<FaultyPages.Spoiled> spoiled;
        try (FaultyGateway gateway = new FaultyGateway(system.forTrial().port(), missed)) {
            int crowds = 0;
            do {
                List<String> found = crowd(gateway, BROKEN_WITHIN).contradictions();
                spoiled = gateway.spoiled();
                spoiled.stream()
                        .filter(one -> found.stream().anyMatch(one::isFoundBy))
                        .forEach(one -> missed.remove(one.fault()));
                crowds++;
            } while (!missed.isEmpty() && crowds < CROWDS_MAX);
        }

        assertThat(missed).as("bugs showed in %s", spoiled).isEmpty();
    }

    private Verdict crowd(FaultyGateway gateway, Duration caughtUpWithin) throws Exception {
        TrialSystem right = system.forTrial();
        TrialSystem through =
                new TrialSystem(gateway.port(), right.issuer(), right.bootstrap(), right.children(), right.settings());
        Verdict verdict = new CrowdTrial(through, options(caughtUpWithin), line -> {})
                .run()
                .verdict();
        assertThat(verdict.reads()).as(verdict.line()).isGreaterThan(READS_MIN);
        return verdict;
    }

    private static CrowdOptions options(Duration caughtUpWithin) {
        return new CrowdOptions(40, LASTING, Duration.ZERO, SEED, List.of(), Duration.ZERO, caughtUpWithin, 25, 8);
    }
}
