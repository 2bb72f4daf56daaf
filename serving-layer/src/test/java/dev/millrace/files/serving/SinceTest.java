package dev.millrace.files.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.topics.v1.Change;
import org.junit.jupiter.api.Test;

class SinceTest {
    private static Change change(long atMillis) {
        return Change.newBuilder().setAtMillis(atMillis).build();
    }

    @Test
    void aTimeHoldsOnThePagesThatFollow() {
        Since next = Since.of(Since.time(1_000).at(7).toString());

        assertThat(next.sequence()).isEqualTo(7);
        assertThat(next.isAfter(change(1_000))).isFalse();
        assertThat(next.isAfter(change(1_001))).isTrue();
    }

    @Test
    void withoutATimeItIsASequenceAsInCursorsThatWereGivenOutBefore() {
        Since next = Since.of("7");

        assertThat(next).isEqualTo(Since.BEGINNING.at(7)).hasToString("7");
        assertThat(next.isAfter(change(0))).isTrue();
    }
}
