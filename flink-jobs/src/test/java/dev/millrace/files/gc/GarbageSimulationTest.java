package dev.millrace.files.gc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.gc.ChunkStep.Outcome;
import dev.millrace.files.gc.GarbageSimulation.Fault;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GarbageSimulationTest {
    private static final int STEPS = 10_000;
    private static final int SEEDS_MAX = 200;

    /** A seed is as good as another: there is nothing to shrink. */
    @Property(tries = 50, shrinking = ShrinkingMode.OFF)
    void whatIsNamedIsNeverTakenAndTwoEpochsLaterNothingElseIsThere(@ForAll long seed) {
        GarbageSimulation simulation = new GarbageSimulation(seed, Fault.NONE);

        simulation.run(STEPS);
        simulation.endInQuiet();

        assertThat(simulation.bucket()).as("seed %d", seed).isEqualTo(simulation.named());
    }

    @Test
    void everythingThatMayHappenHappens() {
        GarbageSimulation simulation = new GarbageSimulation(1, Fault.NONE);
        Set<Outcome> never = EnumSet.allOf(Outcome.class);

        simulation.run(10 * STEPS);

        never.removeAll(simulation.outcomes().keySet());
        assertThat(never).isEmpty();
        assertThat(simulation.crashes()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aFaultIsFound(Fault fault) {
        assertThat(LongStream.rangeClosed(1, SEEDS_MAX).anyMatch(seed -> losesSomething(seed, fault)))
                .isTrue();
    }

    private static boolean losesSomething(long seed, Fault fault) {
        try {
            new GarbageSimulation(seed, fault).run(STEPS);
            return false;
        } catch (IllegalStateException lost) {
            return true;
        }
    }
}
