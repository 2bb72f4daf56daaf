package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.MarkerKeys;
import dev.millrace.files.topics.v1.NamespaceCommand;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** When the next epoch is marked, and where. */
@SuppressWarnings("try") // that closing a harness can be interrupted
class MarkedEpochsTest {
    private static final int PARTITIONS = 4;

    private final MemoryStore store = new MemoryStore();
    private long nowMillis = 1_000_000;
    private long checkpoint;

    private OneInputStreamOperatorTestHarness<ClosedEpoch, byte[]> marking() throws Exception {
        return new OneInputStreamOperatorTestHarness<>(new EpochOperator(store.access(), Collecting.plan(PARTITIONS)));
    }

    private void anEpochLater(OneInputStreamOperatorTestHarness<ClosedEpoch, byte[]> marking) throws Exception {
        nowMillis += Collecting.EPOCH.toMillis();
        marking.setProcessingTime(nowMillis);
    }

    private OperatorSubtaskState complete(OneInputStreamOperatorTestHarness<ClosedEpoch, byte[]> marking)
            throws Exception {
        checkpoint++;
        OperatorSubtaskState state = marking.snapshot(checkpoint, nowMillis);
        marking.notifyOfCompletedCheckpoint(checkpoint);
        return state;
    }

    private static void close(
            OneInputStreamOperatorTestHarness<ClosedEpoch, byte[]> marking, List<String> groups, long epoch)
            throws Exception {
        for (String group : groups) {
            marking.processElement(new StreamRecord<>(new ClosedEpoch(group, epoch)));
        }
    }

    private static List<Long> epochs(OneInputStreamOperatorTestHarness<ClosedEpoch, byte[]> marking) throws Exception {
        List<Long> epochs = new ArrayList<>();
        for (byte[] marker : marking.extractOutputValues()) {
            epochs.add(NamespaceCommand.parseFrom(marker).getMarkEpoch().getEpoch());
        }
        return epochs;
    }

    @Test
    void everyPartitionIsMarked() throws Exception {
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.open();
            complete(marking);
            anEpochLater(marking);

            List<byte[]> markers = marking.extractOutputValues();
            assertThat(markers).hasSize(PARTITIONS);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                NamespaceCommand marker = NamespaceCommand.parseFrom(markers.get(partition));
                assertThat(marker.getNamespaceId()).isEqualTo(MarkerKeys.of(partition, PARTITIONS));
                assertThat(marker.getMeta().getCommandId().size()).isEqualTo(16);
                assertThat(HexFormat.of()
                                .formatHex(marker.getMarkEpoch().getRun().toByteArray()))
                        .isEqualTo(Collecting.RUN);
            }
        }
    }

    @Test
    void nothingIsMarkedBeforeTheRunIsInACheckpoint() throws Exception {
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.open();
            anEpochLater(marking);

            assertThat(marking.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void theNextEpochWaitsUntilTheOneBeforeIsClosedEverywhereAndInACheckpoint() throws Exception {
        List<String> groups = ChunkGroups.all();
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.open();
            complete(marking);
            anEpochLater(marking);
            assertThat(epochs(marking)).hasSize(PARTITIONS).containsOnly(1L);

            close(marking, groups.subList(1, groups.size()), 1);
            complete(marking);
            anEpochLater(marking);
            assertThat(epochs(marking)).as("again").hasSize(2 * PARTITIONS).containsOnly(1L);

            close(marking, groups.subList(0, 1), 1);
            marking.snapshot(++checkpoint, nowMillis);
            anEpochLater(marking);
            assertThat(epochs(marking)).hasSize(3 * PARTITIONS).containsOnly(1L);

            marking.notifyOfCompletedCheckpoint(checkpoint);
            anEpochLater(marking);
            assertThat(epochs(marking)).hasSize(4 * PARTITIONS).endsWith(2L);
        }
    }

    @Test
    void whatIsMarkedIsInTheBucketFirst() throws Exception {
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.open();
            complete(marking);
            store.failWrite(1);
            anEpochLater(marking);
            assertThat(marking.extractOutputValues())
                    .as("while the bucket is away")
                    .isEmpty();

            anEpochLater(marking);

            assertThat(epochs(marking)).hasSize(PARTITIONS).containsOnly(1L);
            assertThat(new EpochFence(store).marked()).isEqualTo(new EpochFence.Marked(1, Collecting.RUN));
        }
    }

    @Test
    void whileNobodyCanSayWhatWasMarkedNothingIsAndTheJobGoesOn() throws Exception {
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.open();
            complete(marking);
            store.write(ContentKeys.EPOCH_MARKED, "a few".getBytes(UTF_8));
            anEpochLater(marking);
            assertThat(marking.extractOutputValues()).isEmpty();

            store.write(ContentKeys.EPOCH_MARKED, "7\n".getBytes(UTF_8));
            anEpochLater(marking);

            assertThat(epochs(marking)).hasSize(PARTITIONS).containsOnly(7L);
        }
    }

    @Test
    void aStateThatForgotWhatItMarkedMarksThatAgainAndWaitsForIt() throws Exception {
        OperatorSubtaskState before;
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.open();
            before = complete(marking);
            anEpochLater(marking);
        }
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.initializeState(before);
            marking.open();
            anEpochLater(marking);
            assertThat(epochs(marking)).hasSize(PARTITIONS).containsOnly(1L);
            complete(marking);
            anEpochLater(marking);
            assertThat(epochs(marking)).containsOnly(1L);
        }
    }

    @Test
    void aStateThatAnotherRunHasLeftBehindMarksNothing() throws Exception {
        OperatorSubtaskState before;
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.open();
            before = complete(marking);
        }
        EpochFence.Marked anothers = new EpochFence.Marked(1, "e".repeat(32));
        new EpochFence(store).mark(anothers);
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.initializeState(before);
            marking.open();
            anEpochLater(marking);

            assertThat(marking.extractOutputValues()).isEmpty();
            assertThat(new EpochFence(store).marked()).isEqualTo(anothers);
        }
    }

    @Test
    void onceAGroupIsStuckNothingIsMarkedAnyMore() throws Exception {
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.open();
            complete(marking);
            anEpochLater(marking);
            close(marking, ChunkGroups.all().subList(3, 4), ClosedEpoch.STUCK);
            close(marking, ChunkGroups.all(), 1);
            complete(marking);
            anEpochLater(marking);
            anEpochLater(marking);

            assertThat(epochs(marking)).hasSize(PARTITIONS).containsOnly(1L);
        }
    }

    @Test
    void aRunThatBeginsAnewCountsOnFromWhatOthersMarked() throws Exception {
        Collecting.mark(store, 6);
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.open();
            complete(marking);

            anEpochLater(marking);

            assertThat(epochs(marking)).hasSize(PARTITIONS).containsOnly(7L);
        }
    }

    @Test
    void aRunGoesOnUnderItsNameAndWithItsEpochs() throws Exception {
        OperatorSubtaskState before;
        try (var marking = marking()) {
            marking.setProcessingTime(nowMillis);
            marking.open();
            complete(marking);
            anEpochLater(marking);
            close(marking, ChunkGroups.all(), 1);
            before = complete(marking);
        }
        CollectionPlan drawnAnew = new CollectionPlan("e".repeat(32), PARTITIONS, Collecting.EPOCH, Collecting.KEPT);
        try (var marking = new OneInputStreamOperatorTestHarness<>(new EpochOperator(store.access(), drawnAnew))) {
            marking.setProcessingTime(nowMillis);
            marking.initializeState(before);
            marking.open();
            anEpochLater(marking);

            assertThat(epochs(marking)).hasSize(PARTITIONS).containsOnly(2L);
            assertThat(HexFormat.of()
                            .formatHex(NamespaceCommand.parseFrom(
                                            marking.extractOutputValues().get(0))
                                    .getMarkEpoch()
                                    .getRun()
                                    .toByteArray()))
                    .isEqualTo(Collecting.RUN);
        }
    }
}
