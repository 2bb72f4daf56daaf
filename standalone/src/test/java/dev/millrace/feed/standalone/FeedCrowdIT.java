package dev.millrace.feed.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.standalone.crowd.CrowdOptions;
import dev.millrace.feed.standalone.crowd.CrowdTrial;
import dev.millrace.standalone.OneSystem;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.Verdicts;
import dev.millrace.standalone.trial.Breakable;
import dev.millrace.standalone.trial.Harm;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A short crowd whose owner is killed meanwhile. The long form is {@code ./millrace crowd --kill all}. */
@ExtendWith(OneSystem.class)
class FeedCrowdIT {
    private static final int USERS = 200;
    private static final int WRITES_PER_SECOND = 15;
    private static final int READS_PER_WRITE = 15;
    private static final Duration LASTING = Duration.ofSeconds(20);
    /** Longer than it lasts: once is enough here. */
    private static final Duration KILLS_APART = Duration.ofMinutes(1);

    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(60);

    private final TestSystem system;

    FeedCrowdIT(TestSystem system) {
        this.system = system;
    }

    @Test
    void everyPageIsRightWhileAnOwnerIsKilled() throws Exception {
        long seed = System.nanoTime();
        CrowdOptions options = new CrowdOptions(
                USERS,
                LASTING,
                Duration.ZERO,
                seed,
                List.of(Breakable.streams),
                KILLS_APART,
                CAUGHT_UP_WITHIN,
                WRITES_PER_SECOND,
                READS_PER_WRITE);

        CrowdTrial.Result result = new CrowdTrial(system.forTrial(), options, line -> {}).run();

        Verdicts.assertClean(getClass(), String.format("seed %d%n%s", seed, result.table()), result.verdict());
        assertThat(result.unanswered()).as("seed %d%n%s", seed, result.table()).isZero();
        assertThat(result.harm()).extracting(Harm::killed).containsExactly(true);
        assertThat(result.verdict().facts()).isGreaterThan(2 * USERS);
        assertThat(result.verdict().reads()).isGreaterThan(LASTING.toSeconds() * WRITES_PER_SECOND);
        assertThat(result.verdict().answers()).isGreaterThan(LASTING.toSeconds() * WRITES_PER_SECOND);
    }
}
