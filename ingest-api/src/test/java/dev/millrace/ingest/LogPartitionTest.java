package dev.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogPartitionTest {
    private static final long MILLI = 1_000_000;

    private final LogPartition partition = new LogPartition(Duration.ofMillis(100));

    @Test
    void anIdlePartitionIsNotSilent() {
        assertThat(partition.isSilent(10_000 * MILLI)).isFalse();
        assertThat(partition.admit(10_000 * MILLI)).isTrue();
        assertThat(partition.isSilent(10_099 * MILLI)).isFalse();
    }

    @Test
    void withoutAnAcknowledgementItIsSilentAndRefuses() {
        partition.admit(0);

        assertThat(partition.isSilent(101 * MILLI)).isTrue();
        assertThat(partition.admit(102 * MILLI)).isFalse();
    }

    @Test
    void anAcknowledgementEndsTheSilence() {
        partition.admit(0);
        partition.isSilent(101 * MILLI);
        partition.acknowledged(110 * MILLI);

        assertThat(partition.isSilent(111 * MILLI)).isFalse();
        assertThat(partition.admit(111 * MILLI)).isTrue();
    }

    @Test
    void aSilentPartitionIsTriedByOneCommandAtATime() {
        partition.admit(0);
        partition.isSilent(101 * MILLI);

        assertThat(partition.admit(202 * MILLI)).isTrue();
        assertThat(partition.admit(203 * MILLI)).isFalse();
    }

    @Test
    void silenceEndsWithTimeWhenNothingIsOutstanding() {
        partition.admit(0);
        partition.isSilent(101 * MILLI);
        partition.failed();

        assertThat(partition.isSilent(150 * MILLI)).isTrue();
        assertThat(partition.isSilent(202 * MILLI)).isFalse();
    }

    @Test
    void acknowledgementsInTimeKeepItOpen() {
        partition.admit(0);
        partition.admit(50 * MILLI);
        partition.acknowledged(90 * MILLI);

        assertThat(partition.isSilent(150 * MILLI)).isFalse();
        assertThat(partition.isSilent(191 * MILLI)).isTrue();
    }
}
