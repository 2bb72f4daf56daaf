package dev.millrace.files.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.serving.NamespaceItem.Table;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.LinkPassword;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Version;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Which items the steps of a namespace become. */
class NamespaceItemTest {
    private static final String NAMESPACE = "0123456789abcdef";
    private static final ByteString FILE = id((byte) 1);
    private static final ByteString OTHER = id((byte) 2);
    private static final ByteString THING = id((byte) 3);
    private static final Node NODE = Node.newBuilder()
            .setNodeId(FILE)
            .setParentId(FileIds.ROOT)
            .setName("a.txt")
            .setStatus(NodeStatus.NODE_COMPLETED)
            .setCreatedBy("alice")
            .setCreatedAtMillis(1_000)
            .setChangedAtMillis(2_000)
            .setVersion(2)
            .setSha256(hash(7))
            .setMimeType("text/plain")
            .build();
    private static final Share SHARE = Share.newBuilder()
            .setShareId(THING)
            .setNodeId(FILE)
            .setCreatedAtMillis(1_000)
            .build();

    @Test
    void aMarkerIsNothingOfANamespaces() {
        NamespaceFact marked = NamespaceFact.newBuilder()
                .setEpochMarked(MarkEpoch.newBuilder().setEpoch(1))
                .build();

        assertThat(NamespaceItem.newestOf(List.of(marked))).isEmpty();
    }

    @Test
    void aFileIsThereWithItsNewestVersion() {
        NamespaceItem item = only(fact(5).addNodes(NODE));

        assertThat(item.table()).isEqualTo(Table.NODES);
        assertThat(item.values())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        text("namespaceId", NAMESPACE),
                        text("fileId", FileIds.text(NAMESPACE, FILE)),
                        text("ownerId", "alice"),
                        text("kind", "file"),
                        text("name", "a.txt"),
                        text("parentId", FileIds.text(NAMESPACE, FileIds.ROOT)),
                        text("status", "completed"),
                        text("createdBy", "alice"),
                        number("createdAtMillis", 1_000),
                        number("changedAtMillis", 2_000),
                        number("version", 2),
                        number("fileSize", 0),
                        text("mimeType", "text/plain"),
                        text("contentHash", "07".repeat(32)),
                        number("changedSequence", 5)));
    }

    @Test
    void aVersionIsOfTheFileThatTheStepIsAbout() {
        List<NamespaceItem> items = NamespaceItem.of(fact(5).addNodes(NODE)
                .addNodes(NODE.toBuilder().setNodeId(OTHER))
                .setVersion(Version.newBuilder().setNumber(2).setSizeBytes(100).setBaseVersion(1))
                .build());

        assertThat(items).extracting(NamespaceItem::table).containsExactly(Table.NODES, Table.NODES, Table.VERSIONS);
        assertThat(items.get(2).values())
                .contains(
                        text("fileId", FileIds.text(NAMESPACE, FILE)),
                        number("version", 2),
                        number("fileSize", 100),
                        number("baseVersion", 1))
                .doesNotContainKeys("uploadId", "deviceId", "restoredVersion", "manifest");
    }

    @Test
    void nothingThatOpensALinkIsInItsItem() {
        NamespaceItem item = only(fact(5).addShares(SHARE.toBuilder()
                .setSecret(hash(8))
                .setPassword(LinkPassword.newBuilder().setSalt(hash(9)).setHash(hash(10)))));

        assertThat(item.table()).isEqualTo(Table.SHARES);
        assertThat(item.values().keySet())
                .containsExactlyInAnyOrder(
                        "namespaceId",
                        "shareId",
                        "fileId",
                        "write",
                        "hasPassword",
                        "createdAtMillis",
                        "changedSequence");
    }

    @ParameterizedTest
    @EnumSource(
            value = UploadStatus.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UPLOAD_STATUS_UNSPECIFIED", "UPLOAD_FORGOTTEN", "UNRECOGNIZED"})
    void anUploadIsThereWhateverBecameOfIt(UploadStatus status) {
        NamespaceItem item = only(fact(5).setUpload(Upload.newBuilder()
                .setUploadId(THING)
                .setNodeId(FILE)
                .setStatus(status)
                .setRejection(RejectionReason.REJECTION_HASH_MISMATCH)));

        assertThat(item.table()).isEqualTo(Table.UPLOADS);
        assertThat(item.values())
                .contains(
                        text("uploadId", FileIds.text(NAMESPACE, THING)),
                        text(
                                "status",
                                status.name().substring("UPLOAD_".length()).toLowerCase(Locale.ROOT)),
                        text("reason", "HASH_MISMATCH"))
                .doesNotContainKeys("goneAtMillis", "keptUntilMillis", "version", "conflictFileId");
    }

    /** A step that ends something, its table, and the two parts of its key. */
    static Stream<Arguments> ends() {
        return Stream.of(
                Arguments.of(fact(5).setPurgedNode(NODE), Table.NODES, text("fileId", FileIds.text(NAMESPACE, FILE))),
                Arguments.of(
                        fact(5).setPurgedNode(NODE)
                                .setPurgeGoesOn(true)
                                .addPurgedVersions(Version.newBuilder().setNumber(2)),
                        Table.VERSIONS,
                        number("version", 2)),
                Arguments.of(
                        fact(5).addShares(SHARE.toBuilder().setEnded(true)),
                        Table.SHARES,
                        text("shareId", FileIds.text(NAMESPACE, THING))),
                Arguments.of(
                        fact(5).setUpload(Upload.newBuilder()
                                .setUploadId(THING)
                                .setStatus(UploadStatus.UPLOAD_FORGOTTEN)),
                        Table.UPLOADS,
                        text("uploadId", FileIds.text(NAMESPACE, THING))));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void ofWhatIsGoneThereIsLeftThatItIs(
            NamespaceFact.Builder step, Table table, Map.Entry<String, AttributeValue> key) {
        NamespaceItem item = only(step);

        assertThat(item.table()).isEqualTo(table);
        assertThat(item.values())
                .contains(key, number("goneAtMillis", 9_000), number("changedSequence", 5))
                .doesNotContainKeys("name", "status", "createdAtMillis");
    }

    @Test
    void aVersionThatIsPurgedGoesAndItsFileStays() {
        NamespaceFact purged = fact(5).addNodes(NODE)
                .addPurgedVersions(Version.newBuilder().setNumber(2))
                .build();

        List<NamespaceItem> items = NamespaceItem.of(purged);

        assertThat(items).extracting(NamespaceItem::table).containsExactly(Table.NODES, Table.VERSIONS);
        assertThat(items.get(0).values()).doesNotContainKey("goneAtMillis");
        assertThat(items.get(1).values())
                .contains(
                        text("fileId", FileIds.text(NAMESPACE, FILE)),
                        number("version", 2),
                        number("goneAtMillis", 9_000));
    }

    @Test
    void theNewestStepCountsInWhateverOrderTheyCome() {
        NamespaceFact made = fact(5).addNodes(NODE).build();
        NamespaceFact renamed =
                fact(6).addNodes(NODE.toBuilder().setName("b.txt")).build();
        NamespaceFact purged = fact(7).setPurgedNode(NODE).build();

        assertThat(names(made, renamed)).containsExactly("b.txt");
        assertThat(names(renamed, made, made)).containsExactly("b.txt");
        assertThat(names(purged, renamed, made)).containsExactly("gone");
        assertThat(names(
                        made,
                        fact(6).addNodes(NODE.toBuilder().setNodeId(OTHER)).build()))
                .containsExactly("a.txt", "a.txt");
    }

    private static List<String> names(NamespaceFact... facts) {
        return NamespaceItem.newestOf(List.of(facts)).stream()
                .map(item -> item.values()
                        .getOrDefault("name", AttributeValue.fromS("gone"))
                        .s())
                .toList();
    }

    private static NamespaceItem only(NamespaceFact.Builder fact) {
        List<NamespaceItem> items = NamespaceItem.of(fact.build());
        assertThat(items).hasSize(1);
        return items.get(0);
    }

    private static NamespaceFact.Builder fact(long sequence) {
        return NamespaceFact.newBuilder()
                .setNamespaceId(NAMESPACE)
                .setOwnerId("alice")
                .setAtMillis(9_000)
                .setSequence(sequence);
    }

    private static ByteString id(byte last) {
        byte[] id = new byte[FileIds.LOCAL_BYTES];
        id[id.length - 1] = last;
        return ByteString.copyFrom(id);
    }

    private static ByteString hash(int each) {
        byte[] hash = new byte[32];
        Arrays.fill(hash, (byte) each);
        return ByteString.copyFrom(hash);
    }

    private static Map.Entry<String, AttributeValue> text(String name, String value) {
        return Map.entry(name, AttributeValue.fromS(value));
    }

    private static Map.Entry<String, AttributeValue> number(String name, long value) {
        return Map.entry(name, AttributeValue.fromN(Long.toString(value)));
    }
}
