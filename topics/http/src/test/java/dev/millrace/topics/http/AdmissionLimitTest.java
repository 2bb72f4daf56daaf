package dev.millrace.topics.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdmissionLimitTest {
    private final AdmissionLimit limit = new AdmissionLimit(100, 5_000, Duration.ofMillis(500));

    @Test
    void thereIsRoomBeforeAnythingWasDecided() {
        assertThat(limit.now()).isEqualTo(100);
    }

    @Test
    void asManyMayWaitAsAreDecidedInTheTimeThatIsAimedAt() {
        decide(3, 2_000);
        decide(4, 1);
        assertThat(limit.now()).isEqualTo(1_000);
    }

    @Test
    void theRoomNeverPassesItsBounds() {
        decide(3, 1_000_000);
        decide(4, 1);
        assertThat(limit.now()).isEqualTo(5_000);
        decide(40, 1);
        decide(41, 1);
        assertThat(limit.now()).isEqualTo(100);
    }

    @Test
    void aPauseOfTheOwnerDoesNotCloseTheDoor() {
        decide(3, 2_000);
        decide(13, 5);
        assertThat(limit.now()).isEqualTo(1_000);
    }

    @Test
    void aRateOfLongAgoCountsNoMore() {
        decide(3, 2_000);
        decide(30, 300);
        decide(31, 1);
        assertThat(limit.now()).isEqualTo(150);
    }

    private void decide(int second, int count) {
        limit.answered(count, TimeUnit.SECONDS.toNanos(second));
    }
}
