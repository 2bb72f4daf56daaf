package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.topics.v1.PostFact;
import dev.millrace.topics.v1.Position;
import org.junit.jupiter.api.Test;

/** Until when an answer that was read earlier holds. */
class RecentChangesTest {
    private static final int PARTITION = 2;

    private final RecentChanges<PostFact> changes =
            new RecentChanges<>(PostFact::getAuthorId, PostFact::getPosition, 20_000);

    @Test
    void nothingIsKnownBeforeTheFirstFact() {
        assertThat(changes.holdsUntil(PARTITION, "alice", 100)).isEmpty();
    }

    @Test
    void anAnswerHoldsUntilTheUsersNextFact() {
        came("bob", 10);
        came("alice", 20);
        came("bob", 30);

        assertThat(changes.holdsUntil(PARTITION, "alice", 19)).isEmpty();
        assertThat(changes.holdsUntil(PARTITION, "alice", 20)).hasValue(30);
        assertThat(changes.holdsUntil(PARTITION, "bob", 29)).isEmpty();
        assertThat(changes.holdsUntil(PARTITION, "carol", 12)).hasValue(30);
    }

    @Test
    void anAnswerFromBeforeTheFirstFactMayBeWrong() {
        came("bob", 10);
        came("bob", 12);

        assertThat(changes.holdsUntil(PARTITION, "alice", 9)).isEmpty();
        assertThat(changes.holdsUntil(PARTITION, "alice", 10)).hasValue(12);
    }

    @Test
    void anAnswerThatIsAheadOfTheFactsHoldsAtItsOwnPosition() {
        came("bob", 10);

        assertThat(changes.holdsUntil(PARTITION, "alice", 50)).hasValue(50);
    }

    @Test
    void aFactThatComesAgainChangesNothing() {
        came("alice", 10);
        came("alice", 11);
        came("alice", 10);

        assertThat(changes.holdsUntil(PARTITION, "alice", 10)).isEmpty();
        assertThat(changes.holdsUntil(PARTITION, "alice", 11)).hasValue(11);
    }

    @Test
    void partitionsHaveNothingToDoWithEachOther() {
        came("alice", 10);

        assertThat(changes.holdsUntil(PARTITION + 1, "alice", 10)).isEmpty();
    }

    @Test
    void whatIsForgottenIsntVouchedFor() {
        came("first", 1);
        for (int i = 0; i < 20_000; i++) {
            came("user-" + i, 2 + i);
        }

        assertThat(changes.holdsUntil(PARTITION, "first", 0)).isEmpty();
        assertThat(changes.holdsUntil(PARTITION, "anybody", 0)).isEmpty();
        assertThat(changes.holdsUntil(PARTITION, "anybody", 1)).hasValue(20_001);
    }

    @Test
    void anAnswerFromAllPartitionsHoldsWhileTheUserChangesInNone() {
        came(0, "alice", 10);
        came(1, "bob", 10);
        came(1, "carol", 12);

        assertThat(changes.holds("alice", partition -> 10)).isTrue();
        assertThat(changes.holds("carol", partition -> 10)).isFalse();
        assertThat(changes.holds("carol", partition -> 10 + 2 * partition)).isTrue();
        assertThat(changes.holds("dan", partition -> -1)).isFalse();
    }

    @Test
    void whatIsKnownIsKnownUntilTheLastMomentThatWasCaughtUpWith() {
        assertThat(changes.areKnownUntil(0)).isFalse();

        changes.caughtUp(1_000);

        assertThat(changes.areKnownUntil(999)).isTrue();
        assertThat(changes.areKnownUntil(1_000)).isFalse();
    }

    private void came(String author, long offset) {
        came(PARTITION, author, offset);
    }

    private void came(int partition, String author, long offset) {
        changes.accept(
                partition,
                3 * offset,
                PostFact.newBuilder()
                        .setAuthorId(author)
                        .setPosition(Position.newBuilder().setOffset(offset))
                        .build());
    }
}
