package dev.millrace.feed.rules;

import static dev.millrace.feed.rules.FollowCommands.acknowledge;
import static dev.millrace.feed.rules.FollowCommands.block;
import static dev.millrace.feed.rules.FollowCommands.follow;
import static dev.millrace.feed.rules.FollowCommands.learnBlock;
import static dev.millrace.feed.rules.FollowCommands.mute;
import static dev.millrace.feed.rules.FollowCommands.unblock;
import static dev.millrace.feed.rules.FollowCommands.unfollow;
import static dev.millrace.feed.rules.FollowCommands.unmute;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.topics.v1.AudienceChange;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.FollowEdge;
import dev.millrace.feed.topics.v1.FollowRefusalReason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FollowRulesTest {
    private static final long NOW = 1_795_600_000_000L;

    private final MemoryFollows follows = new MemoryFollows();

    @Test
    void aFollowIsAnEdgeAndTheAuthorsSideHearsOfIt() {
        FollowDecision decision = follows.apply(follow("1", "alice", "bob"), NOW);

        FollowEdge edge = decision.outcome().getFollows();
        AudienceChange change = decision.audience().orElseThrow();
        assertThat(edge.getAuthorId()).isEqualTo("bob");
        assertThat(edge.getSinceMillis()).isEqualTo(NOW);
        assertThat(edge.getAcknowledged()).isFalse();
        assertThat(change.getAuthorId()).isEqualTo("bob");
        assertThat(change.getReaderId()).isEqualTo("alice");
        assertThat(change.getReaderPartition()).isEqualTo(5);
        assertThat(change.getReaderOrdinal()).isEqualTo(1);
        assertThat(change.getAdded()).isTrue();
        assertThat(change.getEdgeVersion()).isEqualTo(edge.getVersion());
        assertThat(follows.reader("alice").getFollowing()).isEqualTo(1);
    }

    @Test
    void followingTwiceIsOneEdgeSinceTheFirst() {
        FollowDecision first = follows.apply(follow("1", "alice", "bob"), NOW);

        FollowDecision second = follows.apply(follow("2", "alice", "bob"), NOW + 5);

        assertThat(second.fact()).isEmpty();
        assertThat(second.audience()).isEmpty();
        assertThat(second.outcome()).isEqualTo(first.outcome());
    }

    @Test
    void aReadersOrdinalIsGivenOnceAndEachReaderHasItsOwn() {
        follows.apply(follow("1", "alice", "bob"), NOW);
        follows.apply(follow("1", "carol", "bob"), NOW);
        follows.apply(unfollow("2", "alice", "bob"), NOW);

        follows.apply(follow("3", "alice", "dave"), NOW);

        assertThat(follows.reader("alice").getOrdinal()).isEqualTo(1);
        assertThat(follows.reader("carol").getOrdinal()).isEqualTo(2);
        assertThat(follows.newestOrdinal()).isEqualTo(2);
    }

    @Test
    void anEdgeThatComesAgainIsAnotherEdge() {
        FollowEdge first =
                follows.apply(follow("1", "alice", "bob"), NOW).outcome().getFollows();
        FollowDecision gone = follows.apply(unfollow("2", "alice", "bob"), NOW);

        FollowEdge second =
                follows.apply(follow("3", "alice", "bob"), NOW).outcome().getFollows();

        assertThat(gone.audience().orElseThrow().getAdded()).isFalse();
        assertThat(gone.audience().orElseThrow().getEdgeVersion()).isEqualTo(first.getVersion());
        assertThat(second.getVersion()).isGreaterThan(first.getVersion());
    }

    @Test
    void unfollowingWhomOneDoesntFollowChangesNothing() {
        FollowDecision decision = follows.apply(unfollow("1", "alice", "bob"), NOW);

        assertThat(decision.fact()).isEmpty();
        assertThat(decision.audience()).isEmpty();
        assertThat(decision.outcome().getFollowsNoMore()).isEqualTo("bob");
    }

    @Test
    void anAcknowledgementCountsOnlyForTheEdgeItIsAbout() {
        FollowEdge first =
                follows.apply(follow("1", "alice", "bob"), NOW).outcome().getFollows();
        follows.apply(unfollow("2", "alice", "bob"), NOW);
        FollowEdge second =
                follows.apply(follow("3", "alice", "bob"), NOW).outcome().getFollows();

        FollowDecision late = follows.apply(acknowledge("alice", "bob", first.getVersion(), 7), NOW);
        FollowDecision right = follows.apply(acknowledge("alice", "bob", second.getVersion(), 9), NOW);
        FollowDecision again = follows.apply(acknowledge("alice", "bob", second.getVersion(), 9), NOW);

        assertThat(late.fact()).isEmpty();
        assertThat(right.fact().orElseThrow().getFollowAcknowledged().getAcknowledgedSequence())
                .isEqualTo(9);
        assertThat(again.fact()).isEmpty();
    }

    @Test
    void anAcknowledgementIsNoNewVersionOfTheList() {
        FollowEdge edge =
                follows.apply(follow("1", "alice", "bob"), NOW).outcome().getFollows();
        long before = follows.reader("alice").getBookVersion();

        follows.apply(acknowledge("alice", "bob", edge.getVersion(), 0), NOW);

        assertThat(follows.reader("alice").getBookVersion()).isEqualTo(before);
        assertThat(follows.reader("alice").getChangedOffset()).isEqualTo(1);
    }

    @Test
    void aBlockThatIsLearnedLateDoesntBringAnOldOneBack() {
        follows.apply(learnBlock("bob", "alice", true, 4), NOW);
        follows.apply(learnBlock("bob", "alice", false, 6), NOW);

        FollowDecision late = follows.apply(learnBlock("bob", "alice", true, 4), NOW);

        assertThat(late.fact()).isEmpty();
        assertThat(FollowRules.hides(follows.relation("bob", "alice"))).isFalse();
    }

    @Test
    void blocksAndMutesAreApartAndWhoIsBlockedIsntTold() {
        follows.apply(learnBlock("alice", "bob", true, 1), NOW);
        follows.apply(mute("1", "alice", "bob"), NOW);
        follows.apply(block("2", "alice", "bob"), NOW);

        FollowDecision decision = follows.apply(unblock("3", "alice", "bob"), NOW);

        assertThat(decision.outcome().getRelation().getMutes()).isTrue();
        assertThat(decision.outcome().getRelation().getBlockedBy()).isFalse();
        assertThat(follows.relation("alice", "bob").getBlockedBy()).isTrue();
        assertThat(follows.relation("alice", "bob").getBlocks()).isFalse();
    }

    static Stream<FollowCommand> aboutOneself() {
        return Stream.of(
                follow("1", "alice", "alice"),
                unfollow("1", "alice", "alice"),
                block("1", "alice", "alice"),
                unblock("1", "alice", "alice"),
                mute("1", "alice", "alice"),
                unmute("1", "alice", "alice"));
    }

    @ParameterizedTest
    @MethodSource("aboutOneself")
    void nobodyIsTheirOwnReader(FollowCommand command) {
        FollowDecision refused = follows.apply(command, NOW);

        assertThat(refused.outcome().getRefused()).isEqualTo(FollowRefusalReason.FOLLOW_YOURSELF);
        assertThat(refused.fact()).isEmpty();
    }

    @Test
    void everyKindOfCommandHasAShape() {
        for (FollowCommand.KindCase kind : FollowCommand.KindCase.values()) {
            FollowCommand.Builder command =
                    follow("1", "alice", "bob").toBuilder().clearKind();
            var field = FollowCommand.getDescriptor().findFieldByNumber(kind.getNumber());
            if (field != null) {
                command.setField(field, command.newBuilderForField(field).build());
            }
            assertThat(FollowCommandShape.problemOf(command.build()).isEmpty())
                    .as(kind.name())
                    .isEqualTo(kind == FollowCommand.KindCase.ADOPT_RULES);
        }
    }

    /** The author's side sees only its changes: they must leave it with the readers' own edges. */
    @Property
    void theChangesOfAudiencesAddUpToTheEdges(@ForAll("histories") List<FollowCommand> history) {
        MemoryFollows book = new MemoryFollows();
        Map<String, Long> audience = new HashMap<>();
        Set<String> wanted = new HashSet<>();
        for (FollowCommand command : history) {
            FollowDecision decision = book.apply(command, NOW);
            decision.audience().ifPresent(change -> {
                String edge = change.getReaderId() + "/" + change.getAuthorId();
                if (change.getAdded()) {
                    assertThat(audience.put(edge, change.getEdgeVersion())).isNull();
                } else {
                    assertThat(audience.remove(edge)).isEqualTo(change.getEdgeVersion());
                }
            });
            String edge = command.getReaderId() + "/" + FollowCommandShape.otherIn(command);
            if (command.hasFollowAuthor() && !edge.equals("a/a") && !edge.equals("b/b")) {
                wanted.add(edge);
            } else if (command.hasUnfollowAuthor()) {
                wanted.remove(edge);
            }
        }
        assertThat(book.edges.keySet()).isEqualTo(wanted);
        assertThat(audience.keySet()).isEqualTo(wanted);
        for (String reader : List.of("a", "b")) {
            assertThat(book.reader(reader).getFollowing())
                    .isEqualTo(wanted.stream()
                            .filter(edge -> edge.startsWith(reader + "/"))
                            .count());
        }
    }

    @Provide
    Arbitrary<List<FollowCommand>> histories() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.of("a", "b"),
                        Arbitraries.of("a", "b", "c"),
                        Arbitraries.longs().between(1, 12))
                .as((kind, reader, other, number) -> switch (kind) {
                    case 0, 1 -> follow("f" + number, reader, other);
                    case 2 -> unfollow("u" + number, reader, other);
                    case 3 -> block("b" + number, reader, other);
                    case 4 -> unmute("m" + number, reader, other);
                    case 5 -> learnBlock(reader, other, number % 2 == 0, number);
                    default -> acknowledge(reader, other, number, number);
                })
                .list()
                .ofMaxSize(50);
    }
}
