package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What operators keep, and for how long. */
@SuppressWarnings("try") // that closing a harness can be interrupted
class OperatorsStateTest {
    private static final FileId UPLOAD =
            new FileId(FileIds.namespaceOf("alice"), CommandId.random().bytes());
    private static final Place PLACE = new Place(HexFormat.of().formatHex(new byte[32]), 7, 5, true);

    private final MemoryStore store = new MemoryStore();

    @Test
    void ofAnUploadThatIsReadNothingIsKept() throws Exception {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        store.sent(UPLOAD, content);
        try (var reading = reading()) {
            reading.open();
            reading.processElement(new StreamRecord<>(new Uploaded(UPLOAD.toString(), content.length)));
            assertThat(reading.numKeyedStateEntries()).isEqualTo(1);

            reading.getOperator().finish();

            assertThat(reading.numKeyedStateEntries()).isZero();
            assertThat(reading.getSideOutput(ReadOperator.READ))
                    .singleElement()
                    .satisfies(read -> assertThat(read.getValue().sha256())
                            .isEqualTo(
                                    HexFormat.of().formatHex(Sha256.of(content).toByteArray())));
        }
    }

    @Test
    void anUploadThatWasBegunBeforeAFailureIsReadOn() throws Exception {
        byte[] content = new byte[3_000_000];
        new Random(2).nextBytes(content);
        OperatorSubtaskState before;
        try (var reading = reading()) {
            reading.open();
            // It can't be read yet: the bucket is asked in vain, over and over.
            store.sent(UPLOAD, content);
            store.failReads(Integer.MAX_VALUE);
            reading.processElement(new StreamRecord<>(new Uploaded(UPLOAD.toString(), content.length)));
            before = reading.snapshot(1, 1);
            store.failReads(0);
        }
        try (var reading = reading()) {
            reading.initializeState(before);
            reading.open();
            reading.getOperator().finish();

            assertThat(reading.extractOutputValues().stream()
                            .mapToInt(chunk -> chunk.bytes().length)
                            .sum())
                    .isEqualTo(content.length);
            assertThat(reading.getSideOutput(ReadOperator.READ)).hasSize(1);
        }
    }

    @Test
    void ofAManifestThatIsWrittenNothingIsKept() throws Exception {
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            indexes.add(i);
        }
        Collections.shuffle(indexes, new Random(3));
        try (var manifests = manifests()) {
            manifests.open();
            manifests.processElement2(new StreamRecord<>(new ReadUpload(
                    UPLOAD.toString(), indexes.size(), HexFormat.of().formatHex(new byte[32]), 25_000, "")));
            for (int index : indexes) {
                assertThat(manifests.extractOutputValues()).isEmpty();
                manifests.processElement1(new StreamRecord<>(placed(index)));
            }
            manifests.getOperator().finish();

            assertThat(manifests.numKeyedStateEntries()).isZero();
            assertThat(manifests.extractOutputValues()).singleElement().satisfies(value -> {
                var verified = NamespaceCommand.parseFrom(value).getContentVerified();
                assertThat(verified.getManifest().getSizeBytes()).isEqualTo(25_000);
            });
        }
    }

    @Test
    void ofAnUploadThatIsRefusedNothingIsKeptOnceItsChunksHaveCome() throws Exception {
        try (var manifests = manifests()) {
            manifests.open();
            manifests.processElement1(new StreamRecord<>(placed(0)));
            manifests.processElement2(
                    new StreamRecord<>(new ReadUpload(UPLOAD.toString(), 2, "", 20, "REJECTION_CONTENT_MISSING")));
            assertThat(manifests.extractOutputValues()).isEmpty();

            manifests.processElement1(new StreamRecord<>(placed(1)));
            manifests.getOperator().finish();

            assertThat(manifests.numKeyedStateEntries()).isZero();
            assertThat(manifests.extractOutputValues()).hasSize(1);
        }
    }

    private static PlacedChunk placed(int index) {
        return new PlacedChunk(UPLOAD.toString(), index, HexFormat.of().formatHex(new byte[32]), 10, PLACE);
    }

    private KeyedOneInputStreamOperatorTestHarness<String, Uploaded, SentChunk> reading() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new ReadOperator(store.access()), Uploaded::uploadId, Types.STRING);
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
}
