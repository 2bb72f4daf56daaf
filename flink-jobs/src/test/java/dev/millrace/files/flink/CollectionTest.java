package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operators of the garbage collection together, in whatever order things happen. */
@SuppressWarnings("try") // that closing a harness can be interrupted
class CollectionTest {
    private static final int STEPS = 3_000;
    private static final int TRIALS = 20;
    private static final int FALLS = 4;

    private static LongStream seeds() {
        return LongStream.range(0, TRIALS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatVersionsNameCanBeReadWhateverFails(long seed) throws Exception {
        try (CollectionTrial trial = new CollectionTrial(seed, true)) {
            trial.run(STEPS);

            trial.assertReadable();
            assertThat(trial.crashes()).as("crashes").isPositive();
            assertThat(trial.chunksDeleted()).as("chunks deleted").isPositive();
            assertThat(trial.packsDeleted()).as("packs deleted").isPositive();
        }
    }

    @Test
    void aCheckpointIsTooOldToGoOnFromOrNothingIsLostByIt() throws Exception {
        int allowed = 0;
        for (long seed = 0; seed < TRIALS; seed++) {
            try (CollectionTrial trial = new CollectionTrial(seed, false)) {
                for (int times = 0; times < FALLS; times++) {
                    trial.run(STEPS / FALLS);
                    allowed += trial.fallBack() ? 1 : 0;
                }
                trial.run(STEPS / FALLS);

                trial.assertReadable();
            }
        }
        assertThat(allowed).isBetween(1, TRIALS * FALLS - 1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whicheverRunGoesOnNothingIsLostByIt(long seed) throws Exception {
        Random random = new Random(seed);
        try (CollectionTrial trial = new CollectionTrial(seed, false)) {
            for (int times = 0; times < 2 * FALLS; times++) {
                trial.run(STEPS / FALLS);
                if (random.nextInt(3) == 0) {
                    trial.beginAnew();
                } else {
                    trial.fallBack();
                }
            }
            trial.run(STEPS / FALLS);

            trial.assertReadable();
        }
    }

    @Test
    void ofWhatIsPurgedNothingStaysInTheBucket() throws Exception {
        try (CollectionTrial trial = new CollectionTrial(TRIALS, false)) {
            trial.run(STEPS);
            trial.purgeAll();

            trial.assertNothingIsStored();
        }
    }
}
