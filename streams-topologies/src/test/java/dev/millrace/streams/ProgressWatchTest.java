package dev.millrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.topics.http.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ProgressWatchTest {
    private static final int PARTITION = 3;

    private final Map<Integer, Long> end = new HashMap<>();
    private final Map<Integer, Long> committed = new HashMap<>();
    private final OwnedPartitions partitions = new OwnedPartitions();
    private final AtomicInteger exits = new AtomicInteger();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final ProgressWatch watch = new ProgressWatch(
            "seats",
            partitions::all,
            new LogEnds() {
                @Override
                public CompletionStage<Map<Integer, Long>> of(Collection<Integer> asked) {
                    return CompletableFuture.completedFuture(end);
                }

                @Override
                public CompletionStage<Long> committed(int partition) {
                    return CompletableFuture.completedFuture(committed.getOrDefault(partition, 0L));
                }
            },
            StreamsSettings.from(Settings.of(
                    Map.of("data.dir", "target", "streams.stuck.after", "10s", "streams.exit.after", "60s"))),
            metrics,
            exits::incrementAndGet);

    private void lookAt(int seconds) throws Exception {
        watch.look(Duration.ofHours(1).plusSeconds(seconds).toNanos());
    }

    @Test
    void aPartitionWithNothingToDecideIsWellHoweverLongItIdles() throws Exception {
        partitions.open(PARTITION, 41);
        end.put(PARTITION, 42L);

        lookAt(0);
        lookAt(3_000);

        assertThat(watch.whyNotReady()).isEmpty();
    }

    @Test
    void aPartitionThatDecidesSomethingBetweenLooksIsWellHoweverMuchWaits() throws Exception {
        OwnedPartition owned = partitions.open(PARTITION, 0);
        end.put(PARTITION, 1_000L);
        lookAt(0);
        owned.decided(1);
        lookAt(9);
        owned.decided(2);
        lookAt(18);

        assertThat(watch.whyNotReady()).isEmpty();
        assertThat(metrics.get("millrace.commands.waiting")
                        .tag("partition", "3")
                        .gauge()
                        .value())
                .isEqualTo(997);
    }

    @Test
    void commandsThatWaitWithoutProgressMakeTheRoleNotReadyAndThenEndTheProcess() throws Exception {
        OwnedPartition owned = partitions.open(PARTITION, 0);
        end.put(PARTITION, 5L);
        lookAt(0);
        lookAt(9);
        assertThat(watch.whyNotReady()).isEmpty();

        lookAt(10);
        assertThat(watch.whyNotReady()).contains("partition 3 of seats decides nothing although 4 commands wait");
        assertThat(exits).hasValue(0);

        lookAt(60);
        assertThat(exits).hasValue(1);

        owned.decided(1);
        lookAt(61);
        assertThat(watch.whyNotReady()).isEmpty();
    }

    @Test
    void deadLettersAtTheEndOfTheLogAreNoReasonToWorry() throws Exception {
        partitions.open(PARTITION, 0);
        end.put(PARTITION, 5L);
        committed.put(PARTITION, 5L);

        lookAt(0);
        lookAt(100);

        assertThat(watch.whyNotReady()).isEmpty();
        assertThat(exits).hasValue(0);
    }

    @Test
    void aPartitionThatWentElsewhereIsForgotten() throws Exception {
        OwnedPartition owned = partitions.open(PARTITION, 0);
        end.put(PARTITION, 5L);
        lookAt(0);
        lookAt(10);

        partitions.close(PARTITION, owned);
        lookAt(11);

        assertThat(watch.whyNotReady()).isEmpty();
    }
}
