package dev.millrace.files.rules;

import static dev.millrace.files.rules.FilesCommands.id;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.MarkEpoch;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceRefusalReason;
import dev.millrace.files.topics.v1.Usage;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NamespaceRefusalTest {
    private static final long NOW = 1_795_600_000_000L;
    private static final FilesCommands ALICE = FilesCommands.of("alice");
    private static final FilesCommands BOB = FilesCommands.of("bob").in("alice");
    private static final FilesCommands CAROL = FilesCommands.of("carol").in("alice");

    private final MemoryNamespace alice = new MemoryNamespace();

    /**
     * What there is: docs/report.txt in two versions, docs/busy.txt too and somebody uploads to it, deleted "old" and
     * "docs/binned", a locked link, and shares with bob.
     */
    private void furnish() {
        decide(
                ALICE.folder("docs", "", "docs"),
                ALICE.folder("sub", "docs", "sub"),
                ALICE.folder("old", "", "old"),
                ALICE.folder("deep", "old", "deep"),
                ALICE.delete("d", "old"),
                ALICE.upload("report", "docs", "report.txt", 100),
                ALICE.complete("c", "report"),
                ALICE.verified("report", "one", 100),
                ALICE.edit("second", "report", 1, 100),
                ALICE.complete("c2", "second"),
                ALICE.verified("second", "two", 100),
                ALICE.upload("cancelled", "docs", "cancelled.txt", 100),
                ALICE.cancel("x", "cancelled"),
                ALICE.upload("busy", "docs", "busy.txt", 100),
                ALICE.complete("c3", "busy"),
                ALICE.verified("busy", "one", 100),
                ALICE.edit("busier", "busy", 1, 100),
                ALICE.complete("c4", "busier"),
                ALICE.verified("busier", "two", 100),
                ALICE.edit("busiest", "busy", 2, 100),
                ALICE.folder("binned", "docs", "binned"),
                ALICE.delete("d2", "binned"),
                ALICE.share("reading", "docs", "bob", false, 0),
                ALICE.link("link", "report", 0, "right"),
                ALICE.link("locked", "report", 0, "right"),
                ALICE.link("short", "report", NOW + 1, ""),
                ALICE.register("r", "phone", "My phone"),
                ALICE.remove("rm", "phone"));
        for (int i = 0; i < ShareRules.WRONG_PASSWORDS_MAX; i++) {
            decide(BOB.open("wrong " + i, "locked", "wrong"));
        }
    }

    private void decide(NamespaceCommand... commands) {
        for (NamespaceCommand command : commands) {
            alice.apply(command, NOW);
        }
    }

    /** A row per reason, in the enum's order. */
    static Stream<Arguments> refusals() {
        return Stream.of(
                row(NamespaceRefusalReason.NAMESPACE_IDEMPOTENCY_KEY_REUSED, ALICE.folder("docs", "", "other")),
                row(NamespaceRefusalReason.NAMESPACE_IDEMPOTENCY_KEY_REUSED, ALICE.upload("report", "docs", "x", 1)),
                row(NamespaceRefusalReason.NAMESPACE_IDEMPOTENCY_KEY_REUSED, ALICE.share("link", "docs", "x", true, 0)),
                row(
                        NamespaceRefusalReason.NAMESPACE_DEVICE_REMOVED,
                        ALICE.from("phone").folder("k", "", "x")),
                row(NamespaceRefusalReason.NAMESPACE_DEVICE_REMOVED, ALICE.register("k", "phone", "Again")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, ALICE.rename("k", "none", "x")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, CAROL.rename("k", "report", "x")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, CAROL.folder("k", "", "x")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, BOB.folder("k", "", "x")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, ALICE.folder("k", "none", "x")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, ALICE.delete("k", "cancelled")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, CAROL.edit("k", "report", 1, 1)),
                row(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, ALICE.purge("k", "none")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, CAROL.purge("k", "old")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_UNKNOWN, CAROL.purgeVersion("k", "report", 1)),
                row(NamespaceRefusalReason.NAMESPACE_READ_ONLY, BOB.folder("k", "docs", "x")),
                row(NamespaceRefusalReason.NAMESPACE_READ_ONLY, BOB.rename("k", "report", "x")),
                row(NamespaceRefusalReason.NAMESPACE_READ_ONLY, BOB.delete("k", "report")),
                row(NamespaceRefusalReason.NAMESPACE_READ_ONLY, BOB.restore("k", "report", 1)),
                row(NamespaceRefusalReason.NAMESPACE_READ_ONLY, BOB.edit("k", "report", 2, 1)),
                row(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, BOB.share("k", "report", "carol", false, 0)),
                row(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, BOB.link("k", "report", 0, "")),
                row(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, BOB.register("k", "tablet", "x")),
                row(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, BOB.remove("k", "phone")),
                row(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, BOB.purge("k", "binned")),
                row(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, BOB.emptyTrash("k")),
                row(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, BOB.purgeVersion("k", "report", 1)),
                row(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, ALICE.folder("k", "old", "x")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, ALICE.rename("k", "deep", "x")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, ALICE.delete("k", "deep")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, ALICE.link("k", "deep", 0, "")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, ALICE.restoreAs("k", "old", "x", "deep")),
                row(NamespaceRefusalReason.NAMESPACE_NODE_DELETED, ALICE.purgeVersion("k", "deep", 1)),
                row(NamespaceRefusalReason.NAMESPACE_NOT_DELETED, ALICE.purge("k", "report")),
                row(NamespaceRefusalReason.NAMESPACE_NOT_DELETED, ALICE.purge("k", "deep")),
                row(NamespaceRefusalReason.NAMESPACE_NOT_DELETED, ALICE.restore("k", "report", 0)),
                row(NamespaceRefusalReason.NAMESPACE_NOT_A_FOLDER, ALICE.folder("k", "report", "x")),
                row(NamespaceRefusalReason.NAMESPACE_NOT_A_FOLDER, ALICE.move("k", "sub", "report")),
                row(NamespaceRefusalReason.NAMESPACE_NOT_A_FILE, ALICE.edit("k", "docs", 0, 1)),
                row(NamespaceRefusalReason.NAMESPACE_NOT_A_FILE, ALICE.restore("k", "docs", 1)),
                row(NamespaceRefusalReason.NAMESPACE_NOT_A_FILE, ALICE.purgeVersion("k", "docs", 1)),
                row(NamespaceRefusalReason.NAMESPACE_NAME_INVALID, ALICE.folder("k", "", "a/b")),
                row(NamespaceRefusalReason.NAMESPACE_NAME_INVALID, ALICE.rename("k", "report", "")),
                row(NamespaceRefusalReason.NAMESPACE_NAME_INVALID, ALICE.upload("k", "", "..", 1)),
                row(NamespaceRefusalReason.NAMESPACE_NAME_TAKEN, ALICE.folder("k", "", "DOCS")),
                row(NamespaceRefusalReason.NAMESPACE_NAME_TAKEN, ALICE.upload("k", "docs", "Sub", 1)),
                row(NamespaceRefusalReason.NAMESPACE_NAME_TAKEN, ALICE.rename("k", "report", "sub")),
                row(NamespaceRefusalReason.NAMESPACE_NAME_TAKEN, ALICE.restoreAs("k", "old", "docs", "")),
                row(NamespaceRefusalReason.NAMESPACE_CYCLE, ALICE.move("k", "docs", "sub")),
                row(NamespaceRefusalReason.NAMESPACE_CYCLE, ALICE.move("k", "docs", "docs")),
                row(NamespaceRefusalReason.NAMESPACE_TREE_TOO_DEEP, ALICE.folder("k", "level 99", "x")),
                row(NamespaceRefusalReason.NAMESPACE_VERSION_UNKNOWN, ALICE.restore("k", "report", 3)),
                row(NamespaceRefusalReason.NAMESPACE_VERSION_UNKNOWN, ALICE.edit("k", "report", 3, 1)),
                row(NamespaceRefusalReason.NAMESPACE_VERSION_UNKNOWN, ALICE.purgeVersion("k", "report", 3)),
                row(NamespaceRefusalReason.NAMESPACE_VERSION_UNKNOWN, ALICE.purgeVersion("k", "report", 0)),
                row(NamespaceRefusalReason.NAMESPACE_EDITED_SINCE, ALICE.deleteAsOf("k", "report", 1)),
                row(NamespaceRefusalReason.NAMESPACE_FILE_TOO_LARGE, ALICE.upload("k", "", "x", (5L << 40) + 1)),
                row(NamespaceRefusalReason.NAMESPACE_QUOTA_EXCEEDED, ALICE.upload("k", "", "x", 256L << 30)),
                row(NamespaceRefusalReason.NAMESPACE_UPLOADS_TOO_MANY, ALICE.upload("k", "", "x", 1)),
                row(NamespaceRefusalReason.NAMESPACE_UPLOAD_UNKNOWN, ALICE.cancel("k", "none")),
                row(NamespaceRefusalReason.NAMESPACE_UPLOAD_UNKNOWN, BOB.complete("k", "report")),
                row(NamespaceRefusalReason.NAMESPACE_UPLOAD_ENDED, ALICE.cancel("k", "report")),
                row(NamespaceRefusalReason.NAMESPACE_UPLOAD_ENDED, ALICE.complete("k", "cancelled")),
                row(NamespaceRefusalReason.NAMESPACE_SHARE_UNKNOWN, ALICE.endShare("k", "none")),
                row(NamespaceRefusalReason.NAMESPACE_SHARE_UNKNOWN, CAROL.endShare("k", "reading")),
                row(NamespaceRefusalReason.NAMESPACE_SHARE_UNKNOWN, CAROL.open("k", "reading", "")),
                row(NamespaceRefusalReason.NAMESPACE_SHARES_TOO_MANY, ALICE.link("k", "report", 0, "")),
                row(NamespaceRefusalReason.NAMESPACE_SHARED_WITH_OWNER, ALICE.share("k", "docs", "alice", false, 0)),
                row(NamespaceRefusalReason.NAMESPACE_EXPIRY_INVALID, ALICE.link("k", "docs", NOW, "")),
                row(
                        NamespaceRefusalReason.NAMESPACE_EXPIRY_INVALID,
                        ALICE.share("k", "docs", "bob", true, Long.MAX_VALUE)),
                row(NamespaceRefusalReason.NAMESPACE_LINK_EXPIRED, CAROL.open("k", "short", "")),
                row(NamespaceRefusalReason.NAMESPACE_LINK_LOCKED, CAROL.open("k", "locked", "right")),
                row(NamespaceRefusalReason.NAMESPACE_PASSWORD_WRONG, CAROL.open("k", "link", "wrong")),
                row(NamespaceRefusalReason.NAMESPACE_PASSWORD_WRONG, CAROL.open("k", "link", "")),
                row(NamespaceRefusalReason.NAMESPACE_DEVICE_UNKNOWN, ALICE.remove("k", "none")),
                row(NamespaceRefusalReason.NAMESPACE_DEVICES_TOO_MANY, ALICE.register("k", "tablet", "x")),
                row(NamespaceRefusalReason.NAMESPACE_NEWEST_VERSION, ALICE.purgeVersion("k", "report", 2)),
                row(NamespaceRefusalReason.NAMESPACE_UPLOADS_OPEN, ALICE.purgeVersion("k", "busy", 1)));
    }

    private static Arguments row(NamespaceRefusalReason reason, NamespaceCommand command) {
        return Arguments.of(reason, command);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void whatCantBeIsRefusedWithItsReasonAndChangesNothing(NamespaceRefusalReason reason, NamespaceCommand command) {
        furnish();
        full(reason);
        int before = alice.facts.size();

        NamespaceDecision decision = alice.apply(command, NOW + 1);

        assertThat(decision.outcome().getRefused().getReason()).isEqualTo(reason);
        // A wrong password counts.
        assertThat(alice.facts).hasSize(before + (reason == NamespaceRefusalReason.NAMESPACE_PASSWORD_WRONG ? 1 : 0));
    }

    /** What would take thousands of commands to reach. */
    private void full(NamespaceRefusalReason reason) {
        Usage.Builder usage = alice.head.getUsage().toBuilder();
        switch (reason) {
            case NAMESPACE_TREE_TOO_DEEP -> {
                for (int level = 0; level < Place.DEPTH_MAX; level++) {
                    decide(ALICE.folder("level " + level, level == 0 ? "" : "level " + (level - 1), "x"));
                }
            }
            case NAMESPACE_UPLOADS_TOO_MANY -> usage.setUploads(1_000);
            case NAMESPACE_DEVICES_TOO_MANY -> usage.setDevices(1_000);
            case NAMESPACE_SHARES_TOO_MANY ->
                alice.nodes.computeIfPresent(
                        id("report"),
                        (id, node) -> node.toBuilder().setShares(100).build());
            default -> {
                return;
            }
        }
        alice.head = alice.head.toBuilder().setUsage(usage).build();
    }

    @Test
    void everyReasonHasItsRow() {
        Set<NamespaceRefusalReason> covered = new TreeSet<>();
        refusals().forEach(row -> covered.add((NamespaceRefusalReason) row.get()[0]));
        List<NamespaceRefusalReason> all = new ArrayList<>(List.of(NamespaceRefusalReason.values()));
        all.remove(NamespaceRefusalReason.NAMESPACE_REFUSAL_REASON_UNSPECIFIED);
        all.remove(NamespaceRefusalReason.UNRECOGNIZED);

        assertThat(covered).containsExactlyElementsOf(all);
    }

    @Test
    void aRefusalNamesWhoStandsInTheWay() {
        furnish();

        NamespaceDecision decision = alice.apply(ALICE.folder("k", "", "Docs"), NOW);

        assertThat(decision.outcome().getRefused().getValue()).endsWith(hex(id("docs")));
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    @Test
    void aMarkerHasAnEpochAndARun() {
        NamespaceCommand marker = FilesCommands.of("alice").mark("epoch00000000000", "run", 1);
        MarkEpoch.Builder withoutRun = MarkEpoch.newBuilder().setEpoch(1);

        assertThat(NamespaceCommandShape.problemOf(marker)).isEmpty();
        assertThat(NamespaceCommandShape.problemOf(FilesCommands.of("alice").mark("epoch00000000000", "run", 0)))
                .contains("epoch: 0 (expected: at least 1)");
        assertThat(NamespaceCommandShape.problemOf(
                        marker.toBuilder().setMarkEpoch(withoutRun).build()))
                .contains("id: 0 bytes (expected: 16)");
    }

    /** Our own commands aren't refused: they do nothing. */
    @Test
    void everyCommandThatUsersSendHasARow() {
        for (NamespaceCommand.KindCase kind : NamespaceCommand.KindCase.values()) {
            boolean covered = refusals().anyMatch(row -> ((NamespaceCommand) row.get()[1]).getKindCase() == kind)
                    || Set.of(
                                    NamespaceCommand.KindCase.CONTENT_VERIFIED,
                                    NamespaceCommand.KindCase.CONTENT_REJECTED,
                                    NamespaceCommand.KindCase.LEARN_SHARE,
                                    NamespaceCommand.KindCase.FALL_DUE,
                                    NamespaceCommand.KindCase.MARK_EPOCH,
                                    NamespaceCommand.KindCase.ADOPT_RULES,
                                    NamespaceCommand.KindCase.KIND_NOT_SET)
                            .contains(kind);
            assertThat(covered).as("%s", kind).isTrue();
        }
    }
}
