package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AwayTimelinesTest {
    private static final int PARTITION = 3;

    private final AwayTimelines timelines = new AwayTimelines();

    @Test
    void oneLateAnswerIsNothing() {
        timelines.wasLate(PARTITION, 5_000);

        assertThat(timelines.isAway(PARTITION, 5_000)).isFalse();
    }

    @Test
    void lateAnswersWithOneInTimeBetweenAreNothing() {
        for (long now = 0; now < 10_000; now += 100) {
            timelines.wasLate(PARTITION, now);
            if (now % 500 == 0) {
                timelines.answered(PARTITION);
            }
        }

        assertThat(timelines.isAway(PARTITION, 10_000)).isFalse();
    }

    @Test
    void whoseAnswersWereAllLateForASecondIsntAskedForOne() {
        timelines.wasLate(PARTITION, 5_000);
        timelines.wasLate(PARTITION, 5_999);
        assertThat(timelines.isAway(PARTITION, 5_999)).isFalse();

        timelines.wasLate(PARTITION, 6_000);

        assertThat(timelines.isAway(PARTITION, 6_999)).isTrue();
        assertThat(timelines.isAway(PARTITION + 1, 6_999)).isFalse();
        assertThat(timelines.isAway(PARTITION, 7_000)).isFalse();
    }

    @Test
    void whoIsStillLateAfterThatIsLeftAloneAtOnce() {
        timelines.wasLate(PARTITION, 5_000);
        timelines.wasLate(PARTITION, 6_000);

        timelines.wasLate(PARTITION, 7_050);

        assertThat(timelines.isAway(PARTITION, 8_000)).isTrue();
    }

    @Test
    void anAnswerInTimeEndsIt() {
        timelines.wasLate(PARTITION, 5_000);
        timelines.wasLate(PARTITION, 6_000);

        timelines.answered(PARTITION);

        assertThat(timelines.isAway(PARTITION, 6_001)).isFalse();
        timelines.wasLate(PARTITION, 6_002);
        assertThat(timelines.isAway(PARTITION, 6_002)).isFalse();
    }
}
