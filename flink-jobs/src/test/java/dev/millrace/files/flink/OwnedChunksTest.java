package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.topics.Sha256;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a chunk at its owner. */
@SuppressWarnings("try") // that closing a harness can be interrupted
class OwnedChunksTest {
    private static final byte[] BYTES = {1, 2, 3};
    private static final String CHUNK =
            HexFormat.of().formatHex(Sha256.of(BYTES).toByteArray());
    private static final int PARTITIONS = 2;

    private final MemoryStore store = new MemoryStore();

    private KeyedTwoInputStreamOperatorTestHarness<String, SentChunk, LogEvent, PlacedChunk> owner() throws Exception {
        return Collecting.packing(store, PARTITIONS);
    }

    /** The chunk comes with an upload; returns the pack that the upload is told. */
    private static String send(
            KeyedTwoInputStreamOperatorTestHarness<String, SentChunk, LogEvent, PlacedChunk> owner, String upload)
            throws Exception {
        owner.processElement1(new StreamRecord<>(new SentChunk(upload, 0, CHUNK, BYTES)));
        owner.prepareSnapshotPreBarrier(1);
        List<PlacedChunk> told = owner.extractOutputValues();
        assertThat(told.get(told.size() - 1).uploadId()).isEqualTo(upload);
        return told.get(told.size() - 1).place().pack();
    }

    private static void close(
            KeyedTwoInputStreamOperatorTestHarness<String, SentChunk, LogEvent, PlacedChunk> owner, long epoch)
            throws Exception {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Collecting.pass(owner, partition, epoch);
        }
    }

    private static void say(
            KeyedTwoInputStreamOperatorTestHarness<String, SentChunk, LogEvent, PlacedChunk> owner,
            LogEvent.Kind kind,
            String pack)
            throws Exception {
        owner.processElement2(new StreamRecord<>(LogEvent.ofCopy(kind, CHUNK, pack, 0)));
    }

    private static List<String> deletedPacks(
            KeyedTwoInputStreamOperatorTestHarness<String, SentChunk, LogEvent, PlacedChunk> owner) {
        return values(owner.getSideOutput(PackOperator.DELETED)).stream()
                .map(ChunkFacts::parse)
                .map(ChunkFact::getPack)
                .map(pack -> HexFormat.of().formatHex(pack.toByteArray()))
                .toList();
    }

    private static <T> List<T> values(@Nullable Queue<StreamRecord<T>> records) {
        return records == null
                ? List.of()
                : records.stream().map(StreamRecord::getValue).toList();
    }

    @Test
    void whatNobodyNamesGoesWithTheSecondEpochAndNothingIsKeptOfIt() throws Exception {
        int entriesWithoutChunks;
        try (var owner = owner()) {
            owner.open();
            close(owner, 1);
            entriesWithoutChunks = owner.numKeyedStateEntries();
        }
        try (var owner = owner()) {
            owner.open();
            String pack = send(owner, "first");

            close(owner, 1);
            assertThat(deletedPacks(owner)).isEmpty();
            close(owner, 2);

            assertThat(deletedPacks(owner)).containsExactly(pack);
            assertThat(ChunkFacts.parse(values(owner.getSideOutput(PackOperator.DELETED))
                                    .get(0))
                            .getChunkDeleted()
                            .getSha256())
                    .isEqualTo(Sha256.of(BYTES));
            close(owner, 3);
            assertThat(deletedPacks(owner)).hasSize(1);
            assertThat(owner.numKeyedStateEntries()).isEqualTo(entriesWithoutChunks);
        }
    }

    @Test
    void anEpochOfWhichAMarkerIsMissingStaysOpen() throws Exception {
        try (var owner = owner()) {
            owner.open();
            send(owner, "first");

            for (long epoch = 1; epoch <= 3; epoch++) {
                Collecting.pass(owner, 0, epoch);
            }
            assertThat(values(owner.getSideOutput(PackOperator.CLOSED))).isEmpty();
            Collecting.pass(owner, 1, 1);

            assertThat(values(owner.getSideOutput(PackOperator.CLOSED)))
                    .extracting(ClosedEpoch::epoch)
                    .hasSize(ChunkGroups.all().size())
                    .containsOnly(1L);
            assertThat(deletedPacks(owner)).isEmpty();
        }
    }

    @Test
    void anUploadThatBringsACondemnedChunkHasItStoredAgain() throws Exception {
        try (var owner = owner()) {
            owner.open();
            String before = send(owner, "first");
            assertThat(send(owner, "second")).isEqualTo(before);
            close(owner, 1);

            String again = send(owner, "third");

            assertThat(again).isNotEqualTo(before);
            assertThat(store.below(ContentKeys.PACKS)).hasSize(2);
            say(owner, LogEvent.Kind.REFERENCED, again);
            close(owner, 2);
            close(owner, 3);
            assertThat(deletedPacks(owner)).containsExactly(before);
            assertThat(send(owner, "fourth")).isEqualTo(again);
        }
    }

    @Test
    void aVersionThatNamesACondemnedCopyBringsItBackUntilItGoes() throws Exception {
        try (var owner = owner()) {
            owner.open();
            String pack = send(owner, "first");
            close(owner, 1);
            say(owner, LogEvent.Kind.REFERENCED, pack);
            say(owner, LogEvent.Kind.REFERENCED, pack);
            close(owner, 2);
            close(owner, 3);
            assertThat(send(owner, "second")).isEqualTo(pack);

            say(owner, LogEvent.Kind.RELEASED, pack);
            close(owner, 4);
            close(owner, 5);
            assertThat(deletedPacks(owner)).isEmpty();
            say(owner, LogEvent.Kind.RELEASED, pack);
            close(owner, 6);
            assertThat(deletedPacks(owner)).isEmpty();
            close(owner, 7);

            assertThat(deletedPacks(owner)).containsExactly(pack);
        }
    }

    @Test
    void whatIsCondemnedStaysSoWhereAnotherTaskGoesOn() throws Exception {
        OperatorSubtaskState before;
        String pack;
        try (var owner = owner()) {
            owner.open();
            pack = send(owner, "first");
            close(owner, 1);
            Collecting.pass(owner, 0, 2);
            before = owner.snapshot(1, 1);
        }
        try (var owner = owner()) {
            owner.initializeState(before);
            owner.open();

            Collecting.pass(owner, 1, 2);

            assertThat(deletedPacks(owner)).containsExactly(pack);
        }
    }

    @Test
    void aStateThatIsOlderThanTheNewestDeletionsIsNotGoneOnFrom() throws Exception {
        OperatorSubtaskState before;
        try (var owner = owner()) {
            owner.open();
            send(owner, "first");
            close(owner, 1);
            before = owner.snapshot(1, 1);
        }
        Collecting.mark(store, 2);
        goOnFrom(before);
        Collecting.mark(store, 3);
        assertRefused(before);
    }

    @Test
    void onceAnotherRunHasMarkedAnythingAStateIsNotGoneOnFrom() throws Exception {
        Collecting.mark(store, 1);
        OperatorSubtaskState before;
        try (var owner = owner()) {
            owner.open();
            before = owner.snapshot(1, 1);
        }
        String another = "e".repeat(32);
        new EpochFence(store).mark(new EpochFence.Marked(1, another));
        goOnFrom(before);
        new EpochFence(store).mark(new EpochFence.Marked(2, another));
        assertRefused(before);
    }

    private void goOnFrom(OperatorSubtaskState state) throws Exception {
        try (var owner = owner()) {
            owner.initializeState(state);
            owner.open();
        }
    }

    private void assertRefused(OperatorSubtaskState state) throws Exception {
        try (var owner = owner()) {
            owner.initializeState(state);
            assertThatThrownBy(owner::open)
                    .isInstanceOf(SuppressRestartsException.class)
                    .hasStackTraceContaining("state to go on from: of epoch 1 (expected: at least 2");
        }
    }

    @Test
    void aRunThatBeginsAnewTakesWhatOthersMarkedForClosed() throws Exception {
        Collecting.mark(store, 6);
        OperatorSubtaskState before;
        try (var owner = owner()) {
            owner.open();
            String pack = send(owner, "first");
            close(owner, 7);
            assertThat(deletedPacks(owner)).isEmpty();
            assertThat(send(owner, "second")).isNotEqualTo(pack);
            before = owner.snapshot(1, 1);
        }
        Collecting.mark(store, 8);
        try (var owner = owner()) {
            owner.initializeState(before);
            owner.open();
            close(owner, 8);
            assertThat(deletedPacks(owner)).hasSize(1);
        }
    }

    /** Tasks may begin while another run marks: who counts epochs must not wait for what nobody will say. */
    @Test
    void thatAnEpochWasTakenForClosedIsSaidWhenItsMarkersHavePassed() throws Exception {
        Collecting.mark(store, 6);
        try (var owner = owner()) {
            owner.open();
            String pack = send(owner, "first");

            close(owner, 6);

            assertThat(values(owner.getSideOutput(PackOperator.CLOSED)))
                    .extracting(ClosedEpoch::epoch)
                    .hasSize(ChunkGroups.all().size())
                    .containsOnly(6L);
            assertThat(send(owner, "second")).isEqualTo(pack);
        }
    }

    @Test
    void whatCannotBeCountedEndsTheCollectionAndNothingElse() throws Exception {
        String unknown = "cd".repeat(32);
        try (var owner = owner()) {
            owner.open();
            send(owner, "first");
            say(owner, LogEvent.Kind.RELEASED, unknown);

            close(owner, 1);
            close(owner, 2);

            assertThat(deletedPacks(owner)).isEmpty();
            assertThat(values(owner.getSideOutput(PackOperator.CLOSED)))
                    .hasSize(1 + 2 * (ChunkGroups.all().size() - 1))
                    .filteredOn(ClosedEpoch::group, ChunkGroups.of(CHUNK))
                    .extracting(ClosedEpoch::epoch)
                    .containsExactly(ClosedEpoch.STUCK);
            send(owner, "second");
        }
    }

    @Test
    void aCopyWhoseStoringWasForgottenIsCountedFromItsVersionsAlone() throws Exception {
        String pack = "ab".repeat(32);
        try (var owner = owner()) {
            owner.open();
            say(owner, LogEvent.Kind.REFERENCED, pack);
            close(owner, 1);
            close(owner, 2);
            assertThat(send(owner, "first")).isNotEqualTo(pack);
            assertThat(deletedPacks(owner)).isEmpty();

            say(owner, LogEvent.Kind.RELEASED, pack);
            close(owner, 3);
            close(owner, 4);

            assertThat(deletedPacks(owner)).contains(pack);
        }
    }

    @Test
    void whatIsKeptOfAGroupOfChunksIsWhereTheyAre() {
        List<String> groups = ChunkGroups.all();
        for (int group = 0; group < groups.size(); group++) {
            assertThat(KeyGroupRangeAssignment.assignToKeyGroup(groups.get(group), JobSettings.PARALLELISM_MAX))
                    .isEqualTo(group);
        }
        assertThat(ChunkGroups.of(CHUNK))
                .isEqualTo(groups.get(KeyGroupRangeAssignment.assignToKeyGroup(CHUNK, JobSettings.PARALLELISM_MAX)));
    }
}
