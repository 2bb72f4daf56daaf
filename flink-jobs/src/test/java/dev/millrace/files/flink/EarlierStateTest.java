package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.SyncEvent;
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
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;

/**
 * A job goes on from what an earlier build kept: the snapshots beside this test are from the build that first had that
 * state. A test that fails here says that an upgrade would lose uploads under way, or store all chunks again. Only for
 * new state is a snapshot written anew: {@code ./mvnw -q -pl flink-jobs -am test -Dtest=EarlierStateTest -Dgolden=write}.
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
            packing.processElement(new StreamRecord<>(sent()));
            packing.prepareSnapshotPreBarrier(1);
            before = kept("pack", packing);
        }
        MemoryStore fresh = new MemoryStore();
        try (var packing = packing(fresh)) {
            packing.initializeState(before);
            packing.open();
            packing.processElement(new StreamRecord<>(sent()));
            packing.getOperator().finish();

            assertThat(packing.extractOutputValues())
                    .singleElement()
                    .extracting(PlacedChunk::sha256)
                    .isEqualTo(CHUNK);
            assertThat(fresh.below("packs/")).isEmpty();
        }
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
            telling.processElement(new StreamRecord<>(
                    steps.about(ChangeKind.CHANGE_UPLOAD_STARTED, "map", "docs").toByteArray()));

            assertThat(telling.extractOutputValues())
                    .extracting(value -> SyncEvent.parseFrom(value).getUserNamespaceId())
                    .containsExactly(Steps.NAMESPACE, FileIds.namespaceOf("bob"));
        }
    }

    private static SentChunk sent() {
        return new SentChunk(UPLOAD.toString(), 0, CHUNK, CONTENT);
    }

    private KeyedOneInputStreamOperatorTestHarness<String, Uploaded, SentChunk> reading() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new ReadOperator(store.access()), Uploaded::uploadId, Types.STRING);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, SentChunk, PlacedChunk> packing(MemoryStore to)
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new PackOperator(to.access()), SentChunk::sha256, Types.STRING);
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
