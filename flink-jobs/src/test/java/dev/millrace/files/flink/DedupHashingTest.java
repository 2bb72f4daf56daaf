package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import dev.millrace.files.chunks.ChunkStream;
import dev.millrace.files.packs.StoredPack;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.ContentVerified;
import dev.millrace.files.topics.v1.DeclaredLeaf;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.MovedPack;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;

/** The whole way of uploads on a small cluster in this JVM. */
class DedupHashingTest {
    private static final int MIB = 1024 * 1024;

    private final MemoryStore store = new MemoryStore();
    private final List<byte[]> facts = new ArrayList<>();

    @Test
    void whatWasSentCanBePutTogetherAgainFromWhatIsStored() throws Exception {
        Map<ByteString, byte[]> contents = new HashMap<>();
        for (int bytes : new int[] {0, 1, 1000, 64 * 1024, 5 * MIB, 70 * MIB}) {
            byte[] content = noise(bytes, bytes);
            contents.put(sent(content).local(), content);
        }

        List<NamespaceCommand> commands = told();

        assertThat(commands).hasSameSizeAs(contents.keySet());
        for (NamespaceCommand command : commands) {
            ContentVerified verified = command.getContentVerified();
            byte[] content = Objects.requireNonNull(contents.get(verified.getUploadId()));
            assertThat(verified.getSizeBytes()).isEqualTo(content.length);
            assertThat(verified.getSha256()).isEqualTo(Sha256.of(content));
            assertThat(verified.getManifest().getSizeBytes()).isEqualTo(content.length);
            assertThat(Arrays.equals(store.content(verified.getManifest()), content))
                    .isTrue();
        }
    }

    @Test
    void whatIsThereAlreadyIsNotStoredAgain() throws Exception {
        byte[] content = noise(7, 8 * MIB);
        byte[] edited = content.clone();
        edited[4 * MIB]++;
        for (int copy = 0; copy < 5; copy++) {
            sent(content);
        }
        sent(edited);

        List<NamespaceCommand> commands = told();

        assertThat(commands)
                .extracting(command -> command.getContentVerified().getSha256())
                .containsOnly(Sha256.of(content), Sha256.of(edited));
        // Noise doesn't get smaller; of the edited one only what is around the edit is new.
        long stored = store.below(ContentKeys.PACKS).stream()
                .mapToLong(pack -> pack.length)
                .sum();
        assertThat(stored).isBetween(8L * MIB, 9L * MIB);
    }

    @Test
    void aReadThatBreaksOffIsDoneAgain() throws Exception {
        byte[] content = noise(9, 3 * MIB);
        sent(content);
        store.failReads(1);

        assertThat(told()).singleElement().satisfies(command -> {
            assertThat(command.getContentVerified().getSha256()).isEqualTo(Sha256.of(content));
            assertThat(store.content(command.getContentVerified().getManifest()))
                    .isEqualTo(content);
        });
    }

    @Test
    void aTaskThatFailsGoesOnWhereItsCheckpointWas() throws Exception {
        byte[] content = noise(11, 40 * MIB);
        sent(content);
        sent(noise(12, 1000));
        store.failWrite(2);

        assertThat(told())
                .extracting(command -> command.getContentVerified().getSha256())
                .contains(Sha256.of(content), Sha256.of(noise(12, 1000)));
        assertThat(store.failedWrites()).isEqualTo(1);
    }

    @Test
    void whatIsNotThereOrHasAnotherSizeIsRefused() throws Exception {
        FileId missing = completed(10);
        FileId shorter = completed(10);
        store.sent(shorter, new byte[9]);

        assertThat(told())
                .extracting(
                        command -> command.getContentRejected().getUploadId(),
                        command -> command.getContentRejected().getReason())
                .containsExactlyInAnyOrder(
                        tuple(missing.local(), RejectionReason.REJECTION_CONTENT_MISSING),
                        tuple(shorter.local(), RejectionReason.REJECTION_SIZE_MISMATCH));
    }

    @Test
    void whatWasDeclaredIsPutTogetherFromTheVersionBeforeAndBundles() throws Exception {
        byte[] content = noise(13, 20 * MIB);
        sent(content);
        ManifestRef base = told().get(0).getContentVerified().getManifest();
        byte[] edited = content.clone();
        System.arraycopy(noise(14, 100_000), 0, edited, 10 * MIB, 100_000);
        FileId upload = completed(edited.length);
        facts.remove(0);

        int bundled = declare(upload, base, edited);

        assertThat(bundled).isBetween(100_000, MIB);
        assertThat(told()).singleElement().satisfies(command -> {
            ContentVerified verified = command.getContentVerified();
            assertThat(verified.getUploadId()).isEqualTo(upload.local());
            assertThat(verified.getSha256()).isEqualTo(Sha256.of(edited));
            assertThat(Arrays.equals(store.content(verified.getManifest()), edited))
                    .isTrue();
        });
    }

    @Test
    void whatWasDeclaredIsReadWherePacksWereWrittenAnew() throws Exception {
        byte[] content = noise(16, 3 * MIB);
        sent(content);
        ManifestRef base = told().get(0).getContentVerified().getManifest();
        byte[] edited = content.clone();
        edited[MIB]++;
        FileId upload = completed(edited.length);
        declare(upload, base, edited);
        for (ByteString pack : leafOf(base).getPacksList()) {
            move(pack);
        }
        facts.remove(0);

        assertThat(told())
                .singleElement()
                .satisfies(command ->
                        assertThat(command.getContentVerified().getSha256()).isEqualTo(Sha256.of(edited)));
    }

    private Manifest leafOf(ManifestRef content) throws IOException {
        return Manifest.parseFrom(
                store.find(ContentKeys.manifest(content.getSha256())).orElseThrow());
    }

    /** Its chunks lie elsewhere now. */
    private void move(ByteString pack) throws IOException {
        byte[] bytes = store.read(ContentKeys.pack(pack));
        ByteString elsewhere = Sha256.of(pack.toByteArray());
        store.write(ContentKeys.pack(elsewhere), bytes);
        store.write(
                ContentKeys.moved(pack),
                MovedPack.newBuilder()
                        .setPack(elsewhere)
                        .addAllChunks(StoredPack.of(bytes).places())
                        .build()
                        .toByteArray());
        store.delete(ContentKeys.pack(pack));
    }

    @Test
    void aBundleThatIsNotWhatWasDeclaredIsFoundOut() throws Exception {
        byte[] content = noise(15, 3 * MIB);
        sent(content);
        ManifestRef base = told().get(0).getContentVerified().getManifest();
        byte[] edited = content.clone();
        edited[MIB]++;
        FileId lie = completed(edited.length);
        int bundled = declare(lie, base, edited);
        store.write(ContentKeys.uploadBundle(lie, 0, 0), new byte[bundled]);
        FileId missing = completed(edited.length);
        assertThat(declare(missing, base, edited)).isEqualTo(bundled);
        store.write(ContentKeys.uploadBundle(missing, 0, 0), new byte[bundled - 1]);
        facts.remove(0);

        assertThat(told())
                .extracting(
                        command -> command.getContentRejected().getUploadId(),
                        command -> command.getContentRejected().getReason())
                .containsExactlyInAnyOrder(
                        tuple(lie.local(), RejectionReason.REJECTION_HASH_MISMATCH),
                        tuple(missing.local(), RejectionReason.REJECTION_CONTENT_MISSING));
    }

    /** As ingest does it, of a content that is one leaf; returns how many bytes aren't in the version before. */
    private int declare(FileId upload, ManifestRef base, byte[] content) throws IOException {
        Manifest known = leafOf(base);
        Map<ByteString, ChunkPlace> places = new HashMap<>();
        known.getChunksList().forEach(place -> places.put(place.getSha256(), place));
        DeclaredLeaf.Builder leaf = DeclaredLeaf.newBuilder().addAllPacks(known.getPacksList());
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        ChunkStream stream = new ChunkStream(0, chunk -> {
            ByteString sha256 = ByteString.copyFrom(HexFormat.of().parseHex(chunk.sha256()));
            ChunkPlace sent = ChunkPlace.newBuilder()
                    .setSha256(sha256)
                    .setSizeBytes(chunk.bytes())
                    .setPack(known.getPacksCount())
                    .setOffset(bundle.size())
                    .setPackedBytes(chunk.bytes())
                    .build();
            leaf.addChunks(places.getOrDefault(sha256, sent));
            if (!places.containsKey(sha256)) {
                bundle.write(content, (int) chunk.offset(), chunk.bytes());
            }
        });
        stream.take(content, 0, content.length);
        stream.end();
        store.write(ContentKeys.uploadBase(upload), base.toByteArray());
        store.write(
                ContentKeys.uploadLeaf(upload, 0),
                leaf.addBundleBytes(bundle.size()).build().toByteArray());
        store.write(ContentKeys.uploadBundle(upload, 0, 0), bundle.toByteArray());
        return bundle.size();
    }

    @Test
    void otherFactsAreNoneOfItsBusiness() throws Exception {
        facts.add(NamespaceFact.newBuilder()
                .setKind(ChangeKind.CHANGE_FOLDER_CREATED)
                .build()
                .toByteArray());

        assertThat(told()).isEmpty();
    }

    private FileId sent(byte[] content) {
        FileId upload = completed(content.length);
        store.sent(upload, content);
        return upload;
    }

    private FileId completed(long bytes) {
        FileId upload =
                new FileId(FileIds.namespaceOf("alice"), CommandId.hashOf(("upload " + facts.size()).getBytes(UTF_8)));
        facts.add(NamespaceFact.newBuilder()
                .setNamespaceId(upload.namespace())
                .setKind(ChangeKind.CHANGE_UPLOAD_COMPLETED)
                .setUpload(Upload.newBuilder().setUploadId(upload.local()).setSizeBytes(bytes))
                .build()
                .toByteArray());
        return upload;
    }

    @SuppressWarnings("try") // that closing it can be interrupted
    private List<NamespaceCommand> told() throws Exception {
        Configuration again = new Configuration();
        again.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        again.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
        again.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(2, again);
        environment.enableCheckpointing(50);
        List<NamespaceCommand> commands = new ArrayList<>();
        DataStream<byte[]> log = environment.fromData(facts, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        try (CloseableIterator<byte[]> values = DedupHashing.of(log, log, store.access(), Collecting.plan(1))
                .commands()
                .executeAndCollect()) {
            while (values.hasNext()) {
                commands.add(NamespaceCommand.parseFrom(values.next()));
            }
        }
        return commands;
    }

    private static byte[] noise(int seed, int bytes) {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return noise;
    }
}
