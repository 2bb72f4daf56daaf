package dev.millrace.files.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.standalone.devices.DevicesOptions;
import dev.millrace.files.standalone.devices.DevicesTrial;
import dev.millrace.standalone.OneFlinkSystem;
import dev.millrace.standalone.TestSystem;
import dev.millrace.standalone.Verdicts;
import dev.millrace.standalone.trial.Breakable;
import dev.millrace.standalone.trial.Harm;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A few people's devices while the owner of their namespaces, what verifies their uploads and the store of their bytes
 * are killed with -9. The long form is {@code ./millrace devices --kill all}.
 */
@Tag("full")
@Tag("flink-system")
@ExtendWith(OneFlinkSystem.class)
class DevicesIT {
    private static final int PEOPLE = 6;
    private static final Duration LASTING = Duration.ofSeconds(40);
    private static final List<Breakable> KILLS = List.of(Breakable.s3, Breakable.streams, Breakable.flinkTm);
    /** Each of them once. */
    private static final Duration KILLS_APART = Duration.ofSeconds(12);

    private static final Duration ENDED_WITHIN = Duration.ofMinutes(8);

    private final TestSystem system;

    DevicesIT(TestSystem system) {
        this.system = system;
    }

    @Test
    void nothingAcknowledgedIsLostWhileTheOwnerTheVerifierAndTheStoreAreKilled() throws Exception {
        long seed = System.nanoTime();
        DevicesOptions options = new DevicesOptions(PEOPLE, LASTING, seed, KILLS, KILLS_APART, ENDED_WITHIN);

        DevicesTrial.Result result = new DevicesTrial(system.forTrial(), options, line -> {}).run();

        Verdicts.assertClean(getClass(), String.format("seed %d%n%s", seed, result.table()), result.verdict());
        assertThat(result.unanswered()).as("seed %d%n%s", seed, result.table()).isZero();
        assertThat(result.harm()).extracting(Harm::role).containsExactlyElementsOf(KILLS);
        assertThat(result.harm()).allMatch(Harm::killed);
        assertThat(result.collected().gone()).as(result.table()).isPresent();
        assertThat(result.verdict().reads()).as(result.table()).isGreaterThan(PEOPLE);
        assertThat(result.verdict().answers()).as(result.table()).isGreaterThan(PEOPLE);
    }
}
