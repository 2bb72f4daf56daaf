package dev.millrace.files.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.files.gc.ChunkLife.Stage;
import dev.millrace.files.gc.ChunkStep.Outcome;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChunkRulesTest {
    private static final ChunkLife UNNAMED = ChunkLife.stored();
    private static final ChunkLife NAMED = new ChunkLife(Stage.LIVE, 2, 0);
    private static final ChunkLife CONDEMNED = new ChunkLife(Stage.CONDEMNED, 0, 5);
    private static final ChunkLife DELETED = new ChunkLife(Stage.DELETED, 0, 6);

    private static final int HIT = 0;
    private static final int REFERENCED = 1;
    private static final int RELEASED = 2;

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("steps")
    void eachEventHasItsOutcome(String event, ChunkLife before, ChunkStep step, Outcome outcome, ChunkLife after) {
        assertThat(step).as("%s, %s", event, before).isEqualTo(new ChunkStep(after, outcome));
    }

    static Stream<Arguments> steps() {
        return Stream.of(
                row("hit", UNNAMED, ChunkRules::hit, Outcome.HIT, UNNAMED),
                row("hit", NAMED, ChunkRules::hit, Outcome.HIT, NAMED),
                row("hit", CONDEMNED, ChunkRules::hit, Outcome.MISS, CONDEMNED),
                row("hit", DELETED, ChunkRules::hit, Outcome.MISS, DELETED),
                row("referenced", UNNAMED, ChunkRules::referenced, Outcome.NOTHING, live(1)),
                row("referenced", NAMED, ChunkRules::referenced, Outcome.NOTHING, live(3)),
                row("referenced", CONDEMNED, ChunkRules::referenced, Outcome.REVIVED, live(1)),
                row("released", NAMED, ChunkRules::released, Outcome.NOTHING, live(1)),
                row("released", live(1), ChunkRules::released, Outcome.NOTHING, UNNAMED),
                closed(5, UNNAMED, Outcome.CONDEMNED, CONDEMNED),
                closed(5, NAMED, Outcome.NOTHING, NAMED),
                closed(5, CONDEMNED, Outcome.NOTHING, CONDEMNED),
                closed(6, CONDEMNED, Outcome.DELETED, DELETED),
                closed(7, DELETED, Outcome.NOTHING, DELETED));
    }

    @Test
    void aVersionThatNamesADeletedCopyIsABug() {
        assertThatThrownBy(() -> ChunkRules.referenced(DELETED))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("deleted");
    }

    @Test
    void aVersionThatGoesWithoutHavingNamedItIsABug() {
        assertThatThrownBy(() -> ChunkRules.released(UNNAMED)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ChunkRules.released(CONDEMNED)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ChunkRules.released(DELETED)).isInstanceOf(IllegalStateException.class);
    }

    /** What else may happen closes an epoch. */
    @Property
    void onlyWhatNobodyNamedAtTwoClosingsAndBetweenThemIsDeleted(
            @ForAll @Size(max = 60) List<@IntRange(max = 4) Integer> events) {
        ChunkLife life = ChunkLife.stored();
        long references = 0;
        long epoch = 0;
        int closingsUnnamed = 0;
        for (int event : events) {
            if (life.stage() == Stage.DELETED) {
                break;
            }
            if (event == HIT) {
                assertThat(ChunkRules.hit(life).outcome()).isEqualTo(closingsUnnamed == 0 ? Outcome.HIT : Outcome.MISS);
            } else if (event == REFERENCED) {
                life = ChunkRules.referenced(life).life();
                references++;
                closingsUnnamed = 0;
            } else if (event == RELEASED) {
                if (references > 0) {
                    life = ChunkRules.released(life).life();
                    references--;
                }
            } else {
                epoch++;
                life = ChunkRules.epochClosed(life, epoch).life();
                closingsUnnamed = references == 0 ? closingsUnnamed + 1 : 0;
            }

            assertThat(life.references()).isEqualTo(references);
            assertThat(life.stage())
                    .isEqualTo(
                            switch (closingsUnnamed) {
                                case 0 -> Stage.LIVE;
                                case 1 -> Stage.CONDEMNED;
                                default -> Stage.DELETED;
                            });
        }
    }

    private static ChunkLife live(long references) {
        return new ChunkLife(Stage.LIVE, references, 0);
    }

    private static Arguments row(
            String event, ChunkLife before, Function<ChunkLife, ChunkStep> rule, Outcome outcome, ChunkLife after) {
        return Arguments.of(event, before, rule.apply(before), outcome, after);
    }

    private static Arguments closed(long epoch, ChunkLife before, Outcome outcome, ChunkLife after) {
        return row("epoch " + epoch + " closed", before, life -> ChunkRules.epochClosed(life, epoch), outcome, after);
    }
}
