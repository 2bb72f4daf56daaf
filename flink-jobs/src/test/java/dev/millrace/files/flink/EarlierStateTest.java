package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.packs.PackBuilder;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;

/**
 * A job goes on from what an earlier build kept: the snapshots beside this test are from the build that first had that
 * state. A test that fails here says that an upgrade would lose uploads under way, or store all chunks again. Only for
 * new state is a snapshot written, by its test alone: {@code ./mvnw -q -pl flink-jobs -am test
 * -Dtest=EarlierStateTest#<test> -Dgolden=write}.
 */
@SuppressWarnings("try") // that closing a harness can be interrupted
class EarlierStateTest {
    private static final Path SNAPSHOTS = Path.of("src/test/resources/snapshots");
    private static final boolean WRITES = "write".equals(System.getProperty("golden"));
    private static final FileId UPLOAD =
            new FileId(FileIds.namespaceOf("alice"), Sha256.of(new byte[] {1}).substring(0, 16));
    private static final byte[] CONTENT = content();
    private static final String CHUNK =
            HexFormat.of().formatHex(Sha256.of(CONTENT).toByteArray());

    private final MemoryStore store = new MemoryStore();
    private final Steps steps = new Steps();

    private static byte[] content() {
        byte[] content = new byte[50_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + i / 251);
        }
        return content;
    }

    /** What was kept then; as it is now, and written down, if that is wanted. */
    private static OperatorSubtaskState kept(String name, AbstractStreamOperatorTestHarness<?> harness)
            throws Exception {
        Path file = SNAPSHOTS.resolve(name);
        if (WRITES) {
            Files.createDirectories(SNAPSHOTS);
            OperatorSnapshotUtil.writeStateHandle(harness.snapshot(1, 1), file.toString());
        }
        return OperatorSnapshotUtil.readStateHandle(file.toString());
    }

    @Test
    void anUploadIsReadOn() throws Exception {
        store.sent(UPLOAD, CONTENT);
        OperatorSubtaskState before;
        try (var reading = reading()) {
            reading.open();
            // It can't be read yet: the bucket is asked in vain, over and over.
            store.failReads(Integer.MAX_VALUE);
            reading.processElement(new StreamRecord<>(new Uploaded(UPLOAD.toString(), CONTENT.length)));
            before = kept("read", reading);
            store.failReads(0);
        }
        try (var reading = reading()) {
            reading.initializeState(before);
            reading.open();
            reading.getOperator().finish();

            assertThat(reading.extractOutputValues().stream()
                            .mapToInt(chunk -> chunk.bytes().length)
                            .sum())
                    .isEqualTo(CONTENT.length);
        }
    }

    @Test
    void aChunkThatIsStoredIsNotStoredAgain() throws Exception {
        OperatorSubtaskState before;
        try (var packing = packing(store)) {
            packing.open();
            packing.processElement1(new StreamRecord<>(sent()));
            packing.prepareSnapshotPreBarrier(1);
            before = kept("pack", packing);
        }
        MemoryStore fresh = new MemoryStore();
        try (var packing = packing(fresh)) {
            packing.initializeState(before);
            packing.open();
            packing.processElement1(new StreamRecord<>(sent()));
            packing.getOperator().finish();

            assertThat(packing.extractOutputValues())
                    .singleElement()
                    .extracting(PlacedChunk::sha256)
                    .isEqualTo(CHUNK);
            assertThat(fresh.below("packs/")).isEmpty();
        }
    }

    @Test
    void aCopyThatIsCondemnedGoesWithTheNextEpoch() throws Exception {
        OperatorSubtaskState before;
        try (var packing = packing(store)) {
            packing.open();
            packing.processElement1(new StreamRecord<>(sent()));
            packing.prepareSnapshotPreBarrier(1);
            Collecting.pass(packing, 0, 1);
            before = kept("chunks", packing);
        }
        try (var packing = packing(new MemoryStore())) {
            packing.initializeState(before);
            packing.open();
            Collecting.pass(packing, 0, 2);

            assertThat(packing.getSideOutput(PackOperator.DELETED)).hasSize(1);
        }
    }

    @Test
    void anUploadStillHoldsAMarkerUp() throws Exception {
        OperatorSubtaskState before;
        try (var following = following()) {
            following.open();
            following.processElement(
                    new StreamRecord<>(verified(UploadStatus.UPLOAD_VERIFYING).toByteArray()));
            following.processElement(new StreamRecord<>(NamespaceFact.newBuilder()
                    .setEpochMarked(MarkEpoch.newBuilder()
                            .setRun(CommandId.parse(Collecting.RUN).bytes())
                            .setEpoch(1))
                    .build()
                    .toByteArray()));
            before = kept("references", following);
        }
        try (var following = following()) {
            following.initializeState(before);
            following.open();
            following.processElement(
                    new StreamRecord<>(verified(UploadStatus.UPLOAD_REJECTED).toByteArray()));

            assertThat(following.extractOutputValues())
                    .hasSameSizeAs(ChunkGroups.all())
                    .allMatch(event -> event.epoch() == 1);
        }
    }

    @Test
    void epochsGoOnCounting() throws Exception {
        OperatorSubtaskState before;
        try (var marking = marking()) {
            marking.open();
            marking.snapshot(0, 0);
            marking.notifyOfCompletedCheckpoint(0);
            marking.setProcessingTime(Collecting.EPOCH.toMillis());
            for (String group : ChunkGroups.all()) {
                marking.processElement(new StreamRecord<>(new ClosedEpoch(group, 1)));
            }
            before = kept("epochs", marking);
        }
        try (var marking = marking()) {
            marking.initializeState(before);
            marking.open();
            marking.setProcessingTime(2 * Collecting.EPOCH.toMillis());

            assertThat(marking.extractOutputValues())
                    .singleElement()
                    .satisfies(value -> assertThat(NamespaceCommand.parseFrom(value)
                                    .getMarkEpoch()
                                    .getEpoch())
                            .isEqualTo(2));
        }
    }

    @Test
    void whatIsLeftOfAPackIsKnown() throws Exception {
        PackBuilder pack = new PackBuilder(CommandId.parse(Collecting.RUN));
        for (byte i = 0; i < 2; i++) {
            pack.add(Sha256.of(new byte[] {i}), new byte[] {i});
        }
        byte[] bytes = pack.build();
        String name = HexFormat.of().formatHex(Sha256.of(bytes).toByteArray());
        store.write(ContentKeys.pack(Sha256.of(bytes)), bytes);
        OperatorSubtaskState before;
        try (var keeping = keeping()) {
            keeping.open();
            keeping.processElement(new StreamRecord<>(deleted(0, name)));
            before = kept("packs", keeping);
        }
        store.delete(ContentKeys.pack(Sha256.of(bytes)));
        try (var keeping = keeping()) {
            keeping.initializeState(before);
            keeping.open();
            keeping.processElement(new StreamRecord<>(deleted(1, name)));
            keeping.setProcessingTime(2 * Collecting.EPOCH.toMillis());
            keeping.setProcessingTime(2 * Collecting.EPOCH.plus(Collecting.KEPT).toMillis());

            assertThat(keeping.extractOutputValues())
                    .singleElement()
                    .satisfies(value -> assertThat(
                                    ChunkFacts.parse(value).getPackDeleted().getLast())
                            .isTrue());
        }
    }

    private static byte[] deleted(int chunk, String pack) {
        return ChunkFacts.chunkDeleted(
                HexFormat.of().formatHex(Sha256.of(new byte[] {(byte) chunk}).toByteArray()), pack, 0);
    }

    private static NamespaceFact verified(UploadStatus status) {
        return NamespaceFact.newBuilder()
                .setNamespaceId(UPLOAD.namespace())
                .setKind(
                        status == UploadStatus.UPLOAD_VERIFYING
                                ? ChangeKind.CHANGE_UPLOAD_COMPLETED
                                : ChangeKind.CHANGE_UPLOAD_REJECTED)
                .setUpload(Upload.newBuilder().setUploadId(UPLOAD.local()).setStatus(status))
                .build();
    }

    @Test
    void aManifestIsWrittenOnceItsLastChunkComes() throws Exception {
        Place place = new Place(CHUNK, 7, 5, true);
        OperatorSubtaskState before;
        try (var manifests = manifests()) {
            manifests.open();
            manifests.processElement2(
                    new StreamRecord<>(new ReadUpload(UPLOAD.toString(), 2, CHUNK, 2L * CONTENT.length, "")));
            manifests.processElement1(
                    new StreamRecord<>(new PlacedChunk(UPLOAD.toString(), 1, CHUNK, CONTENT.length, place)));
            before = kept("manifest", manifests);
        }
        try (var manifests = manifests()) {
            manifests.initializeState(before);
            manifests.open();
            manifests.processElement1(
                    new StreamRecord<>(new PlacedChunk(UPLOAD.toString(), 0, CHUNK, CONTENT.length, place)));
            manifests.getOperator().finish();

            assertThat(manifests.extractOutputValues())
                    .singleElement()
                    .satisfies(value -> assertThat(NamespaceCommand.parseFrom(value)
                                    .getContentVerified()
                                    .getManifest()
                                    .getSizeBytes())
                            .isEqualTo(2L * CONTENT.length));
        }
    }

    @Test
    void whomAStepIsToldIsKnown() throws Exception {
        OperatorSubtaskState before;
        try (var telling = telling()) {
            telling.open();
            for (NamespaceFact step : new NamespaceFact[] {
                steps.about(ChangeKind.CHANGE_FOLDER_CREATED, "docs", ""),
                steps.shared("docs", "", Steps.share("docs-bob", "docs", "bob"))
            }) {
                telling.processElement(new StreamRecord<>(step.toByteArray()));
            }
            before = kept("changes", telling);
        }
        try (var telling = telling()) {
            telling.initializeState(before);
            telling.open();
            for (NamespaceFact step : new NamespaceFact[] {
                steps.about(ChangeKind.CHANGE_UPLOAD_STARTED, "map", "docs"),
                // No fact is about the folder itself: that it is shared is in that state alone.
                steps.deleted("", "")
            }) {
                telling.processElement(new StreamRecord<>(step.toByteArray()));
            }

            assertThat(telling.extractOutputValues())
                    .extracting(SyncEvent::parseFrom)
                    .filteredOn(event -> event.getUserNamespaceId().equals(FileIds.namespaceOf("bob")))
                    .extracting(event -> event.getChange().getKind())
                    .containsExactly(ChangeKind.CHANGE_UPLOAD_STARTED, ChangeKind.CHANGE_NODE_DELETED);
        }
    }

    @Test
    void whatVersionsSaveIsCountedOn() throws Exception {
        OperatorSubtaskState before;
        try (var counting = CountSavingsTest.counting(store)) {
            counting.open();
            counting.setProcessingTime(1);
            counting.processElement(new StreamRecord<>(committed("abc")));
            before = kept("savings", counting);
        }
        try (var counting = CountSavingsTest.counting(store)) {
            counting.initializeState(before);
            counting.open();
            counting.processElement(new StreamRecord<>(committed("abd")));
            counting.setProcessingTime(1 + CountSavings.TOLD_AFTER.toMillis());

            assertThat(counting.extractOutputValues())
                    .singleElement()
                    .satisfies(value -> assertThat(NamespaceCommand.parseFrom(value)
                                    .getLearnSavings()
                                    .getSavings()
                                    .getSavedBytes())
                            .isEqualTo(1 + 2));
        }
    }

    private byte[] committed(String letters) throws Exception {
        return steps.step(ChangeKind.CHANGE_VERSION_COMMITTED)
                .setVersion(CountSavingsTest.version(store, letters))
                .build()
                .toByteArray();
    }

    private static SentChunk sent() {
        return new SentChunk(UPLOAD.toString(), 0, CHUNK, CONTENT);
    }

    private KeyedOneInputStreamOperatorTestHarness<String, Uploaded, SentChunk> reading() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new ReadOperator(store.access()), Uploaded::uploadId, Types.STRING);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, SentChunk, LogEvent, PlacedChunk> packing(
            MemoryStore to) throws Exception {
        return Collecting.packing(to, 1);
    }

    private KeyedOneInputStreamOperatorTestHarness<Integer, byte[], LogEvent> following() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new ReferenceOperator(store.access(), Collecting.plan(1)),
                fact -> NamespaceFact.parseFrom(fact).getPosition().getPartition(),
                Types.INT);
    }

    private OneInputStreamOperatorTestHarness<ClosedEpoch, byte[]> marking() throws Exception {
        return new OneInputStreamOperatorTestHarness<>(new EpochOperator(store.access(), Collecting.plan(1)));
    }

    private KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> keeping() throws Exception {
        var keeping = new KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]>(
                new KeyedProcessOperator<>(new KeepPacks(store.access(), Collecting.plan(1))),
                ChunkFacts::packOf,
                Types.STRING);
        keeping.setProcessingTime(1);
        return keeping;
    }

    private KeyedTwoInputStreamOperatorTestHarness<String, PlacedChunk, ReadUpload, byte[]> manifests()
            throws Exception {
        ManifestOperator operator = new ManifestOperator(store.access());
        KeyedTwoInputStreamOperatorTestHarness<String, PlacedChunk, ReadUpload, byte[]> harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        operator, PlacedChunk::uploadId, ReadUpload::uploadId, Types.STRING);
        // The harness of one input does this by itself.
        operator.setMailboxExecutor(
                new MailboxExecutorImpl(harness.getTaskMailbox(), 0, StreamTaskActionExecutor.IMMEDIATE));
        return harness;
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> telling() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new TellChanges()),
                fact -> NamespaceFact.parseFrom(fact).getNamespaceId(),
                Types.STRING);
    }
}
