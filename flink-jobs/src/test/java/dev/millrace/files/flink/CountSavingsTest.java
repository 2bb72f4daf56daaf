package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.packs.ManifestNode;
import dev.millrace.files.packs.Packed;
import dev.millrace.files.topics.ContentKeys;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ChunkPlace;
import dev.millrace.files.topics.v1.ManifestRef;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Savings;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What is told of a namespace's savings. A chunk is a letter; it has as many bytes as the letter's place. */
@SuppressWarnings("try") // that closing a harness can be interrupted
class CountSavingsTest {
    private static final String BOBS = FileIds.namespaceOf("bob");
    private static final long SOON = CountSavings.TOLD_AFTER.toMillis();
    private static final long LATER = CountSavings.TOLD_AFTER_OLD.toMillis();

    private final MemoryStore store = new MemoryStore();
    private final Steps steps = new Steps();
    private long now = 1_000_000;

    /** What the owner was told, in its order. */
    private List<Savings> told = List.of();

    private KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> counting() throws Exception {
        return counting(store);
    }

    static KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> counting(MemoryStore store) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new CountSavings(store.access())),
                fact -> NamespaceFact.parseFrom(fact).getNamespaceId(),
                Types.STRING);
    }

    static Version version(MemoryStore store, String letters) throws IOException {
        List<ManifestRef> leaves = new ArrayList<>();
        for (int from = 0; from == 0 || from < letters.length(); from += ManifestNode.CHILDREN_MAX) {
            String some = letters.substring(from, Math.min(letters.length(), from + ManifestNode.CHILDREN_MAX));
            leaves.add(written(
                    store,
                    ManifestNode.leaf(
                            some.chars().mapToObj(CountSavingsTest::chunk).toList())));
        }
        ManifestRef root = leaves.get(0);
        for (ManifestNode node : ManifestNode.above(leaves)) {
            root = written(store, node);
        }
        return Version.newBuilder().setManifest(root).build();
    }

    private static Packed chunk(int letter) {
        return new Packed(
                Sha256.of(new byte[] {9}),
                ChunkPlace.newBuilder()
                        .setSha256(Sha256.of(Character.toString(letter).getBytes(UTF_8)))
                        .setSizeBytes(letter - 'a' + 1)
                        .setPackedBytes(1)
                        .build());
    }

    private static ManifestRef written(MemoryStore store, ManifestNode node) throws IOException {
        store.write(ContentKeys.manifest(node.ref().getSha256()), node.bytes());
        return node.ref();
    }

    private Version version(String letters) throws IOException {
        return version(store, letters);
    }

    private NamespaceFact.Builder committed(String letters) throws IOException {
        return steps.step(ChangeKind.CHANGE_VERSION_COMMITTED).setAtMillis(now).setVersion(version(letters));
    }

    private NamespaceFact.Builder purged(String... versions) throws IOException {
        NamespaceFact.Builder fact = steps.step(ChangeKind.CHANGE_NODE_PURGED).setAtMillis(now);
        for (String letters : versions) {
            fact.addPurgedVersions(version(letters));
        }
        return fact;
    }

    private void take(
            KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> counting, NamespaceFact.Builder... facts)
            throws Exception {
        for (NamespaceFact.Builder fact : facts) {
            counting.processElement(new StreamRecord<>(fact.build().toByteArray()));
        }
    }

    private void pass(KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> counting, long millis)
            throws Exception {
        now += millis;
        counting.setProcessingTime(now);
        List<Savings> all = new ArrayList<>();
        for (byte[] command : counting.extractOutputValues()) {
            all.add(NamespaceCommand.parseFrom(command).getLearnSavings().getSavings());
        }
        told = all;
    }

    private static Savings savings(long sequence, long bytes) {
        return Savings.newBuilder().setSequence(sequence).setSavedBytes(bytes).build();
    }

    @Test
    void whatVersionsHaveInCommonIsTold() throws Exception {
        try (var counting = counting()) {
            counting.open();
            counting.setProcessingTime(now);
            take(counting, committed("abc"), committed("abd"));
            pass(counting, SOON);

            assertThat(told).containsExactly(savings(2, 1 + 2));
            assertThat(NamespaceCommand.parseFrom(counting.extractOutputValues().get(0))
                            .getNamespaceId())
                    .isEqualTo(Steps.NAMESPACE);
        }
    }

    @Test
    void whatAVersionHasTwiceCountsToo() throws Exception {
        try (var counting = counting()) {
            counting.open();
            counting.setProcessingTime(now);
            take(counting, committed("ccc"));
            pass(counting, SOON);

            assertThat(told).containsExactly(savings(1, 2 * 3));
        }
    }

    @Test
    void whatOthersHaveCountsForNothing() throws Exception {
        try (var counting = counting()) {
            counting.open();
            counting.setProcessingTime(now);
            take(counting, committed("abc").setNamespaceId(BOBS), committed("abc"));
            pass(counting, SOON);

            assertThat(told).containsExactly(savings(1, 0), savings(2, 0));
        }
    }

    @Test
    void whatGoesForGoodSavesNothingAnyMoreAndOfTheLastNothingIsKept() throws Exception {
        try (var counting = counting()) {
            counting.open();
            counting.setProcessingTime(now);
            take(counting, committed("abc"), committed("abd"), committed("bc"));
            pass(counting, SOON);
            take(counting, purged("abc"));
            pass(counting, SOON);
            take(counting, purged("abd", "bc"));
            pass(counting, SOON);

            assertThat(told).containsExactly(savings(3, 1 + 2 * 2 + 3), savings(4, 2), savings(5, 0));
            assertThat(counting.numKeyedStateEntries()).isZero();
            assertThat(counting.numProcessingTimeTimers()).isZero();
        }
    }

    @Test
    void ownersAreToldOnceOfAllThatComesAndOnlyOfWhatChanged() throws Exception {
        try (var counting = counting()) {
            counting.open();
            counting.setProcessingTime(now);
            for (int i = 0; i < 100; i++) {
                take(counting, committed("a"));
            }
            pass(counting, SOON);
            // What is new saves nothing more.
            take(counting, committed("b"));
            pass(counting, SOON);

            assertThat(told).containsExactly(savings(100, 99));
            assertThat(counting.numProcessingTimeTimers()).isZero();
        }
    }

    @Test
    void whatWasSoLongAgoIsNotTold() throws Exception {
        NamespaceFact.Builder[] old = {committed("a"), committed("a"), committed("a")};
        now += CountSavings.OLD.toMillis() + 1;
        try (var counting = counting()) {
            counting.open();
            counting.setProcessingTime(now);
            for (NamespaceFact.Builder fact : old) {
                take(counting, fact);
                pass(counting, LATER - 1);
            }
            assertThat(told).isEmpty();

            pass(counting, 1);

            assertThat(told).containsExactly(savings(3, 2));
        }
    }

    @Test
    void aLargeManifestIsCountedLeafByLeaf() throws Exception {
        String letters = "z".repeat(2 * ManifestNode.CHILDREN_MAX + 3);
        try (var counting = counting()) {
            counting.open();
            counting.setProcessingTime(now);
            take(counting, committed(letters));
            pass(counting, SOON);

            assertThat(told).containsExactly(savings(1, 26L * (letters.length() - 1)));
        }
    }

    @Test
    void aVersionWithoutBytesOfItsOwnCountsForNothing() throws Exception {
        try (var counting = counting()) {
            counting.open();
            counting.setProcessingTime(now);
            take(
                    counting,
                    committed(""),
                    steps.step(ChangeKind.CHANGE_VERSION_COMMITTED)
                            .setAtMillis(now)
                            .setVersion(Version.newBuilder().setSizeBytes(7)));
            pass(counting, SOON);

            assertThat(told).containsExactly(savings(2, 0));
            assertThat(counting.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void afterAFailureItCountsOnAndTellsTheSameAgain() throws Exception {
        OperatorSubtaskState before;
        NamespaceFact.Builder second;
        List<Savings> toldBefore;
        try (var counting = counting()) {
            counting.open();
            counting.setProcessingTime(now);
            take(counting, committed("abc"));
            before = counting.snapshot(1, now);
            second = committed("bcd");
            take(counting, second);
            pass(counting, SOON);
            toldBefore = told;
        }
        try (var counting = counting()) {
            counting.initializeState(before);
            counting.open();
            counting.setProcessingTime(now - SOON);
            take(counting, second);
            pass(counting, 0);
            assertThat(told).isEqualTo(toldBefore).containsExactly(savings(2, 2 + 3));

            take(counting, purged("abc", "bcd"));
            pass(counting, SOON);

            assertThat(told).last().isEqualTo(savings(3, 0));
            assertThat(counting.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void whatCanNotBeReadMakesItUnknownForThatNamespaceAlone() throws Exception {
        Version lost = Version.newBuilder()
                .setManifest(ManifestRef.newBuilder().setSha256(Sha256.of(new byte[] {1})))
                .build();
        try (var counting = counting()) {
            counting.open();
            counting.setProcessingTime(now);
            take(counting, committed("aa"), committed("aa").setNamespaceId(BOBS));
            pass(counting, SOON);
            take(counting, committed("b").setVersion(lost));
            pass(counting, SOON);
            take(counting, committed("aaa"), committed("a").setNamespaceId(BOBS));
            pass(counting, SOON);

            assertThat(told)
                    .containsExactly(
                            savings(1, 1),
                            savings(2, 1),
                            savings(3, 0).toBuilder().setUnknown(true).build(),
                            savings(5, 2));
        }
    }

    @Test
    void whatGoesThatNeverCameMakesItUnknown() throws Exception {
        try (var counting = counting()) {
            counting.open();
            counting.setProcessingTime(now);
            take(counting, committed("a"), purged("b"));
            pass(counting, SOON);

            assertThat(told).singleElement().matches(Savings::getUnknown);
        }
    }
}
