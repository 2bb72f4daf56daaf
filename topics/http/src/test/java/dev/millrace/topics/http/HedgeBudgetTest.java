package dev.millrace.topics.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HedgeBudgetTest {
    private final HedgeBudget budget = new HedgeBudget();

    @Test
    void aFewAreFreeAtOnceHoweverManyWereAsked() {
        for (int i = 0; i < 10_000; i++) {
            budget.asked();
        }

        assertThat(taken(1_000)).isEqualTo(64);
    }

    @Test
    void afterThatOneOfTwentyIsAskedTwice() {
        taken(1_000);
        int taken = 0;
        for (int i = 0; i < 2_000; i++) {
            budget.asked();
            taken += taken(1);
        }

        assertThat(taken).isEqualTo(100);
    }

    private int taken(int wanted) {
        int taken = 0;
        for (int i = 0; i < wanted; i++) {
            taken += budget.take() ? 1 : 0;
        }
        return taken;
    }
}
