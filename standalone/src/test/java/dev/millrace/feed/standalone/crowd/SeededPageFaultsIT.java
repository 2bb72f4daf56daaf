package dev.millrace.feed.standalone.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.Verdicts;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.standalone.trial.TrialSystem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The oracle is checked: a real system with a bug on the way to its readers, on which a crowd is let loose. */
@Tag("full")
@ExtendWith(OneSystem.class)
class SeededPageFaultsIT {
    private static final long SEED = 42;
    /** For a verdict to become clean. */
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofMinutes(1);
    /** A broken one doesn't become clean. */
    private static final Duration BROKEN_WITHIN = Duration.ofSeconds(5);
    /** On a slow machine a bug may have no occasion in a few seconds. */
    private static final int CROWDS_MAX = 3;

    private final TestSystem system;

    SeededPageFaultsIT(TestSystem system) {
        this.system = system;
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, ''",
        "MISSING_POST, misses",
        "DOUBLED_POST, twice",
        "WRONG_ORDER, out of order",
        "STALE_CONTENT, 'content=Number '",
        "DELETED_POST, which is deleted",
        "UNFOLLOWED_AUTHOR, whom the reader",
        "BLOCKED_AUTHOR, who is blocked or muted",
        "LOST_POST, is not on the log",
        "OTHER_ANSWER, was answered"
    })
    void aCrowdOnASystemWithThisBugIsShownBroken(PageFault fault, String contradiction) throws Exception {
        boolean rightly = fault == PageFault.NONE;
        TrialSystem right = system.forTrial();
        Verdict verdict;
        try (FaultyGateway gateway = new FaultyGateway(right.port(), fault)) {
            TrialSystem faulty = new TrialSystem(
                    gateway.port(), right.issuer(), right.bootstrap(), right.children(), right.settings());
            int crowds = 0;
            do {
                verdict = new CrowdTrial(faulty, options(rightly ? CAUGHT_UP_WITHIN : BROKEN_WITHIN), line -> {})
                        .run()
                        .verdict();
                crowds++;
            } while (!rightly && gateway.spoiled() == 0 && crowds < CROWDS_MAX);
        }
        String found = String.join(System.lineSeparator(), verdict.contradictions());
        assertThat(verdict.reads()).as(verdict.line()).isGreaterThan(200);
        if (rightly) {
            Verdicts.assertClean(getClass(), "no fault", verdict);
        }
        assertThat(verdict.clean()).as("%s: %s", fault, found).isEqualTo(rightly);
        assertThat(found).contains(contradiction);
    }

    private static CrowdOptions options(Duration caughtUpWithin) {
        return new CrowdOptions(
                40, Duration.ofSeconds(6), Duration.ZERO, SEED, List.of(), Duration.ZERO, caughtUpWithin, 25, 8);
    }
}
