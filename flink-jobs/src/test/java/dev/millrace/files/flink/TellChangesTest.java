package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.SyncEvent;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What is told of steps, and what is kept of a namespace for it. */
@SuppressWarnings("try") // that closing a harness can be interrupted
class TellChangesTest {
    private static final String ALICES = Steps.NAMESPACE;
    private static final String BOBS = FileIds.namespaceOf("bob");

    private final Steps steps = new Steps();

    @Test
    void whoeverCanSeeAStepIsToldOfIt() throws Exception {
        try (var telling = telling()) {
            telling.open();
            take(telling, steps.about(ChangeKind.CHANGE_FOLDER_CREATED, "docs", ""));
            take(telling, steps.shared("docs", "", Steps.share("docs-bob", "docs", "bob")));
            take(telling, steps.about(ChangeKind.CHANGE_UPLOAD_STARTED, "map", "docs"));
            take(telling, steps.unshared("docs", "", Steps.share("docs-bob", "docs", "bob")));
            take(telling, steps.about(ChangeKind.CHANGE_VERSION_COMMITTED, "map", "docs"));

            assertThat(told(telling))
                    .containsExactly(
                            ALICES + " 1",
                            ALICES + " 2",
                            BOBS + " 2",
                            ALICES + " 3",
                            BOBS + " 3",
                            ALICES + " 4",
                            BOBS + " 4",
                            ALICES + " 5");
        }
    }

    @Test
    void ofAMarkerNobodyIsToldAndNothingIsKept() throws Exception {
        try (var telling = telling()) {
            telling.open();
            take(
                    telling,
                    NamespaceFact.newBuilder()
                            .setEpochMarked(MarkEpoch.newBuilder().setEpoch(1))
                            .build());

            assertThat(told(telling)).isEmpty();
            assertThat(telling.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void ofWhatIsGoneForGoodNothingIsKept() throws Exception {
        try (var telling = telling()) {
            telling.open();
            take(telling, steps.about(ChangeKind.CHANGE_FOLDER_CREATED, "docs", ""));
            take(telling, steps.about(ChangeKind.CHANGE_UPLOAD_STARTED, "map", "docs"));
            take(telling, steps.shared("docs", "", Steps.share("docs-bob", "docs", "bob")));
            take(telling, steps.deleted("docs", ""));
            assertThat(telling.numKeyedStateEntries()).isPositive();

            take(
                    telling,
                    steps.purged("docs", "", Steps.share("docs-bob", "docs", "bob")).toBuilder()
                            .addNodes(Steps.node("map", "docs"))
                            .build());
            take(telling, steps.purged("map", "docs"));

            assertThat(telling.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void aPurgeThatGoesOnKeepsItsFolder() throws Exception {
        try (var telling = telling()) {
            telling.open();
            take(telling, steps.about(ChangeKind.CHANGE_FOLDER_CREATED, "docs", ""));
            take(
                    telling,
                    steps.purged("docs", "").toBuilder().setPurgeGoesOn(true).build());

            assertThat(telling.numKeyedStateEntries()).isPositive();
        }
    }

    @Test
    void sharesAreKnownAfterAFailure() throws Exception {
        OperatorSubtaskState before = keptOf(
                steps.about(ChangeKind.CHANGE_FOLDER_CREATED, "docs", ""),
                steps.shared("docs", "", Steps.share("docs-bob", "docs", "bob")));
        try (var telling = telling()) {
            telling.initializeState(before);
            telling.open();
            take(telling, steps.about(ChangeKind.CHANGE_UPLOAD_STARTED, "map", "docs"));

            assertThat(told(telling)).containsExactly(ALICES + " 3", BOBS + " 3");
        }
    }

    @Test
    void whatIsSharedBelowAFolderIsToldOfWithItAfterAFailureToo() throws Exception {
        OperatorSubtaskState before = keptOf(
                steps.about(ChangeKind.CHANGE_FOLDER_CREATED, "docs", ""),
                steps.about(ChangeKind.CHANGE_FOLDER_CREATED, "plans", "docs"),
                steps.about(ChangeKind.CHANGE_UPLOAD_STARTED, "map", "plans"),
                steps.shared("map", "plans", Steps.share("map-bob", "map", "bob")),
                steps.deleted("plans", "docs"));
        try (var telling = telling()) {
            telling.initializeState(before);
            telling.open();
            take(telling, steps.deleted("docs", ""));
            take(telling, steps.restored("docs", ""));
            take(telling, steps.restored("plans", "docs"));

            assertThat(told(telling)).containsExactly(ALICES + " 6", ALICES + " 7", ALICES + " 8", BOBS + " 8");
        }
    }

    @Test
    void nothingThatIsKeptFallsToKryo() {
        SerializerConfigImpl withoutKryo = new SerializerConfigImpl();
        withoutKryo.setGenericTypes(false);

        assertThatCode(() -> TypeInformation.of(TreeNode.class).createSerializer(withoutKryo))
                .doesNotThrowAnyException();
    }

    /** What is kept of a namespace after these steps. */
    private static OperatorSubtaskState keptOf(NamespaceFact... steps) throws Exception {
        try (var telling = telling()) {
            telling.open();
            for (NamespaceFact step : steps) {
                take(telling, step);
            }
            return telling.snapshot(1, 1);
        }
    }

    private static void take(KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> telling, NamespaceFact step)
            throws Exception {
        telling.processElement(new StreamRecord<>(step.toByteArray()));
    }

    /** Whose feed, and of which step. */
    private static List<String> told(KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> telling)
            throws InvalidProtocolBufferException {
        List<String> told = new ArrayList<>();
        for (byte[] value : telling.extractOutputValues()) {
            SyncEvent event = SyncEvent.parseFrom(value);
            told.add(event.getUserNamespaceId() + " " + event.getChange().getSequence());
        }
        return told;
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, byte[], byte[]> telling() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new TellChanges()),
                fact -> NamespaceFact.parseFrom(fact).getNamespaceId(),
                Types.STRING);
    }
}
