package dev.millrace.files.rules;

import static dev.millrace.files.rules.FilesCommands.id;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.DueKind;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceFact;
import dev.millrace.files.topics.v1.Node;
import dev.millrace.files.topics.v1.Upload;
import dev.millrace.files.topics.v1.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever two users with several devices do to one namespace, in whatever order, with retries and late reminders. */
class NamespaceRulesPropertyTest {
    private static final long START = 1_795_600_000_000L;
    private static final long DAY = 24 * 60 * 60 * 1000L;
    private static final List<String> KEYS = List.of("1", "2", "3", "4", "5", "6", "7", "8");
    private static final List<String> NAMES =
            List.of("a", "A", "é", "e\u0301", "É", "a (conflict 2026-11-25)", "b.txt");
    private static final List<String> CONTENTS = List.of("one", "two", "three");
    private static final FilesCommands ALICE = FilesCommands.of("alice");
    private static final FilesCommands BOB = FilesCommands.of("bob").in("alice");

    /**
     * One thing that is done.
     *
     * @param command made when its turn comes, as some need to know what is due
     */
    record Move(long afterMillis, boolean twice, Function<MemoryNamespace, NamespaceCommand> command) {}

    @Property(tries = 1_500)
    void everyStepLeavesTheNamespaceWhole(@ForAll("moves") List<Move> moves) {
        MemoryNamespace alice = new MemoryNamespace();
        Map<ByteString, Map<Long, Version>> acknowledged = new HashMap<>();
        long at = START;
        for (Move move : moves) {
            at += move.afterMillis();
            NamespaceCommand command = move.command().apply(alice);
            NamespaceDecision first = alice.apply(command, at);
            first.fact().ifPresent(fact -> acknowledge(acknowledged, fact));
            if (move.twice()) {
                int facts = alice.facts.size();
                NamespaceDecision again = alice.apply(command, at);
                // What makes something is known by what it made; everything else by the owner's memory.
                if (first.fact().isPresent() && makesSomething(command)) {
                    assertThat(alice.facts).hasSize(facts);
                    assertThat(again.outcome()).isEqualTo(first.outcome());
                } else {
                    again.fact().ifPresent(fact -> acknowledge(acknowledged, fact));
                }
            }
            NamespaceChecks.assertNamesAreUnique(alice);
            NamespaceChecks.assertTreeHasNoCycle(alice);
            NamespaceChecks.assertQuotaIsWhatIsKept(alice);
            assertThat(kept(alice.versions)).isEqualTo(kept(acknowledged));
        }
        for (int i = 0; i < alice.facts.size(); i++) {
            assertThat(alice.facts.get(i).getSequence()).isEqualTo(i + 1);
        }
    }

    private static Map<ByteString, Map<Long, Version>> kept(Map<ByteString, ? extends Map<Long, Version>> versions) {
        Map<ByteString, Map<Long, Version>> kept = new HashMap<>(versions);
        kept.values().removeIf(Map::isEmpty);
        return kept;
    }

    private static boolean makesSomething(NamespaceCommand command) {
        return switch (command.getKindCase()) {
            case CREATE_FOLDER, START_UPLOAD, CREATE_LINK -> true;
            default -> false;
        };
    }

    private static void acknowledge(Map<ByteString, Map<Long, Version>> acknowledged, NamespaceFact fact) {
        if (fact.hasVersion()) {
            acknowledged
                    .computeIfAbsent(fact.getNodes(0).getNodeId(), node -> new HashMap<>())
                    .put(fact.getVersion().getNumber(), fact.getVersion());
        }
        if (fact.getKind() == ChangeKind.CHANGE_VERSION_PURGED) {
            fact.getPurgedVersionsList().forEach(version -> {
                assertThat(version.getNumber()).isLessThan(fact.getNodes(0).getVersion());
                acknowledged
                        .getOrDefault(fact.getNodes(0).getNodeId(), new HashMap<>())
                        .remove(version.getNumber());
            });
        }
        // Only what was deleted and out of its time may go.
        if (fact.hasPurgedNode()) {
            assertThat(fact.getPurgedNode().getPurgeAtMillis()).isBetween(1L, fact.getAtMillis());
            fact.getPurgedVersionsList()
                    .forEach(version -> acknowledged
                            .getOrDefault(fact.getPurgedNode().getNodeId(), new HashMap<>())
                            .remove(version.getNumber()));
        }
    }

    @Provide
    Arbitrary<List<Move>> moves() {
        Arbitrary<Function<MemoryNamespace, NamespaceCommand>> some = Arbitraries.frequencyOf(List.of(
                tuple(4, folders()),
                tuple(4, uploads()),
                tuple(4, edits()),
                tuple(8, hashing()),
                tuple(4, moving()),
                tuple(3, deleting()),
                tuple(3, restoring()),
                tuple(2, purging()),
                tuple(2, sharing()),
                tuple(3, due())));
        Arbitrary<Long> after = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.longs().between(-1000, 60_000)),
                Tuple.of(1, Arbitraries.longs().between(0, 40 * DAY)));
        return Combinators.combine(after, Arbitraries.of(false, false, true), some)
                .as(Move::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(60);
    }

    private static Tuple.Tuple2<Integer, Arbitrary<Function<MemoryNamespace, NamespaceCommand>>> tuple(
            int weight, Arbitrary<NamespaceCommand> commands) {
        return Tuple.of(
                weight,
                commands.<Function<MemoryNamespace, NamespaceCommand>>map(command -> alice -> asItIs(alice, command)));
    }

    /** A reminder says when the thing is due, and the hashing job what arrived, mostly as it is. */
    private static NamespaceCommand asItIs(MemoryNamespace alice, NamespaceCommand command) {
        NamespaceCommand.Builder right = command.toBuilder();
        if (command.hasContentVerified() && command.getContentVerified().getSizeBytes() != 100) {
            right.getContentVerifiedBuilder()
                    .setSizeBytes(alice.uploads
                            .getOrDefault(command.getContentVerified().getUploadId(), Upload.getDefaultInstance())
                            .getSizeBytes());
        }
        if (!command.hasFallDue() || command.getFallDue().getDue().getAtMillis() != 0) {
            return right.build();
        }
        ByteString of = command.getFallDue().getDue().getId();
        long at = switch (command.getFallDue().getDue().getKind()) {
            case DUE_UPLOAD ->
                alice.uploads.getOrDefault(of, Upload.getDefaultInstance()).getDueAtMillis();
            case DUE_NODE ->
                alice.nodes.getOrDefault(of, Node.getDefaultInstance()).getPurgeAtMillis();
            default -> 0;
        };
        right.getFallDueBuilder().getDueBuilder().setAtMillis(at);
        return right.build();
    }

    private static Arbitrary<String> made() {
        return Arbitraries.of(KEYS);
    }

    private static Arbitrary<String> places() {
        return Arbitraries.frequencyOf(Tuple.of(1, Arbitraries.just("")), Tuple.of(1, made()));
    }

    private static Arbitrary<FilesCommands> who() {
        return Arbitraries.of(ALICE, ALICE, BOB);
    }

    private static Arbitrary<String> again() {
        return Arbitraries.integers().between(0, 1_000_000).map(i -> "again " + i);
    }

    private static Arbitrary<NamespaceCommand> folders() {
        return Combinators.combine(who(), made(), places(), Arbitraries.of(NAMES))
                .as((user, key, place, name) -> user.folder(key, place, name));
    }

    private static Arbitrary<NamespaceCommand> uploads() {
        return Combinators.combine(who(), made(), places(), Arbitraries.of(NAMES), sizes())
                .as((user, key, place, name, size) -> user.upload(key, place, name, size));
    }

    private static Arbitrary<Long> sizes() {
        return Arbitraries.of(0L, 10L, 10L, 100L, 200L << 30);
    }

    private static Arbitrary<NamespaceCommand> edits() {
        return Combinators.combine(who(), made(), made(), Arbitraries.longs().between(0, 3), sizes())
                .as((user, key, file, base, size) -> user.edit(key, file, base, size));
    }

    private static Arbitrary<NamespaceCommand> hashing() {
        return Combinators.combine(
                        made(),
                        again(),
                        Arbitraries.of(CONTENTS),
                        sizes(),
                        Arbitraries.integers().between(0, 5))
                .as((upload, key, content, size, what) -> switch (what) {
                    case 0, 1, 2 -> ALICE.complete(key, upload);
                    case 3 -> ALICE.cancel(key, upload);
                    default -> ALICE.verified(upload, content, size);
                });
    }

    private static Arbitrary<NamespaceCommand> moving() {
        return Combinators.combine(who(), again(), made(), places(), Arbitraries.of(NAMES), Arbitraries.of(true, false))
                .as((user, key, node, place, name, rename) ->
                        rename ? user.rename(key, node, name) : user.move(key, node, place));
    }

    private static Arbitrary<NamespaceCommand> deleting() {
        return Combinators.combine(who(), again(), made()).as(FilesCommands::delete);
    }

    private static Arbitrary<NamespaceCommand> restoring() {
        return Combinators.combine(
                        who(), again(), made(), Arbitraries.longs().between(0, 3), places(), Arbitraries.of(NAMES))
                .as((user, key, node, version, place, name) ->
                        version == 3 ? user.restoreAs(key, node, name, place) : user.restore(key, node, version));
    }

    private static Arbitrary<NamespaceCommand> purging() {
        return Combinators.combine(who(), again(), made(), Arbitraries.longs().between(0, 3))
                .as((user, key, node, what) -> switch (what.intValue()) {
                    case 0 -> user.emptyTrash(key);
                    case 1 -> user.purge(key, node);
                    default -> user.purgeVersion(key, node, what - 1);
                });
    }

    private static Arbitrary<NamespaceCommand> sharing() {
        return Combinators.combine(
                        again(), made(), made(), Arbitraries.integers().between(0, 3))
                .as((key, share, node, what) -> switch (what) {
                    case 0 -> ALICE.endShare(key, share);
                    case 1 -> ALICE.link(share, node, 0, "");
                    default -> ALICE.share(share, node, "bob", what == 2, 0);
                });
    }

    private static Arbitrary<NamespaceCommand> due() {
        return Combinators.combine(made(), Arbitraries.of(DueKind.DUE_UPLOAD, DueKind.DUE_NODE), Arbitraries.of(0L, 1L))
                .as((key, kind, at) -> ALICE.due(kind, id(key), at));
    }
}
