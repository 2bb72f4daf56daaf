package dev.millrace.files.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.files.gc.ChunkStep.Outcome;
import dev.millrace.files.topics.v1.ChangeKind;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code -Dseed=…} plays one again. */
class SimulationTest {
    private static final int STEPS = 10_000;
    private static final int SEEDS = 20;
    private static final int SEEDS_OF_A_FAULT_MAX = 40;

    static LongStream seeds() {
        Long one = Long.getLong("seed");
        return one != null ? LongStream.of(one) : LongStream.rangeClosed(1, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsAcknowledgedStaysAndNothingElseDoes(long seed) {
        play(seed);
    }

    private static void play(long seed) {
        Simulation simulation = new Simulation(seed, Fault.NONE);
        try {
            simulation.run(STEPS);
            simulation.endInQuiet();
        } catch (RuntimeException | AssertionError e) {
            fail("-Dseed=" + seed + ": " + e.getMessage(), e);
        }
    }

    @Test
    void everythingThatMayHappenHappens() {
        Set<Outcome> outcomes = EnumSet.allOf(Outcome.class);
        Set<ChangeKind> kinds = EnumSet.range(ChangeKind.CHANGE_FOLDER_CREATED, ChangeKind.CHANGE_SHARE_GRANTED);
        kinds.addAll(EnumSet.range(ChangeKind.CHANGE_PURGE_STARTED, ChangeKind.CHANGE_VERSION_PURGED));

        for (long seed = 1; seed <= 3; seed++) {
            Simulation simulation = new Simulation(seed, Fault.NONE);
            simulation.run(STEPS);
            simulation.endInQuiet();
            outcomes.removeAll(simulation.outcomes.keySet());
            kinds.removeAll(simulation.checks.happened.keySet());
        }

        assertThat(outcomes).isEmpty();
        assertThat(kinds).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aFaultIsFound(Fault fault) {
        assertThat(LongStream.rangeClosed(1, SEEDS_OF_A_FAULT_MAX).anyMatch(seed -> isFound(seed, fault)))
                .isTrue();
    }

    private static boolean isFound(long seed, Fault fault) {
        Simulation simulation = new Simulation(seed, fault);
        try {
            simulation.run(STEPS);
            simulation.endInQuiet();
            return false;
        } catch (Broken | IllegalStateException found) {
            return true;
        }
    }
}
