package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.packs.ManifestNode;
import dev.millrace.files.packs.Packed;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import dev.millrace.topics.v1.Position;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What owners of chunks hear of a partition's facts. */
@SuppressWarnings("try") // that closing a harness can be interrupted
class FollowedReferencesTest {
    private static final int PARTITION = 5;
    private static final ByteString PACK = Sha256.of(new byte[] {9});

    private final MemoryStore store = new MemoryStore();

    private KeyedOneInputStreamOperatorTestHarness<Integer, byte[], LogEvent> following() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new ReferenceOperator(store.access(), Collecting.plan(8)),
                fact -> NamespaceFact.parseFrom(fact).getPosition().getPartition(),
                Types.INT);
    }

    private static NamespaceFact.Builder fact() {
        return NamespaceFact.newBuilder()
                .setNamespaceId(Steps.NAMESPACE)
                .setPosition(Position.newBuilder().setPartition(PARTITION));
    }

    private static NamespaceFact.Builder upload(String word, UploadStatus status) {
        return fact().setUpload(Upload.newBuilder()
                .setUploadId(CommandId.hashOf(word.getBytes(UTF_8)))
                .setStatus(status));
    }

    private static NamespaceFact begun(String word) {
        return upload(word, UploadStatus.UPLOAD_VERIFYING)
                .setKind(ChangeKind.CHANGE_UPLOAD_COMPLETED)
                .build();
    }

    private static NamespaceFact marked(String run, long epoch) {
        return NamespaceFact.newBuilder()
                .setPosition(Position.newBuilder().setPartition(PARTITION))
                .setEpochMarked(MarkEpoch.newBuilder()
                        .setRun(ByteString.copyFrom(HexFormat.of().parseHex(run)))
                        .setEpoch(epoch))
                .build();
    }

    private static void take(
            KeyedOneInputStreamOperatorTestHarness<Integer, byte[], LogEvent> following, NamespaceFact... facts)
            throws Exception {
        for (NamespaceFact fact : facts) {
            following.processElement(new StreamRecord<>(fact.toByteArray()));
        }
    }

    /** A version of so many chunks, with its manifests in the bucket. */
    private Version version(int chunks) throws Exception {
        List<ManifestRef> leaves = new ArrayList<>();
        for (int from = 0; from < chunks; from += ManifestNode.CHILDREN_MAX) {
            List<Packed> packed = new ArrayList<>();
            for (int i = from; i < Math.min(chunks, from + ManifestNode.CHILDREN_MAX); i++) {
                packed.add(new Packed(
                        PACK,
                        ChunkPlace.newBuilder()
                                .setSha256(hash(i))
                                .setSizeBytes(1)
                                .setPackedBytes(1)
                                .build()));
            }
            leaves.add(written(ManifestNode.leaf(packed)));
        }
        ManifestRef root = leaves.get(0);
        for (ManifestNode node : ManifestNode.above(leaves)) {
            root = written(node);
        }
        return Version.newBuilder().setManifest(root).build();
    }

    private ManifestRef written(ManifestNode node) throws Exception {
        store.write(ContentKeys.manifest(node.ref().getSha256()), node.bytes());
        return node.ref();
    }

    private static ByteString hash(int chunk) {
        return Sha256.of(Integer.toString(chunk).getBytes(UTF_8));
    }

    private static LogEvent event(LogEvent.Kind kind, int chunk) {
        return LogEvent.ofCopy(
                kind,
                HexFormat.of().formatHex(hash(chunk).toByteArray()),
                HexFormat.of().formatHex(PACK.toByteArray()),
                PARTITION);
    }

    private static List<Long> passed(KeyedOneInputStreamOperatorTestHarness<Integer, byte[], LogEvent> following) {
        return following.extractOutputValues().stream()
                .filter(event -> event.kind() == LogEvent.Kind.PASSED)
                .filter(event -> event.key().equals(ChunkGroups.all().get(0)))
                .map(LogEvent::epoch)
                .toList();
    }

    @Test
    void whatAVersionNamesIsSaidChunkByChunkWhenItComesAndWhenItGoes() throws Exception {
        int chunks = ManifestNode.CHILDREN_MAX + 2;
        Version version = version(chunks);
        try (var following = following()) {
            following.open();
            take(following, fact().setVersion(version).build());
            take(following, fact().addPurgedVersions(version).build());

            List<LogEvent> expected = new ArrayList<>();
            for (LogEvent.Kind kind : new LogEvent.Kind[] {LogEvent.Kind.REFERENCED, LogEvent.Kind.RELEASED}) {
                for (int chunk = 0; chunk < chunks; chunk++) {
                    expected.add(event(kind, chunk));
                }
            }
            assertThat(following.extractOutputValues()).isEqualTo(expected);
            assertThat(following.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void everyGroupOfChunksHearsOfAMarkerOnceUploadsBeforeItAreOver() throws Exception {
        try (var following = following()) {
            following.open();
            take(following, begun("one"), begun("two"), marked(Collecting.RUN, 1), begun("after"));
            take(following, upload("one", UploadStatus.UPLOAD_REJECTED).build());
            assertThat(following.extractOutputValues()).isEmpty();

            take(
                    following,
                    upload("two", UploadStatus.UPLOAD_COMPLETED)
                            .setVersion(version(1))
                            .build());

            List<LogEvent> events = following.extractOutputValues();
            // What it came to first: nobody must think that nothing names it.
            assertThat(events.get(0)).isEqualTo(event(LogEvent.Kind.REFERENCED, 0));
            assertThat(events.subList(1, events.size()))
                    .extracting(LogEvent::key)
                    .containsExactlyElementsOf(ChunkGroups.all());
            assertThat(passed(following)).containsExactly(1L);

            take(following, marked(Collecting.RUN, 2));
            assertThat(passed(following)).containsExactly(1L);
            take(following, upload("after", UploadStatus.UPLOAD_ABANDONED).build());
            assertThat(passed(following)).containsExactly(1L, 2L);
        }
    }

    @Test
    void ofUploadsThatAreOverNothingIsKept() throws Exception {
        try (var following = following()) {
            following.open();
            take(following, marked(Collecting.RUN, 1));
            int entries = following.numKeyedStateEntries();
            for (int i = 0; i < 100; i++) {
                take(following, begun("upload " + i));
            }
            for (int i = 0; i < 100; i++) {
                take(
                        following,
                        upload("upload " + i, UploadStatus.UPLOAD_CONFLICT).build());
            }

            assertThat(following.numKeyedStateEntries()).isEqualTo(entries);
        }
    }

    @Test
    void theMarkersOfAnotherRunMeanNothing() throws Exception {
        try (var following = following()) {
            following.open();
            take(following, marked("f".repeat(32), 7));

            assertThat(following.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void aManifestThatCanNotBeReadHoldsEverythingUp() throws Exception {
        Version unknown = Version.newBuilder()
                .setManifest(ManifestRef.newBuilder().setSha256(Sha256.of(new byte[] {1})))
                .build();
        try (var following = following()) {
            following.open();
            take(following, fact().setVersion(unknown).build(), marked(Collecting.RUN, 1));
            // It may be there again: what wasn't counted when it came isn't when it goes.
            take(following, fact().addPurgedVersions(version(1)).build());

            assertThat(following.extractOutputValues()).isEmpty();
        }
    }

    /** Nothing at all is a manifest, too: one that names nothing. */
    @Test
    void aManifestOfWhichNotAllComesHoldsEverythingUp() throws Exception {
        Version version = version(3);
        store.write(ContentKeys.manifest(version.getManifest().getSha256()), new byte[0]);
        try (var following = following()) {
            following.open();
            take(following, fact().setVersion(version).build(), marked(Collecting.RUN, 1));

            assertThat(following.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void anUploadFromBeforeAFailureHoldsUpAMarkerAfterIt() throws Exception {
        OperatorSubtaskState before;
        try (var following = following()) {
            following.open();
            take(following, begun("one"));
            before = following.snapshot(1, 1);
        }
        try (var following = following()) {
            following.initializeState(before);
            following.open();
            take(following, marked(Collecting.RUN, 1));
            assertThat(passed(following)).isEmpty();

            take(following, upload("one", UploadStatus.UPLOAD_REJECTED).build());

            assertThat(passed(following)).containsExactly(1L);
        }
    }
}
