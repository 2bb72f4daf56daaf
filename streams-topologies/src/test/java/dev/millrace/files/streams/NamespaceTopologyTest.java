package dev.millrace.files.streams;

import static dev.millrace.files.rules.FilesCommands.id;
import static dev.millrace.files.streams.FilesDriver.as;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.rules.FilesCommands;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.FilesQueries;
import dev.millrace.files.topics.MarkerKeys;
import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.ChangesView;
import dev.millrace.files.topics.v1.ChildrenView;
import dev.millrace.files.topics.v1.DevicesView;
import dev.millrace.files.topics.v1.DueKind;
import dev.millrace.files.topics.v1.FilesQuestion;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.files.topics.v1.NamespaceRefusalReason;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.NodeView;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.SharesView;
import dev.millrace.files.topics.v1.TrashView;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.UploadView;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.files.topics.v1.Version;
import dev.millrace.files.topics.v1.VersionsView;
import dev.millrace.topics.WireSerde;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamespaceTopologyTest {
    private static final String ALICES = FileIds.namespaceOf("alice");
    private static final FilesCommands ALICE = FilesCommands.of("alice");
    private static final FilesCommands BOB = FilesCommands.of("bob").in("alice");

    private final FilesDriver files = new FilesDriver();

    @AfterEach
    void close() {
        files.close();
    }

    private void file(String key, String parent, String name, String content) {
        files.send(
                ALICE.upload(key, parent, name, 100),
                ALICE.complete(key + " c", key),
                ALICE.verified(key, content, 100));
    }

    @Test
    void aDecisionIsAFactUnderItsNamespaceAndInTheState() throws Exception {
        NamespaceOutcome made = files.decide(ALICE.folder("docs", "", "Docs"));

        KeyValue<String, NamespaceFact> fact = files.facts().get(0);
        assertThat(fact.key).isEqualTo(FileIds.namespaceOf("alice"));
        assertThat(fact.value.getPosition().getLog()).isEqualTo("namespaces");
        assertThat(fact.value.getSequence()).isEqualTo(1);
        assertThat(node("alice", "docs").getNode()).isEqualTo(made.getNode());
        assertThat(node("alice", "docs").getOwnerId()).isEqualTo("alice");
    }

    @Test
    void aMarkerIsAFactInItsPlaceAndNoStepOfANamespace() {
        String key = MarkerKeys.of(0, 1);
        files.send(ALICE.folder("docs", "", "Docs"), ALICE.mark(key, "run", 3), ALICE.folder("letters", "", "Letters"));

        List<KeyValue<String, NamespaceFact>> facts = files.facts();

        assertThat(facts).extracting(fact -> fact.key).containsExactly(ALICES, key, ALICES);
        assertThat(facts).extracting(fact -> fact.value.getSequence()).containsExactly(1L, 0L, 2L);
        NamespaceFact marked = facts.get(1).value;
        assertThat(marked.getEpochMarked())
                .isEqualTo(MarkEpoch.newBuilder().setRun(id("run")).setEpoch(3).build());
        assertThat(marked.getNamespaceId()).isEmpty();
        assertThat(marked.getPosition().getOffset()).isEqualTo(1);
    }

    @Test
    void whatVersionsSaveIsNoStepAndInTheUsage() throws Exception {
        file("f", "", "f", "one");
        files.facts();
        files.send(ALICE.savings(3, 70), ALICE.savings(2, 50));

        assertThat(files.facts()).isEmpty();
        Usage usage =
                files.ask(FilesQueries.USAGE, "alice", as("alice"), Usage.class).orElseThrow();
        assertThat(usage.getLiveBytes()).isEqualTo(100);
        assertThat(usage.getSavings().getSavedBytes()).isEqualTo(70);
        assertThat(changes(0, 10).getNewest()).isEqualTo(3);
        assertThat(files.ask(FilesQueries.USAGE, "alice", as("bob"), Usage.class))
                .isEmpty();

        file("g", "", "g", "two");

        assertThat(files.facts()).extracting(fact -> fact.value.getSequence()).containsExactly(4L, 5L, 6L);
    }

    @Test
    void aRepeatedCommandGetsItsFirstAnswerWhateverHappenedSince() throws Exception {
        NamespaceOutcome made = files.decide(ALICE.folder("docs", "", "Docs"));
        NamespaceOutcome renamed = files.decide(ALICE.rename("r", "docs", "Papers"));
        files.send(ALICE.rename("r2", "docs", "Letters"));
        NamespaceOutcome refused = files.decide(ALICE.folder("x", "", "letters"));
        files.send(ALICE.delete("d", "docs"));
        files.facts();

        assertThat(files.decide(ALICE.folder("docs", "", "Docs"))).isEqualTo(made);
        assertThat(files.decide(ALICE.rename("r", "docs", "Papers"))).isEqualTo(renamed);
        assertThat(files.decide(ALICE.folder("x", "", "letters"))).isEqualTo(refused);
        assertThat(files.facts()).isEmpty();
    }

    @Test
    void whatACommandMadeIsKnownAfterItsAnswerIsForgotten() throws Exception {
        files.send(ALICE.folder("docs", "", "Docs"));
        files.pass(Duration.ofHours(2));
        files.send(ALICE.folder("other", "", "other"), ALICE.folder("other2", "", "other 2"));
        files.facts();

        assertThat(files.decide(ALICE.folder("docs", "", "Docs")).getNode().getNodeId())
                .isEqualTo(id("docs"));
        assertThat(files.facts()).isEmpty();
    }

    @Test
    void aKeyUsedForAnotherBodyIsRefused() throws Exception {
        files.send(ALICE.folder("docs", "", "Docs"));

        assertThat(files.decide(ALICE.folder("docs", "", "Other")).getRefused().getReason())
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void aCommandUnderAnotherKeyIsADeadLetter() {
        files.send(FileIds.namespaceOf("bob"), ALICE.folder("docs", "", "Docs"));

        assertThat(files.deadLetters()).hasSize(1);
        assertThat(files.facts()).isEmpty();
    }

    @Test
    void namespacesKnowNothingOfEachOther() {
        FilesCommands carol = FilesCommands.of("carol");
        files.send(ALICE.folder("a", "", "same"), carol.folder("c", "", "same"));

        assertThat(files.facts()).extracting(fact -> fact.value.getSequence()).containsExactly(1L, 1L);
        assertThat(children("carol", FileIds.ROOT, ByteString.EMPTY, 10).getNodesList())
                .extracting(Node::getNodeId)
                .containsExactly(id("c"));
    }

    @Test
    void aFolderIsListedInTheOrderOfFoldedNamesPageByPage() {
        List<String> names = List.of("b", "A", "ä", "C", "é", "Z", "1");
        for (String name : names) {
            files.send(ALICE.folder(name, "", name));
        }
        files.send(ALICE.delete("d", "C"), ALICE.rename("r", "Z", "0"), ALICE.folder("in", "b", "in b"));

        List<String> listed = new ArrayList<>();
        ByteString after = ByteString.EMPTY;
        ChildrenView page;
        do {
            page = children("alice", FileIds.ROOT, after, 2);
            page.getNodesList().forEach(node -> listed.add(node.getName()));
            after = page.getLast();
        } while (page.getMore());

        assertThat(listed).containsExactly("0", "1", "A", "b", "ä", "é");
    }

    @Test
    void whatAStepWritesDependsOnNoFoldersSize() {
        for (int i = 0; i < 500; i++) {
            files.send(ALICE.folder("f" + i, "", "f" + i));
        }

        try (var all = files.store().all()) {
            assertThat(all)
                    .toIterable()
                    .allSatisfy(entry -> assertThat(entry.value.length).isLessThan(400));
        }
    }

    @Test
    void versionsAreListedNewestFirstPageByPage() {
        file("a", "", "a.txt", "one");
        for (int i = 1; i < 5; i++) {
            String key = "edit " + i;
            files.send(ALICE.edit(key, "a", i, 100), ALICE.complete(key + " c", key), ALICE.verified(key, key, 100));
        }

        VersionsView first = files.ask(
                        FilesQueries.VERSIONS, "alice", as("alice", id("a")).setLimit(3), VersionsView.class)
                .orElseThrow();
        long before = first.getLast().asReadOnlyByteBuffer().getLong();
        VersionsView rest = files.ask(
                        FilesQueries.VERSIONS,
                        "alice",
                        as("alice", id("a")).setLimit(3).setNumber(before),
                        VersionsView.class)
                .orElseThrow();

        assertThat(first.getVersionsList()).extracting(Version::getNumber).containsExactly(5L, 4L, 3L);
        assertThat(first.getMore()).isTrue();
        assertThat(rest.getVersionsList()).extracting(Version::getNumber).containsExactly(2L, 1L);
        assertThat(rest.getMore()).isFalse();
        NodeView old = files.ask(
                        FilesQueries.NODE, "alice", as("alice", id("a")).setNumber(2), NodeView.class)
                .orElseThrow();
        assertThat(old.getVersion().getSha256()).isEqualTo(FilesCommands.sha256("edit 1"));
        NodeView unknown = files.ask(
                        FilesQueries.NODE, "alice", as("alice", id("a")).setNumber(9), NodeView.class)
                .orElseThrow();
        assertThat(unknown.getVersionUnknown()).isTrue();
        NamespaceQueries questions = new NamespaceQueries(InstantSource.system());
        assertThat(questions.lacks(unknown)).isTrue();
        assertThat(questions.lacks(old)).isFalse();
    }

    @Test
    void whatOneMayNotSeeIsntFound() {
        files.send(ALICE.folder("docs", "", "docs"), ALICE.folder("sub", "docs", "sub"));
        file("a", "sub", "a.txt", "one");
        for (String question : List.of(FilesQueries.NODE, FilesQueries.VERSIONS, FilesQueries.CHANGES)) {
            assertThat(files.ask(question, "alice", as("bob", id("a")), Object.class))
                    .as(question)
                    .isEmpty();
        }
        for (String question :
                List.of(FilesQueries.USAGE, FilesQueries.DEVICES, FilesQueries.SHARES, FilesQueries.CHANGES)) {
            assertThat(files.ask(question, "alice", as("bob"), Object.class))
                    .as(question)
                    .isEmpty();
        }
        assertThat(files.ask(FilesQueries.UPLOAD, "alice", as("bob", id("a")), UploadView.class))
                .isEmpty();
        assertThat(files.ask(FilesQueries.CHILDREN, "alice", as("bob", id("sub")), ChildrenView.class))
                .isEmpty();
        assertThat(files.ask(FilesQueries.CHILDREN, "alice", as("bob", FileIds.ROOT), ChildrenView.class))
                .isEmpty();

        files.send(ALICE.share("s", "docs", "bob", false, files.now + 1_000));

        assertThat(node("bob", "a").getWritable()).isFalse();
        assertThat(children("bob", id("sub"), ByteString.EMPTY, 10).getNodesCount())
                .isEqualTo(1);
        files.now += 1_000;
        assertThat(files.ask(FilesQueries.NODE, "alice", as("bob", id("a")), NodeView.class))
                .isEmpty();
    }

    @Test
    void whomSomethingIsSharedWithHearsOfItByTheRelayHoweverOften() throws Exception {
        files.send(ALICE.folder("docs", "", "Docs"), ALICE.share("s", "docs", "bob", true, 0));
        List<NamespaceFact> given =
                files.facts().stream().map(fact -> fact.value).toList();
        for (int i = 0; i < 2; i++) {
            given.stream().flatMap(fact -> ShareRelay.received(fact).stream()).forEach(files::send);
        }

        SharesView shares = shares("bob");
        assertThat(shares.getReceivedCount()).isEqualTo(1);
        assertThat(shares.getReceived(0).getName()).isEqualTo("Docs");
        assertThat(shares.getReceived(0).getOwnerId()).isEqualTo("alice");
        assertThat(shares("alice").getGiven(0).getShare().getUserId()).isEqualTo("bob");
        files.facts();

        files.send(ALICE.endShare("e", "s"));
        files.facts().stream()
                .flatMap(fact -> ShareRelay.received(fact.value).stream())
                .forEach(files::send);

        assertThat(shares("bob").getReceivedCount()).isZero();
        assertThat(shares("alice").getGivenCount()).isZero();
    }

    @Test
    void aListOfSharesGoesOnFromGivenToReceived() {
        files.send(ALICE.folder("docs", "", "Docs"));
        for (int i = 0; i < 3; i++) {
            files.send(ALICE.link("l" + i, "docs", 0, ""));
        }
        FilesCommands carol = FilesCommands.of("carol");
        for (int i = 0; i < 3; i++) {
            files.send(carol.folder("c" + i, "", "c" + i), carol.share("cs" + i, "c" + i, "alice", false, 0));
        }
        files.facts().stream()
                .flatMap(fact -> ShareRelay.received(fact.value).stream())
                .forEach(files::send);

        List<Integer> sizes = new ArrayList<>();
        int listed = 0;
        ByteString after = ByteString.EMPTY;
        SharesView page;
        do {
            page = files.ask(
                            FilesQueries.SHARES,
                            "alice",
                            as("alice").setLimit(2).setAfter(after),
                            SharesView.class)
                    .orElseThrow();
            sizes.add(page.getGivenCount() + page.getReceivedCount());
            listed += page.getGivenCount() + page.getReceivedCount();
            after = page.getLast();
        } while (page.getMore());

        assertThat(listed).isEqualTo(6);
        assertThat(sizes).allMatch(size -> size <= 2);
    }

    @Test
    void changesAreEveryStepInItsOrder() {
        files.send(ALICE.folder("docs", "", "Docs"));
        file("a", "docs", "a.txt", "one");
        files.send(ALICE.rename("r", "a", "b.txt"), ALICE.folder("x", "", "X"));

        ChangesView all = changes(0, 100);
        assertThat(all.getChangesList()).extracting(Change::getSequence).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(all.getChangesList())
                .extracting(Change::getKind)
                .containsExactly(
                        ChangeKind.CHANGE_FOLDER_CREATED,
                        ChangeKind.CHANGE_UPLOAD_STARTED,
                        ChangeKind.CHANGE_UPLOAD_COMPLETED,
                        ChangeKind.CHANGE_VERSION_COMMITTED,
                        ChangeKind.CHANGE_NODE_MOVED,
                        ChangeKind.CHANGE_FOLDER_CREATED);
        assertThat(all.getChanges(4).getName()).isEqualTo("b.txt");
        assertThat(changes(4, 1).getChangesList())
                .extracting(Change::getSequence)
                .containsExactly(5L);
        assertThat(changes(4, 1).getMore()).isTrue();
        assertThat(changes(6, 10).getChangesCount()).isZero();

        ChangesView ofFile = files.ask(
                        FilesQueries.CHANGES, "alice", as("alice", id("a")).setNumber(2), ChangesView.class)
                .orElseThrow();
        assertThat(ofFile.getChangesList()).extracting(Change::getSequence).containsExactly(3L, 4L, 5L);
    }

    @Test
    void changesThatAreOutOfTimeGoAndTheirCursorsExpire() {
        files.send(ALICE.folder("a", "", "a"), ALICE.folder("b", "", "b"));
        files.pass(Duration.ofDays(31));
        files.send(ALICE.folder("c", "", "c"));

        assertThat(changes(0, 10).getExpired()).isTrue();
        assertThat(changes(0, 10).getNewest()).isEqualTo(3);
        assertThat(changes(1, 10).getExpired()).isTrue();
        assertThat(changes(2, 10).getChangesList())
                .extracting(Change::getSequence)
                .containsExactly(3L);
    }

    @Test
    void whatIsDueFallsDueByReminders() {
        files.send(
                ALICE.upload("a", "", "a.txt", 100),
                ALICE.folder("docs", "", "docs"),
                ALICE.folder("sub", "docs", "sub"),
                ALICE.link("l", "docs", 0, ""),
                ALICE.delete("d", "docs"));
        file("kept", "", "kept.txt", "x");

        files.pass(Duration.ofDays(8));
        assertThat(upload("a").orElseThrow().getUpload().getStatus()).isEqualTo(UploadStatus.UPLOAD_ABANDONED);
        assertThat(files.ask(FilesQueries.USAGE, "alice", as("alice"), Usage.class)
                        .orElseThrow()
                        .getReservedBytes())
                .isZero();
        assertThat(shares("alice").getGivenCount()).isZero();

        files.pass(Duration.ofDays(8));
        assertThat(upload("a")).isEmpty();
        files.pass(Duration.ofDays(20));
        assertThat(files.ask(FilesQueries.NODE, "alice", as("alice", id("docs")), NodeView.class))
                .isEmpty();
        assertThat(keys('N')).isEqualTo(1);
        assertThat(keys('D')).isZero();
        assertThat(keys('C')).isEqualTo(1);
        assertThat(keys('L') + keys('S')).isZero();
    }

    @Test
    void theBinIsListedNewestFirstPageByPageUntilItIsEmptied() throws Exception {
        for (int i = 0; i < 5; i++) {
            file("f" + i, "", "f" + i, "x");
            files.send(ALICE.delete("d" + i, "f" + i));
        }
        files.send(ALICE.restore("r", "f3", 0), ALICE.purge("p", "f1"));

        TrashView first = trash("alice", ByteString.EMPTY, 2).orElseThrow();
        TrashView second = trash("alice", first.getLast(), 2).orElseThrow();

        assertThat(first.getNodesList()).extracting(Node::getName).containsExactly("f4", "f2");
        assertThat(first.getMore()).isTrue();
        assertThat(second.getNodesList()).extracting(Node::getName).containsExactly("f0");
        assertThat(second.getMore()).isFalse();
        assertThat(trash("bob", ByteString.EMPTY, 2)).isEmpty();

        assertThat(files.decide(ALICE.emptyTrash("e")).getTrash().getEntries()).isEqualTo(3);
        assertThat(trash("alice", ByteString.EMPTY, 2).orElseThrow().getNodesCount())
                .isZero();
        files.pass(Duration.ofSeconds(1));
        assertThat(keys('N')).isEqualTo(1);
        assertThat(keys('V')).isEqualTo(1);
        assertThat(keys('T')).isZero();
    }

    @Test
    void nobodyIsRemindedOfAnEndThatWaitsForAnUpload() {
        file("f", "", "f", "x");
        files.send(ALICE.edit("b", "f", 1, 100), ALICE.delete("d", "f"), ALICE.purge("p", "f"));
        assertThat(dueNodes()).isZero();

        files.send(ALICE.cancel("c", "b"));
        assertThat(dueNodes()).isEqualTo(1);
        files.pass(Duration.ofSeconds(1));
        assertThat(keys('N')).isZero();
    }

    @Test
    void theBinDoesNotListWhatNeverWasAVersion() throws Exception {
        files.send(ALICE.upload("up", "", "up", 100), ALICE.delete("d", "up"));

        assertThat(trash("alice", ByteString.EMPTY, 10).orElseThrow().getNodesCount())
                .isZero();
        assertThat(files.decide(ALICE.emptyTrash("e")).getTrash().getEntries()).isEqualTo(1);
    }

    @Test
    void aBinOfManyIsEmptyAtOnceAndGoneSoon() {
        for (int i = 0; i < 230; i++) {
            files.send(ALICE.folder("f" + i, "", "f" + i), ALICE.delete("d" + i, "f" + i));
        }
        files.send(ALICE.emptyTrash("e"));

        assertThat(trash("alice", ByteString.EMPTY, 100).orElseThrow().getNodesCount())
                .isZero();
        assertThat(files.ask(FilesQueries.NODE, "alice", as("alice", id("f229")), NodeView.class))
                .isEmpty();
        files.pass(Duration.ofSeconds(1));
        assertThat(keys('N') + keys('T') + keys('D')).isZero();
    }

    @Test
    void aBinThatAnEarlierBuildFilledIsListedToo() {
        file("f", "", "f", "x");
        files.send(ALICE.upload("up", "", "up", 1), ALICE.cancel("c", "up"), ALICE.delete("d", "f"));
        NamespaceBooks books = new NamespaceBooks(files.store(), ALICES);
        NamespaceKeys keys = new NamespaceKeys(ALICES);
        files.store().delete(keys.trash(books.trash(Long.MAX_VALUE, 1).get(0).getDeletedSequence(), id("f")));
        files.store()
                .put(
                        keys.node(id("f")),
                        WireSerde.of(Node.getDefaultInstance())
                                .encode(node("alice", "f").getNode().toBuilder()
                                        .clearDeletedSequence()
                                        .build()));

        NamespaceBooks.indexTrash(files.store());

        assertThat(trash("alice", ByteString.EMPTY, 10).orElseThrow().getNodesList())
                .extracting(Node::getName)
                .containsExactly("f");
        files.send(ALICE.emptyTrash("e"));
        files.pass(Duration.ofSeconds(1));
        assertThat(keys('V') + keys('T')).isZero();
    }

    private Optional<TrashView> trash(String caller, ByteString after, int limit) {
        return files.ask(FilesQueries.TRASH, "alice", as(caller).setAfter(after).setLimit(limit), TrashView.class);
    }

    @Test
    void aDeletedFilesNameIsFreeAndTheFileStillThere() {
        file("a", "", "a.txt", "one");
        files.send(ALICE.delete("d", "a"));
        file("b", "", "A.TXT", "two");

        assertThat(node("alice", "a").getNode().getStatus()).isEqualTo(NodeStatus.NODE_DELETED);
        assertThat(children("alice", FileIds.ROOT, ByteString.EMPTY, 10).getNodesList())
                .extracting(Node::getNodeId)
                .containsExactly(id("b"));
    }

    @Test
    void aLinkIsToldOfToWhoKnowsItsSecret() {
        files.send(ALICE.folder("docs", "", "Docs"), ALICE.link("l", "docs", 0, "hash"));

        FilesQuestion.Builder right = FilesQuestion.newBuilder().setId(id("l")).setAfter(id("secret"));
        FilesQuestion.Builder wrong = FilesQuestion.newBuilder().setId(id("l")).setAfter(id("guess"));

        assertThat(files.ask(FilesQueries.LINK, "alice", right, Share.class)).isPresent();
        assertThat(files.ask(FilesQueries.LINK, "alice", wrong, Share.class)).isEmpty();
    }

    @Test
    void removedDevicesAreToldOf() throws Exception {
        files.send(ALICE.register("r", "phone", "My phone"), ALICE.remove("rm", "phone"));

        DevicesView devices = files.ask(FilesQueries.DEVICES, "alice", as("alice"), DevicesView.class)
                .orElseThrow();

        assertThat(devices.getDevices(0).getRemovedAtMillis()).isPositive();
        assertThat(files.decide(ALICE.from("phone").folder("x", "", "x"))
                        .getRefused()
                        .getReason())
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_DEVICE_REMOVED);
    }

    @Test
    void aShareeWritesIntoTheOwnersNamespace() {
        files.send(ALICE.folder("docs", "", "Docs"), ALICE.share("s", "docs", "bob", true, 0));
        files.send(BOB.folder("bobs", "docs", "Bob's"));

        assertThat(node("alice", "bobs").getNode().getCreatedBy()).isEqualTo("bob");
        assertThat(node("bob", "bobs").getWritable()).isTrue();
    }

    @Test
    void theTopologyIsAsReviewed() throws IOException {
        try (InputStream golden = Objects.requireNonNull(getClass().getResourceAsStream("/namespace-topology.txt"))) {
            assertThat(files.topology.describe()).hasToString(new String(golden.readAllBytes(), UTF_8));
        }
    }

    private NodeView node(String caller, String key) {
        return files.ask(FilesQueries.NODE, "alice", as(caller, id(key)), NodeView.class)
                .orElseThrow();
    }

    private ChildrenView children(String caller, ByteString folder, ByteString after, int limit) {
        String owner = caller.equals("carol") ? "carol" : "alice";
        return files.ask(
                        FilesQueries.CHILDREN,
                        owner,
                        as(caller, folder).setAfter(after).setLimit(limit),
                        ChildrenView.class)
                .orElseThrow();
    }

    private SharesView shares(String user) {
        return files.ask(FilesQueries.SHARES, user, as(user), SharesView.class).orElseThrow();
    }

    private ChangesView changes(long after, int limit) {
        return files.ask(
                        FilesQueries.CHANGES,
                        "alice",
                        as("alice").setNumber(after).setLimit(limit),
                        ChangesView.class)
                .orElseThrow();
    }

    private Optional<UploadView> upload(String key) {
        return files.ask(FilesQueries.UPLOAD, "alice", as("alice", id(key)), UploadView.class);
    }

    private long dueNodes() {
        long count = 0;
        try (var all = files.store().range(NamespaceKeys.dueFrom(0), NamespaceKeys.dueFrom(Long.MAX_VALUE))) {
            while (all.hasNext()) {
                count += NamespaceKeys.dueIn(all.next().key).getKind() == DueKind.DUE_NODE ? 1 : 0;
            }
        }
        return count;
    }

    private long keys(char kind) {
        long count = 0;
        try (var all = files.store().all()) {
            while (all.hasNext()) {
                count += all.next().key.get()[0] == kind ? 1 : 0;
            }
        }
        return count;
    }
}
