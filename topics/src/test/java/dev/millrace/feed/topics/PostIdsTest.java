package dev.millrace.feed.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.topics.CommandId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostIdsTest {
    private static final long NOW = 1_795_600_000_000L;

    @Property
    void anIdSaysWhenAndWhereItWasMade(
            @ForAll @LongRange(min = 1_600_000_000_000L, max = 5_900_000_000_000L) long millis,
            @ForAll @IntRange(max = PostIds.PARTITIONS_MAX - 1) int partition) {
        long id = PostIds.next(0, millis, partition);

        assertThat(id).isPositive();
        assertThat(PostIds.millisOf(id)).isEqualTo(millis);
        assertThat(PostIds.partitionOf(id)).isEqualTo(partition);
    }

    @Property
    void idsOfAPartitionOnlyGrowWhateverTheClockDoes(
            @ForAll @LongRange(min = 1_600_000_000_000L, max = 5_900_000_000_000L) long before,
            @ForAll @LongRange(min = 1_600_000_000_000L, max = 5_900_000_000_000L) long after,
            @ForAll @IntRange(max = PostIds.PARTITIONS_MAX - 1) int partition) {
        long first = PostIds.next(0, before, partition);

        long second = PostIds.next(first, after, partition);

        assertThat(second).isGreaterThan(first);
        assertThat(PostIds.partitionOf(second)).isEqualTo(partition);
        assertThat(PostIds.millisOf(second)).isEqualTo(Math.max(before, after));
    }

    @Property
    void textIsInTheOrderOfIds(@ForAll @LongRange(min = 0) long one, @ForAll @LongRange(min = 0) long other) {
        assertThat(PostIds.text(one)).hasSize(PostIds.TEXT_CHARS);
        assertThat(PostIds.parse(PostIds.text(one))).hasValue(one);
        assertThat(Integer.signum(PostIds.text(one).compareTo(PostIds.text(other))))
                .isEqualTo(Long.compare(one, other));
    }

    @Test
    void moreThanAMillisecondHoldsBorrowFromTheNext() {
        long id = 0;
        for (int i = 0; i <= 2_048; i++) {
            long next = PostIds.next(id, NOW, 7);
            assertThat(next).isGreaterThan(id);
            id = next;
        }
        assertThat(PostIds.millisOf(id)).isEqualTo(NOW + 1);
        assertThat(PostIds.partitionOf(id)).isEqualTo(7);
    }

    @Test
    void theFirstIdOfATimeIsBetweenWhatCameBeforeAndAfter() {
        assertThat(PostIds.firstOf(NOW)).isGreaterThan(PostIds.next(0, NOW - 1, PostIds.PARTITIONS_MAX - 1));
        assertThat(PostIds.firstOf(NOW)).isLessThanOrEqualTo(PostIds.next(0, NOW, 0));
    }

    @Test
    void aPartitionBeyondTheBitsIsRefused() {
        assertThatThrownBy(() -> PostIds.next(0, NOW, PostIds.PARTITIONS_MAX))
                .hasMessage("partition: 1024 (expected: 0..1023)");
    }

    @Property
    void aPendingPostLeadsToItsAuthorAndItsCommand(@ForAll String author) {
        CommandId command = CommandId.random();
        String text = PostIds.pending(author, command);

        if (author.isEmpty()) {
            assertThat(PostIds.pendingAuthorOf(text)).isEmpty();
        } else {
            assertThat(PostIds.pendingAuthorOf(text)).contains(author);
            assertThat(PostIds.pendingCommandOf(text)).contains(command);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123456789abc0", "0123456789ab", "0123456789abi", "8000000000000", "0123456789ABC"})
    void anythingElseIsNoId(String text) {
        assertThat(PostIds.parse(text)).isEmpty();
        assertThat(PostIds.pendingAuthorOf(text)).isEmpty();
    }
}
