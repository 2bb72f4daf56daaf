package dev.millrace.files.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.files.topics.v1.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose feed a step is in. /docs is shared with bob, /docs/plans with carol, /docs/plans/map, a file, with bob again. */
class ChangeFeedsTest {
    private static final long EXPIRES_AT = 1_000;

    private final MemoryTree tree = new MemoryTree();
    private final Steps steps = new Steps();

    @BeforeEach
    void foldersAreShared() {
        for (NamespaceFact step : List.of(
                steps.about(ChangeKind.CHANGE_FOLDER_CREATED, "docs", ""),
                steps.about(ChangeKind.CHANGE_FOLDER_CREATED, "plans", "docs"),
                steps.about(ChangeKind.CHANGE_UPLOAD_STARTED, "map", "plans"),
                steps.about(ChangeKind.CHANGE_FOLDER_CREATED, "own", ""),
                steps.about(ChangeKind.CHANGE_UPLOAD_STARTED, "diary", "own"),
                steps.shared("docs", "", Steps.share("docs-bob", "docs", "bob")),
                steps.shared(
                        "plans",
                        "docs",
                        Steps.share("plans-carol", "plans", "carol").setExpiresAtMillis(EXPIRES_AT)),
                steps.shared("map", "plans", Steps.share("map-bob", "map", "bob")),
                steps.step(ChangeKind.CHANGE_LINK_CREATED)
                        .addNodes(Steps.node("diary", "own"))
                        .addShares(Steps.share("link", "diary", ""))
                        .build())) {
            tree.take(step);
        }
    }

    static Stream<Arguments> stepsAndWhoIsTold() {
        return Stream.of(
                row("a new file below", s -> s.about(ChangeKind.CHANGE_UPLOAD_STARTED, "new", "plans"))
                        .told("bob by docs-bob", "carol by plans-carol"),
                row("a file that is shared itself", s -> s.about(ChangeKind.CHANGE_UPLOAD_COMPLETED, "map", "plans"))
                        .told("bob by map-bob", "carol by plans-carol"),
                row("a file that is deleted", s -> s.about(ChangeKind.CHANGE_NODE_DELETED, "map", "plans"))
                        .told("bob by map-bob", "carol by plans-carol"),
                row("what nobody sees", s -> s.about(ChangeKind.CHANGE_VERSION_COMMITTED, "diary", "own"))
                        .told(),
                row("moved in", s -> s.about(ChangeKind.CHANGE_NODE_MOVED, "diary", "docs"))
                        .told("bob by docs-bob"),
                row("moved out", s -> s.about(ChangeKind.CHANGE_NODE_MOVED, "plans", ""))
                        .told("bob by docs-bob", "carol by plans-carol"),
                row(
                                "after a share expired",
                                s -> s.step(ChangeKind.CHANGE_VERSION_COMMITTED)
                                        .addNodes(Steps.node("map", "plans"))
                                        .setAtMillis(EXPIRES_AT)
                                        .build())
                        .told("bob by map-bob"),
                row(
                                "a share with somebody else",
                                s -> s.shared("plans", "docs", Steps.share("plans-dave", "plans", "dave")))
                        .told("dave by plans-dave"),
                row("a share's end", s -> s.unshared("docs", "", Steps.share("docs-bob", "docs", "bob")))
                        .told("bob by docs-bob"),
                row("a link's end", s -> s.unshared("map", "plans", Steps.share("map-link", "map", "")))
                        .told(),
                row("a link", s -> s.about(ChangeKind.CHANGE_LINK_CREATED, "map", "plans"))
                        .told(),
                row("a link that is opened", s -> s.about(ChangeKind.CHANGE_LINK_OPENED, "map", "plans"))
                        .told(),
                row("a wrong password", s -> s.about(ChangeKind.CHANGE_LINK_PASSWORD_WRONG, "map", "plans"))
                        .told(),
                row("gone for good", s -> s.purged("map", "plans", Steps.share("map-bob", "map", "bob")))
                        .told("bob by map-bob", "carol by plans-carol"),
                row("let go for good", s -> s.about(ChangeKind.CHANGE_PURGE_STARTED, "map", "plans"))
                        .told("bob by map-bob", "carol by plans-carol"),
                row("a bin that is emptied", s -> s.about(ChangeKind.CHANGE_TRASH_EMPTIED, "map", "plans"))
                        .told(),
                row(
                                "no file at all",
                                s -> s.step(ChangeKind.CHANGE_DEVICE_REGISTERED)
                                        .setDevice(Device.newBuilder().setDeviceId("phone"))
                                        .build())
                        .told());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stepsAndWhoIsTold")
    void aStepIsToldToItsOwnerAndToWhoHasAShareOverIt(
            String step, Function<Steps, NamespaceFact> decided, List<String> told) {
        NamespaceFact fact = decided.apply(steps);

        List<SyncEvent> events = ChangeFeeds.of(fact, tree);

        assertThat(events.get(0).getUserNamespaceId()).isEqualTo(Steps.NAMESPACE);
        assertThat(events.get(0).getShareId().isEmpty()).isTrue();
        assertThat(events.stream().skip(1).map(ChangeFeedsTest::whomAndWhy))
                .as(step)
                .containsExactlyElementsOf(told);
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getNamespaceId()).isEqualTo(Steps.NAMESPACE);
            assertThat(event.getPosition()).isEqualTo(fact.getPosition());
            assertThat(event.getChange().getSequence()).isEqualTo(fact.getSequence());
        });
    }

    @Test
    void whatGoesAndComesWithAFolderAboveItIsToldAsIfItHadItself() {
        assertThat(toldOf(steps.deleted("docs", "")))
                .containsExactlyInAnyOrder(
                        "bob by docs-bob: docs", "carol by plans-carol: plans", "bob by map-bob: map");
        assertThat(toldOf(steps.restored("docs", "")))
                .containsExactlyInAnyOrder(
                        "bob by docs-bob: docs", "carol by plans-carol: plans", "bob by map-bob: map");
    }

    @Test
    void whatWasDeletedBelowIsNotToldOfAgain() {
        assertThat(toldOf(steps.deleted("plans", "docs")))
                .containsExactlyInAnyOrder(
                        "bob by docs-bob: plans", "carol by plans-carol: plans", "bob by map-bob: map");

        assertThat(toldOf(steps.deleted("docs", ""))).containsExactly("bob by docs-bob: docs");
        assertThat(toldOf(steps.restored("docs", ""))).containsExactly("bob by docs-bob: docs");
    }

    @Test
    void whatLiesElsewhereNowStays() {
        tree.take(steps.about(ChangeKind.CHANGE_NODE_MOVED, "plans", "own"));

        assertThat(toldOf(steps.deleted("docs", ""))).containsExactly("bob by docs-bob: docs");
        assertThat(toldOf(steps.deleted("own", "")))
                .containsExactlyInAnyOrder("carol by plans-carol: plans", "bob by map-bob: map");
    }

    @Test
    void aShareThatHasEndedOrExpiredIsNotToldOfWhatGoesAboveIt() {
        tree.take(steps.unshared("map", "plans", Steps.share("map-bob", "map", "bob")));
        NamespaceFact late =
                steps.deleted("docs", "").toBuilder().setAtMillis(EXPIRES_AT).build();

        assertThat(toldOf(late)).containsExactly("bob by docs-bob: docs");
    }

    /** Who but the owner is told of which node; from here on it has happened. */
    private List<String> toldOf(NamespaceFact step) {
        List<String> told = ChangeFeeds.of(step, tree).stream()
                .skip(1)
                .map(event -> whomAndWhy(event) + ": " + of(event.getChange()))
                .toList();
        tree.take(step);
        return told;
    }

    @Test
    void ofAVersionThatIsGoneItsNumberIsTold() {
        NamespaceFact purged = steps.step(ChangeKind.CHANGE_VERSION_PURGED)
                .addNodes(Steps.node("plan", "docs").setVersion(7))
                .addPurgedVersions(Version.newBuilder().setNumber(3))
                .build();

        assertThat(ChangeFeeds.of(purged, tree))
                .extracting(event -> event.getChange().getVersion())
                .containsExactly(3L, 3L);
    }

    @Test
    void onlyTheOwnerIsToldEverything() {
        NamespaceFact committed = steps.step(ChangeKind.CHANGE_VERSION_COMMITTED)
                .addNodes(Steps.node("plan", "docs"))
                .setVersion(Version.newBuilder().setNumber(7))
                .setDeviceId("phone")
                .build();

        List<SyncEvent> events = ChangeFeeds.of(committed, tree);

        Change toBob = Change.newBuilder()
                .setSequence(committed.getSequence())
                .setAtMillis(committed.getAtMillis())
                .setKind(ChangeKind.CHANGE_VERSION_COMMITTED)
                .setNodeId(Steps.id("plan"))
                .setVersion(7)
                .build();
        assertThat(events)
                .extracting(SyncEvent::getChange)
                .containsExactly(
                        toBob.toBuilder()
                                .setName("plan")
                                .setParentId(Steps.id("docs"))
                                .setUserId("alice")
                                .setDeviceId("phone")
                                .build(),
                        toBob);
    }

    @Test
    void whatIsMovedOutIsNotHeardOfAgain() {
        tree.take(steps.about(ChangeKind.CHANGE_NODE_MOVED, "plans", "own"));

        List<SyncEvent> events = ChangeFeeds.of(steps.about(ChangeKind.CHANGE_UPLOAD_STARTED, "new", "plans"), tree);

        assertThat(events.stream().skip(1).map(ChangeFeedsTest::whomAndWhy)).containsExactly("carol by plans-carol");
    }

    @Test
    void aShareThatIsMadeOtherwiseIsStillOne() {
        tree.take(steps.shared(
                "plans", "docs", Steps.share("plans-carol", "plans", "carol").setExpiresAtMillis(0)));
        tree.take(steps.unshared("plans", "docs", Steps.share("plans-carol", "plans", "carol")));

        List<SyncEvent> events = ChangeFeeds.of(steps.about(ChangeKind.CHANGE_UPLOAD_STARTED, "new", "plans"), tree);

        assertThat(events.stream().skip(1).map(ChangeFeedsTest::whomAndWhy)).containsExactly("bob by docs-bob");
    }

    private record Row(String step, Function<Steps, NamespaceFact> decided) {
        Arguments told(String... whomAndWhy) {
            return Arguments.of(step, decided, List.of(whomAndWhy));
        }
    }

    private static Row row(String step, Function<Steps, NamespaceFact> decided) {
        return new Row(step, decided);
    }

    private static String of(Change change) {
        return Stream.of("docs", "plans", "map")
                .filter(word -> Steps.id(word).equals(change.getNodeId()))
                .findFirst()
                .orElseThrow();
    }

    private static String whomAndWhy(SyncEvent event) {
        String user = Stream.of("bob", "carol", "dave")
                .filter(name -> FileIds.namespaceOf(name).equals(event.getUserNamespaceId()))
                .findFirst()
                .orElseThrow();
        String share = Stream.of("docs-bob", "plans-carol", "map-bob", "plans-dave")
                .filter(word -> Steps.id(word).equals(event.getShareId()))
                .findFirst()
                .orElseThrow();
        return user + " by " + share;
    }

    private static final class MemoryTree implements SharedTree {
        private final Map<String, TreeNode> nodes = new HashMap<>();
        private final Set<String> deleted = new HashSet<>();

        @Override
        public @Nullable TreeNode node(String nodeId) {
            return nodes.get(nodeId);
        }

        @Override
        public void put(String nodeId, TreeNode node) {
            nodes.put(nodeId, node);
        }

        @Override
        public void remove(String nodeId) {
            nodes.remove(nodeId);
        }

        @Override
        public List<String> sharedNodes() {
            return nodes.entrySet().stream()
                    .filter(node -> !node.getValue().grants().isEmpty())
                    .map(Map.Entry::getKey)
                    .toList();
        }

        @Override
        public boolean isDeleted(String nodeId) {
            return deleted.contains(nodeId);
        }

        @Override
        public void setDeleted(String nodeId, boolean isDeleted) {
            if (isDeleted) {
                deleted.add(nodeId);
            } else {
                deleted.remove(nodeId);
            }
        }
    }
}
