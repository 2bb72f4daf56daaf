package dev.millrace.files.rules;

import static dev.millrace.files.rules.FilesCommands.id;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.Changes;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.DueKind;
import dev.millrace.files.topics.v1.LearnShare;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.NamespaceHead;
import dev.millrace.files.topics.v1.NamespaceRefusalReason;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.NodeStatus;
import dev.millrace.files.topics.v1.ReceivedShare;
import dev.millrace.files.topics.v1.RejectionReason;
import dev.millrace.files.topics.v1.Savings;
import dev.millrace.files.topics.v1.Share;
import dev.millrace.files.topics.v1.TrashOutcome;
import dev.millrace.files.topics.v1.UploadStatus;
import dev.millrace.files.topics.v1.Usage;
import dev.millrace.files.topics.v1.Version;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NamespaceRulesTest {
    private static final long NOW = 1_795_600_000_000L;
    private static final long DAY = 24 * 60 * 60 * 1000L;
    private static final FilesCommands ALICE = FilesCommands.of("alice");
    private static final FilesCommands BOB = FilesCommands.of("bob").in("alice");

    private final MemoryNamespace alice = new MemoryNamespace();

    private void decide(NamespaceCommand... commands) {
        for (NamespaceCommand command : commands) {
            NamespaceDecision decision = alice.apply(command, NOW);
            assertThat(decision.outcome().hasRefused()).as("%s", decision).isFalse();
        }
    }

    /** A file of this content, in its first version. */
    private void file(String key, String parent, String name, String content) {
        decide(
                ALICE.upload(key, parent, name, 100),
                ALICE.complete(key + " c", key),
                ALICE.verified(key, content, 100));
    }

    private void edit(String key, String file, long base, String content, long size) {
        decide(ALICE.edit(key, file, base, size), ALICE.complete(key + " c", key), ALICE.verified(key, content, size));
    }

    private NamespaceFact newest() {
        return alice.facts.get(alice.facts.size() - 1);
    }

    // ---- Uploads ----

    @Test
    void anUploadBecomesAVersionOnceItsContentIsVerified() {
        decide(ALICE.from("laptop").upload("a", "", "a.txt", 100));
        assertThat(alice.get("a").getStatus()).isEqualTo(NodeStatus.NODE_UPLOADING);
        assertThat(alice.getUpload("a").getPartCount()).isEqualTo(1);

        decide(ALICE.complete("c", "a"));
        assertThat(alice.get("a").getStatus()).isEqualTo(NodeStatus.NODE_VERIFYING);
        assertThat(alice.get("a").getVersion()).isZero();

        decide(ALICE.verified("a", "hello", 100));
        Node file = alice.get("a");
        assertThat(file.getStatus()).isEqualTo(NodeStatus.NODE_COMPLETED);
        assertThat(file.getVersion()).isEqualTo(1);
        assertThat(file.getSha256()).isEqualTo(FilesCommands.sha256("hello"));
        assertThat(alice.getUpload("a").getStatus()).isEqualTo(UploadStatus.UPLOAD_COMPLETED);
        assertThat(newest().getUserId()).isEqualTo("alice");
        assertThat(newest().getVersion().getDeviceId()).isEqualTo("laptop");
    }

    @Test
    void whatIsVerifiedTwiceIsCommittedOnce() {
        file("a", "", "a.txt", "hello");
        int facts = alice.facts.size();

        decide(ALICE.verified("a", "hello", 100), ALICE.rejected("a", RejectionReason.REJECTION_CONTENT_MISSING));

        assertThat(alice.facts).hasSize(facts);
    }

    @Test
    void quotaIsReservedFromTheStartAndThenIsTheFiles() {
        decide(ALICE.upload("a", "", "a.txt", 100));
        assertThat(usage()).isEqualTo(usage(100, 0, 0, 1));

        decide(ALICE.complete("c", "a"), ALICE.verified("a", "hello", 100));
        assertThat(usage()).isEqualTo(usage(0, 100, 0, 0));

        edit("b", "a", 1, "hello!", 150);
        assertThat(usage()).isEqualTo(usage(0, 150, 100, 0));
    }

    @Test
    void anAbandonedUploadGivesItsQuotaAndItsNameBack() {
        decide(ALICE.upload("a", "", "a.txt", 100));
        long due = alice.getUpload("a").getDueAtMillis();
        assertThat(due).isEqualTo(NOW + UploadRules.OPEN_AT_MOST.toMillis());

        alice.apply(ALICE.due(DueKind.DUE_UPLOAD, id("a"), due), due - 1);
        assertThat(alice.getUpload("a").getStatus()).isEqualTo(UploadStatus.UPLOAD_OPEN);
        alice.apply(ALICE.due(DueKind.DUE_UPLOAD, id("a"), due), due);

        assertThat(alice.getUpload("a").getStatus()).isEqualTo(UploadStatus.UPLOAD_ABANDONED);
        assertThat(usage()).isEqualTo(usage(0, 0, 0, 0));
        assertThat(alice.get("a").getStatus()).isEqualTo(NodeStatus.NODE_REJECTED);
        decide(ALICE.upload("b", "", "A.TXT", 100));
    }

    @Test
    void anUploadThatWasCompletedIsntAbandonedByALateReminder() {
        decide(ALICE.upload("a", "", "a.txt", 100));
        long due = alice.getUpload("a").getDueAtMillis();
        decide(ALICE.complete("c", "a"));

        alice.apply(ALICE.due(DueKind.DUE_UPLOAD, id("a"), due), due + 1);

        assertThat(alice.getUpload("a").getStatus()).isEqualTo(UploadStatus.UPLOAD_VERIFYING);
    }

    @Test
    void anEndedUploadIsForgottenInTime() {
        file("a", "", "a.txt", "hello");
        long due = alice.getUpload("a").getDueAtMillis();

        alice.apply(ALICE.due(DueKind.DUE_UPLOAD, id("a"), due), due);

        assertThat(alice.uploads).isEmpty();
        assertThat(alice.get("a").getVersion()).isEqualTo(1);
    }

    @Test
    void contentThatIsntWhatWasDeclaredIsRejected() {
        NamespaceCommand.Builder declared = ALICE.upload("a", "", "a.txt", 100).toBuilder();
        declared.getStartUploadBuilder().setDeclaredSha256(FilesCommands.sha256("hello"));
        decide(declared.build(), ALICE.complete("c", "a"), ALICE.verified("a", "hullo", 100));

        assertThat(alice.getUpload("a").getStatus()).isEqualTo(UploadStatus.UPLOAD_REJECTED);
        assertThat(alice.getUpload("a").getRejection()).isEqualTo(RejectionReason.REJECTION_HASH_MISMATCH);
        assertThat(alice.get("a").getStatus()).isEqualTo(NodeStatus.NODE_REJECTED);
        assertThat(usage()).isEqualTo(usage(0, 0, 0, 0));
    }

    @Test
    void contentOfAnotherSizeIsRejected() {
        decide(ALICE.upload("a", "", "a.txt", 100), ALICE.complete("c", "a"), ALICE.verified("a", "hello", 99));

        assertThat(alice.getUpload("a").getRejection()).isEqualTo(RejectionReason.REJECTION_SIZE_MISMATCH);
    }

    @Test
    void aRejectedEditLeavesTheFileAsItWas() {
        file("a", "", "a.txt", "hello");
        decide(
                ALICE.edit("b", "a", 1, 100),
                ALICE.complete("c", "b"),
                ALICE.rejected("b", RejectionReason.REJECTION_CONTENT_MISSING));

        assertThat(alice.get("a").getStatus()).isEqualTo(NodeStatus.NODE_COMPLETED);
        assertThat(alice.get("a").getVersion()).isEqualTo(1);
        assertThat(alice.get("a").getUploads()).isZero();
    }

    @Test
    void aRepeatedStartIsTheSameUpload() {
        NamespaceDecision first = alice.apply(ALICE.upload("a", "", "a.txt", 100), NOW);

        NamespaceDecision again = alice.apply(ALICE.upload("a", "", "a.txt", 100), NOW + 1);

        assertThat(again.fact()).isEmpty();
        assertThat(again.outcome()).isEqualTo(first.outcome());
    }

    // ---- Two who edit ----

    @Test
    void whoEditsAnOldVersionGetsACopyInTheSameStepAndNothingIsLost() {
        file("a", "", "report.txt", "one");
        edit("b", "a", 1, "two", 100);
        edit("c", "a", 1, "three", 100);

        ByteString copyId = alice.getUpload("c").getConflictNodeId();
        Node copy = Objects.requireNonNull(alice.node(copyId));
        assertThat(alice.getUpload("c").getStatus()).isEqualTo(UploadStatus.UPLOAD_CONFLICT);
        assertThat(copy.getName()).isEqualTo("report (conflict 2026-11-25).txt");
        assertThat(copy.getSha256()).isEqualTo(FilesCommands.sha256("three"));
        assertThat(alice.get("a").getSha256()).isEqualTo(FilesCommands.sha256("two"));
        assertThat(alice.get("a").getUploads()).isZero();
        assertThat(newest().getKind()).isEqualTo(ChangeKind.CHANGE_VERSION_CONFLICTED);
        assertThat(newest().getNodes(0)).isEqualTo(copy);
        assertThat(usage()).isEqualTo(usage(0, 200, 100, 0));
    }

    @Test
    void everyLosersCopyHasANameOfItsOwn() {
        file("a", "", "report.txt", "one");
        edit("b", "a", 1, "two", 100);
        edit("c", "a", 1, "three", 100);
        decide(ALICE.folder("trap", "", "report (conflict 2026-11-25 " + (alice.head.getSequence() + 4) + ").txt"));
        edit("d", "a", 1, "four", 100);

        assertThat(alice.children(FileIds.ROOT, 10)).hasSize(4);
    }

    @Test
    void equalContentIsNoConflict() {
        file("a", "", "report.txt", "one");
        edit("b", "a", 1, "two", 100);
        edit("c", "a", 1, "two", 100);

        assertThat(alice.getUpload("c").getStatus()).isEqualTo(UploadStatus.UPLOAD_COMPLETED);
        assertThat(alice.getUpload("c").getVersion()).isEqualTo(2);
        assertThat(alice.children(FileIds.ROOT, 10)).hasSize(1);
        assertThat(usage()).isEqualTo(usage(0, 100, 100, 0));
    }

    @Test
    void theOneWhoCommitsFirstWinsWhoeverStartedFirst() {
        file("a", "", "report.txt", "one");
        decide(ALICE.edit("slow", "a", 1, 100));
        edit("fast", "a", 1, "fast", 100);
        decide(ALICE.complete("c", "slow"), ALICE.verified("slow", "slow", 100));

        assertThat(alice.get("a").getSha256()).isEqualTo(FilesCommands.sha256("fast"));
        assertThat(alice.getUpload("slow").getStatus()).isEqualTo(UploadStatus.UPLOAD_CONFLICT);
    }

    // ---- Delete against edit ----

    @Test
    void aDeletionOfWhatWasEditedSinceIsRefused() {
        file("a", "", "report.txt", "one");
        edit("b", "a", 1, "two", 100);

        assertThat(alice.refusal(ALICE.deleteAsOf("d", "a", 1), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_EDITED_SINCE);
        decide(ALICE.deleteAsOf("e", "a", 2));
        assertThat(alice.get("a").getStatus()).isEqualTo(NodeStatus.NODE_DELETED);
    }

    @Test
    void anEditOfWhatWasDeletedBringsItBack() {
        file("a", "", "report.txt", "one");
        decide(ALICE.delete("d", "a"));
        edit("b", "a", 1, "two", 100);

        assertThat(alice.get("a").getStatus()).isEqualTo(NodeStatus.NODE_COMPLETED);
        assertThat(alice.get("a").getPurgeAtMillis()).isZero();
        assertThat(alice.get("a").getVersion()).isEqualTo(2);
    }

    @Test
    void anEditInADeletedFolderComesOutOfIt() {
        decide(ALICE.folder("f", "", "f"), ALICE.folder("g", "f", "g"), ALICE.folder("h", "g", "h"));
        file("a", "h", "report.txt", "one");
        decide(ALICE.edit("b", "a", 1, 100), ALICE.delete("d", "g"), ALICE.upload("x", "f", "report.txt", 1));
        decide(ALICE.complete("c", "b"), ALICE.verified("b", "two", 100));

        assertThat(alice.get("a").getParentId()).isEqualTo(id("f"));
        assertThat(alice.get("a").getName()).isEqualTo("report (restored 2026-11-25).txt");
        assertThat(Place.of(alice, true, "alice", id("a"), NOW).deleted()).isFalse();
    }

    @Test
    void aFileThatIsUploadedIntoAFolderThatIsDeletedMeanwhileIsInTheFolderAbove() {
        decide(ALICE.folder("f", "", "f"), ALICE.upload("a", "f", "new.txt", 100), ALICE.delete("d", "f"));
        decide(ALICE.complete("c", "a"), ALICE.verified("a", "new", 100));

        assertThat(alice.get("a").getParentId()).isEqualTo(FileIds.ROOT);
        assertThat(alice.get("a").getName()).isEqualTo("new.txt");
    }

    // ---- Names and places ----

    @Test
    void namesAreUniqueInAFolderOnlyAndFreeOnceTheirNodeIsDeleted() {
        decide(ALICE.folder("f", "", "Résumé"), ALICE.folder("g", "f", "Résumé"));
        assertThat(alice.refusal(ALICE.folder("h", "", "RE\u0301SUME\u0301"), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_NAME_TAKEN);

        decide(ALICE.delete("d", "f"), ALICE.folder("h", "", "RE\u0301SUME\u0301"));

        assertThat(alice.get("h").getName()).isEqualTo("RE\u0301SUME\u0301");
    }

    @Test
    void aRenameThatOnlyChangesCaseIsLegal() {
        decide(ALICE.folder("f", "", "readme"), ALICE.rename("r", "f", "README"));

        assertThat(alice.get("f").getName()).isEqualTo("README");
    }

    @Test
    void renamingAndMovingTouchNeitherIdNorVersions() {
        decide(ALICE.folder("f", "", "f"));
        file("a", "", "a.txt", "one");
        decide(ALICE.rename("r", "a", "b.txt"), ALICE.move("m", "a", "f"));

        assertThat(alice.get("a").getParentId()).isEqualTo(id("f"));
        assertThat(alice.get("a").getName()).isEqualTo("b.txt");
        assertThat(alice.get("a").getVersion()).isEqualTo(1);
        assertThat(usage()).isEqualTo(usage(0, 100, 0, 0));
    }

    @Test
    void whatIsAlreadySoIsNoFact() {
        decide(ALICE.folder("f", "", "f"));
        int facts = alice.facts.size();

        decide(ALICE.rename("r", "f", "f"), ALICE.move("m", "f", ""));

        assertThat(alice.facts).hasSize(facts);
    }

    // ---- Deleting, restoring, purging ----

    @Test
    void aDeletedFolderIsOneFactAndComesBackWithAllThatIsInIt() {
        decide(ALICE.folder("f", "", "f"), ALICE.folder("g", "f", "g"), ALICE.delete("d", "f"));
        assertThat(newest().getNodesCount()).isEqualTo(1);
        assertThat(Place.of(alice, true, "alice", id("g"), NOW).deleted()).isTrue();

        decide(ALICE.restore("r", "f", 0));

        assertThat(Place.of(alice, true, "alice", id("g"), NOW).deleted()).isFalse();
    }

    @Test
    void anOldVersionIsRestoredAsAVersionOfItsOwn() {
        file("a", "", "a.txt", "one");
        edit("b", "a", 1, "two", 50);
        decide(ALICE.restore("r", "a", 1));

        assertThat(alice.get("a").getVersion()).isEqualTo(3);
        assertThat(alice.get("a").getSha256()).isEqualTo(FilesCommands.sha256("one"));
        assertThat(Objects.requireNonNull(alice.version(id("a"), 3)).getRestoredVersion())
                .isEqualTo(1);
        assertThat(usage()).isEqualTo(usage(0, 100, 150, 0));
    }

    @Test
    void whatIsDeletedIsKeptThirtyDaysAndThenGoesForGood() {
        decide(ALICE.folder("f", "", "f"), ALICE.folder("g", "f", "g"));
        file("a", "g", "a.txt", "one");
        edit("b", "a", 1, "two", 50);
        decide(ALICE.share("s", "a", "bob", false, 0), ALICE.delete("d", "f"));
        long end = NOW + 30 * DAY;

        alice.apply(ALICE.due(DueKind.DUE_NODE, id("f"), end), end - 1);
        assertThat(alice.nodes).hasSize(3);
        assertThat(alice.refusal(ALICE.restore("r", "f", 0), end))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN);

        alice.apply(ALICE.due(DueKind.DUE_NODE, id("f"), end), end);
        assertThat(alice.get("g").getPurgeAtMillis()).isEqualTo(end);
        alice.apply(ALICE.due(DueKind.DUE_NODE, id("g"), end), end);
        alice.apply(ALICE.due(DueKind.DUE_NODE, id("a"), end), end);

        assertThat(alice.nodes).isEmpty();
        assertThat(alice.shares).isEmpty();
        assertThat(newest().getPurgedVersionsCount()).isEqualTo(2);
        assertThat(usage()).isEqualTo(usage(0, 0, 0, 0));
    }

    @Test
    void aLargeFolderGoesInBoundedSteps() {
        decide(ALICE.folder("f", "", "f"));
        for (int i = 0; i < 250; i++) {
            decide(ALICE.folder("f" + i, "f", "f" + i));
        }
        decide(ALICE.delete("d", "f"));
        long end = NOW + 30 * DAY;
        int steps = 0;
        while (alice.nodes.containsKey(id("f"))) {
            alice.apply(ALICE.due(DueKind.DUE_NODE, id("f"), end), end);
            // Itself too, as long as it goes on.
            assertThat(newest().getNodesCount()).isLessThanOrEqualTo(101);
            steps++;
        }

        assertThat(steps).isEqualTo(3);
        assertThat(alice.nodes.values()).allMatch(node -> node.getPurgeAtMillis() == end);
    }

    @Test
    void whatIsDueAtNoTimeIsntDue() {
        file("a", "", "a.txt", "one");
        decide(ALICE.edit("b", "a", 1, 100), ALICE.complete("c", "b"), ALICE.share("s", "a", "bob", false, 0));
        int facts = alice.facts.size();

        decide(
                ALICE.due(DueKind.DUE_NODE, id("a"), 0),
                ALICE.due(DueKind.DUE_UPLOAD, id("b"), 0),
                ALICE.due(DueKind.DUE_SHARE, id("s"), 0));

        assertThat(alice.facts).hasSize(facts);
    }

    @Test
    void nothingIsPurgedThatIsBeingUploadedTo() {
        file("a", "", "a.txt", "one");
        decide(ALICE.delete("d", "a"), ALICE.edit("b", "a", 1, 100), ALICE.complete("c", "b"));
        long end = NOW + 30 * DAY;

        alice.apply(ALICE.due(DueKind.DUE_NODE, id("a"), end), end);
        alice.apply(ALICE.verified("b", "two", 100), end + 1);

        assertThat(alice.get("a").getStatus()).isEqualTo(NodeStatus.NODE_COMPLETED);
        assertThat(alice.versions.get(id("a"))).hasSize(2);
    }

    // ---- Purging by call ----

    /** Whatever is due by now and all that becomes due by it, as reminders would have it. */
    private void remind(long atMillis) {
        boolean more = true;
        while (more) {
            int before = alice.facts.size();
            if (alice.head.getEmptiedTrash().getDueAtMillis() != 0) {
                long at = alice.head.getEmptiedTrash().getDueAtMillis();
                alice.apply(ALICE.due(DueKind.DUE_TRASH, FileIds.ROOT, at), atMillis);
            }
            for (Node node : List.copyOf(alice.nodes.values())) {
                alice.apply(ALICE.due(DueKind.DUE_NODE, node.getNodeId(), node.getPurgeAtMillis()), atMillis);
            }
            more = alice.facts.size() > before;
        }
    }

    @Test
    void whatWasDeletedBeforeItsFolderWentComesBackElsewhere() {
        decide(ALICE.folder("f", "", "f"));
        file("c", "f", "c.txt", "one");
        decide(ALICE.delete("d", "c"), ALICE.delete("e", "f"), ALICE.purge("p", "f"));
        assertThat(alice.refusal(ALICE.restore("early", "c", 0), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_NODE_DELETED);

        remind(NOW);

        assertThat(alice.refusal(ALICE.restore("r", "c", 0), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_NODE_DELETED);
        assertThat(alice.refusal(ALICE.restoreAs("s", "c", "c.txt", "f"), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN);
        decide(ALICE.restoreAs("t", "c", "c.txt", ""));
        assertThat(alice.get("c").getStatus()).isEqualTo(NodeStatus.NODE_COMPLETED);
    }

    @Test
    void whatItsOwnerPurgesGoesWithAllBelowIt() {
        decide(ALICE.folder("f", "", "f"), ALICE.folder("g", "f", "g"));
        file("a", "g", "a.txt", "one");
        edit("b", "a", 1, "two", 50);
        file("kept", "", "kept.txt", "three");
        decide(ALICE.delete("d", "f"), ALICE.purge("p", "f"));

        assertThat(newest().getKind()).isEqualTo(ChangeKind.CHANGE_PURGE_STARTED);
        assertThat(alice.refusal(ALICE.restore("r", "f", 0), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN);
        assertThat(alice.refusal(ALICE.purge("again", "f"), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN);

        remind(NOW);

        assertThat(alice.nodes.keySet()).containsExactly(id("kept"));
        assertThat(usage()).isEqualTo(usage(0, 100, 0, 0));
    }

    @Test
    void anUploadThatWinsBringsBackWhatWasPurged() {
        file("a", "", "a.txt", "one");
        decide(ALICE.edit("b", "a", 1, 100), ALICE.complete("c", "b"), ALICE.delete("d", "a"), ALICE.purge("p", "a"));

        remind(NOW);
        decide(ALICE.verified("b", "two", 100));

        assertThat(alice.get("a").getStatus()).isEqualTo(NodeStatus.NODE_COMPLETED);
        assertThat(alice.versions.get(id("a"))).hasSize(2);
    }

    @Test
    void theBinIsEmptiedOfWhatWasInItThenInBoundedSteps() {
        for (int i = 0; i < 250; i++) {
            decide(ALICE.folder("f" + i, "", "f" + i), ALICE.delete("d" + i, "f" + i));
        }
        decide(ALICE.folder("later", "", "later"), ALICE.folder("kept", "", "kept"), ALICE.emptyTrash("e"));

        assertThat(newest().getNodesCount()).isEqualTo(100);
        // What wasn't marked yet is gone all the same.
        assertThat(alice.refusal(ALICE.restore("r", "f249", 0), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN);
        decide(ALICE.delete("d", "later"));

        remind(NOW + 1);

        assertThat(alice.nodes.keySet()).containsExactlyInAnyOrder(id("later"), id("kept"));
        assertThat(alice.facts.stream().filter(fact -> fact.getKind() == ChangeKind.CHANGE_TRASH_EMPTIED))
                .hasSize(3);
        decide(ALICE.restore("r2", "later", 0));
    }

    @Test
    void anEmptyBinIsEmptiedWithoutAStep() {
        decide(ALICE.folder("f", "", "f"));

        NamespaceDecision decision = alice.apply(ALICE.emptyTrash("e"), NOW);

        assertThat(decision.fact()).isEmpty();
        assertThat(decision.outcome().getTrash()).isEqualTo(TrashOutcome.getDefaultInstance());
    }

    @Test
    void anOldVersionGoesAtOnceAndItsNumberIsNobodys() {
        file("a", "", "a.txt", "one");
        edit("b", "a", 1, "two", 50);
        edit("c", "a", 2, "three", 20);

        decide(ALICE.purgeVersion("p", "a", 2));

        assertThat(newest().getKind()).isEqualTo(ChangeKind.CHANGE_VERSION_PURGED);
        assertThat(newest().getPurgedVersionsList())
                .extracting(Version::getSha256)
                .containsExactly(FilesCommands.sha256("two"));
        assertThat(Changes.of(newest()).getVersion()).isEqualTo(2);
        assertThat(usage()).isEqualTo(usage(0, 20, 100, 0));
        assertThat(alice.refusal(ALICE.restore("r", "a", 2), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_VERSION_UNKNOWN);

        int facts = alice.facts.size();
        decide(ALICE.purgeVersion("again", "a", 2));
        assertThat(alice.facts).hasSize(facts);

        edit("e", "a", 3, "four", 10);
        assertThat(alice.versions.get(id("a"))).containsOnlyKeys(1L, 3L, 4L);
    }

    // ---- Sharing ----

    @Test
    void aShareOfAFolderIsOneOfEverythingInIt() {
        decide(ALICE.folder("f", "", "f"), ALICE.share("s", "f", "bob", true, 0), ALICE.folder("g", "f", "g"));

        decide(BOB.upload("a", "g", "bobs.txt", 10), BOB.rename("r", "g", "G"));
        assertThat(alice.get("a").getCreatedBy()).isEqualTo("bob");
        assertThat(newest().getOwnerId()).isEqualTo("alice");
        // Where the shared folder itself is, is its owner's matter.
        assertThat(alice.refusal(BOB.rename("r2", "f", "F"), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_READ_ONLY);
    }

    @Test
    void aShareThatEndedOrExpiredGivesNothingFromThatStepOn() {
        decide(ALICE.folder("f", "", "f"), ALICE.share("s", "f", "bob", true, NOW + 10));
        decide(BOB.folder("g", "f", "g"));

        assertThat(alice.refusal(BOB.folder("h", "f", "h"), NOW + 10))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN);
        alice.apply(ALICE.due(DueKind.DUE_SHARE, id("s"), NOW + 10), NOW + 10);
        assertThat(alice.shares).isEmpty();
        assertThat(newest().getShares(0).getEnded()).isTrue();
        assertThat(alice.get("f").getShares()).isZero();

        decide(ALICE.share("s2", "f", "bob", true, 0), ALICE.endShare("e", "s2"));
        assertThat(alice.refusal(BOB.folder("h2", "f", "h"), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN);
    }

    @Test
    void sharingAgainChangesTheShareThereIs() {
        decide(ALICE.folder("f", "", "f"), ALICE.share("s", "f", "bob", false, 0));

        Share changed = alice.apply(ALICE.share("s2", "f", "bob", true, 0), NOW)
                .outcome()
                .getShare();

        assertThat(changed.getShareId()).isEqualTo(id("s"));
        assertThat(alice.shares.values()).containsExactly(changed);
        decide(BOB.folder("g", "f", "g"));
    }

    @Test
    void whoHasAShareMayGiveItUp() {
        decide(ALICE.folder("f", "", "f"), ALICE.share("s", "f", "bob", false, 0), BOB.endShare("e", "s"));

        assertThat(alice.shares).isEmpty();
    }

    @Test
    void aLinkLastsSevenDaysUnlessSaidOtherwise() {
        decide(ALICE.folder("f", "", "f"));

        Share link = alice.apply(ALICE.link("l", "f", 0, ""), NOW).outcome().getShare();

        assertThat(link.getExpiresAtMillis()).isEqualTo(NOW + 7 * DAY);
        decide(BOB.open("o", "l", ""));
    }

    @Test
    void tenWrongPasswordsInARowLockALinkForAQuarterOfAnHour() {
        decide(ALICE.folder("f", "", "f"), ALICE.link("l", "f", 0, "right"));
        for (int i = 0; i < 9; i++) {
            alice.apply(BOB.open("w" + i, "l", "wrong"), NOW);
        }
        decide(BOB.open("r", "l", "right"));
        for (int i = 0; i < 10; i++) {
            assertThat(alice.refusal(BOB.open("x" + i, "l", "wrong"), NOW))
                    .isEqualTo(NamespaceRefusalReason.NAMESPACE_PASSWORD_WRONG);
        }

        long unlocked = NOW + 15 * 60_000;
        assertThat(alice.refusal(BOB.open("l1", "l", "right"), unlocked - 1))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_LINK_LOCKED);
        assertThat(alice.apply(BOB.open("l2", "l", "right"), unlocked).outcome().hasNode())
                .isTrue();
    }

    @Test
    void whoDoesntKnowALinksSecretHasNoLink() {
        decide(ALICE.folder("f", "", "f"), ALICE.link("l", "f", 0, ""));
        NamespaceCommand.Builder guess = BOB.open("o", "l", "").toBuilder();
        guess.getOpenLinkBuilder().setSecret(id("guess"));

        assertThat(alice.refusal(guess.build(), NOW)).isEqualTo(NamespaceRefusalReason.NAMESPACE_SHARE_UNKNOWN);
    }

    @Test
    void aLinkToWhatIsDeletedOpensNothing() {
        decide(ALICE.folder("f", "", "f"), ALICE.folder("g", "f", "g"), ALICE.link("l", "g", 0, ""));
        decide(ALICE.delete("d", "f"));

        assertThat(alice.refusal(BOB.open("o", "l", ""), NOW)).isEqualTo(NamespaceRefusalReason.NAMESPACE_NODE_DELETED);
    }

    @Test
    void whatWasCountedLaterStays() {
        Savings third = Savings.newBuilder().setSequence(3).setSavedBytes(30).build();
        NamespaceHead head = NamespaceRules.learned(NamespaceHead.getDefaultInstance(), third);

        Savings late = third.toBuilder().setSequence(2).setSavedBytes(20).build();
        Savings corrected = third.toBuilder().setUnknown(true).build();
        assertThat(NamespaceRules.learned(head, late)).isEqualTo(head);
        assertThat(NamespaceRules.learned(head, corrected).getSavings()).isEqualTo(corrected);
        assertThat(NamespaceRules.toldOf(head).getSavings()).isEqualTo(third);
        assertThat(NamespaceRules.toldOf(NamespaceHead.getDefaultInstance()).hasSavings())
                .isFalse();
    }

    @Test
    void whatWasCountedOutlivesStepsAndIsInNone() {
        alice.head = NamespaceRules.learned(
                alice.head,
                Savings.newBuilder().setSequence(1).setSavedBytes(10).build());

        decide(ALICE.folder("f", "", "f"));

        assertThat(alice.head.getSavings().getSavedBytes()).isEqualTo(10);
        assertThat(alice.facts).allMatch(fact -> !fact.getUsage().hasSavings());
    }

    @Test
    void whatIsLearnedOfASharesEndOutlivesLateNews() {
        ReceivedShare share = ReceivedShare.newBuilder()
                .setNamespaceId(FileIds.namespaceOf("carol"))
                .setShareId(id("s"))
                .setVersion(3)
                .build();
        NamespaceCommand.Builder learn = ALICE.due(DueKind.DUE_NODE, id("x"), 1).toBuilder();
        decide(learn.setLearnShare(LearnShare.newBuilder()
                        .setShare(share.toBuilder().setVersion(5).setEnded(true)))
                .build());
        decide(learn.setLearnShare(LearnShare.newBuilder().setShare(share)).build());

        assertThat(Objects.requireNonNull(alice.received.get(id("s"))).getEnded())
                .isTrue();
        assertThat(alice.facts).hasSize(1);
    }

    // ---- Devices, time ----

    @Test
    void aRemovedDeviceIsHeardNoMore() {
        decide(ALICE.register("r", "phone", "My phone"), ALICE.from("phone").folder("f", "", "f"));
        decide(ALICE.remove("rm", "phone"), ALICE.remove("rm2", "phone"));

        assertThat(alice.refusal(ALICE.from("phone").folder("g", "", "g"), NOW))
                .isEqualTo(NamespaceRefusalReason.NAMESPACE_DEVICE_REMOVED);
        decide(ALICE.folder("g", "", "g"));
    }

    @Test
    void aBrokersClockThatStepsBackDoesntTakeTimeBack() {
        decide(ALICE.folder("f", "", "f"));

        alice.apply(ALICE.folder("g", "", "g"), NOW - 60_000);

        assertThat(newest().getAtMillis()).isEqualTo(NOW);
    }

    @Test
    void theOwnersNameIsKnownFromTheFirstCallOn() {
        decide(ALICE.folder("f", "", "f"), ALICE.share("s", "f", "bob", true, 0), BOB.folder("g", "f", "g"));

        assertThat(alice.head.getOwnerId()).isEqualTo("alice");
    }

    private Usage usage() {
        return alice.head.getUsage();
    }

    private static Usage usage(long reserved, long live, long versions, int uploads) {
        return Usage.newBuilder()
                .setQuotaBytes(NamespaceRules.QUOTA_BYTES)
                .setReservedBytes(reserved)
                .setLiveBytes(live)
                .setVersionBytes(versions)
                .setUploads(uploads)
                .build();
    }
}
