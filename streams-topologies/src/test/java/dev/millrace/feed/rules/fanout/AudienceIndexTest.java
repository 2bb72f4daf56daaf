package dev.millrace.feed.rules.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AudienceIndexTest {
    private static final int MILLION = 1_000_000;
    private static final int PARTITIONS = 8;

    private final AudienceIndex index = new AudienceIndex();
    private final MemoryPages pages = new MemoryPages();

    /** Followers who come in the order of their ordinals, as when a service grows with its most popular author. */
    @Test
    void aMillionFollowersInOrderFillTheirPages() {
        for (int i = 0; i < MILLION; i++) {
            index.add(pages, i % PARTITIONS, 1 + i / PARTITIONS);
        }

        assertThat(pages.byPlace).hasSize(PARTITIONS * (1 + MILLION / PARTITIONS / AudiencePage.READERS_MAX));
        assertThat(bytes()).isLessThan(1_010_000);
    }

    /** One in ten of ten million users, who come in any order. */
    @Test
    void aMillionFollowersInAnyOrderTakeTwoMegabytesAtMost() {
        Random random = new Random(1);
        for (int added = 0; added < MILLION; ) {
            int user = random.nextInt(10 * MILLION);
            added += index.add(pages, user % PARTITIONS, 1 + user / PARTITIONS) ? 1 : 0;
        }

        assertThat(pages.byPlace).hasSizeLessThan(3_500);
        assertThat(bytes()).isLessThan(2_000_000);
    }

    @Test
    void pagesThatEmptyJoinAndGo() {
        for (int ordinal = 1; ordinal <= 10_000; ordinal++) {
            index.add(pages, 0, ordinal);
        }
        for (int ordinal = 1; ordinal <= 10_000; ordinal++) {
            if (ordinal % 20 != 0) {
                index.remove(pages, 0, ordinal);
            }
        }
        assertThat(pages.byPlace).hasSizeLessThanOrEqualTo(4);

        for (int ordinal = 20; ordinal <= 10_000; ordinal += 20) {
            index.remove(pages, 0, ordinal);
        }
        assertThat(pages.byPlace).isEmpty();
    }

    @Test
    void whatIsNoPageIsRefused() {
        int[] into = new int[AudiencePage.READERS_MAX];

        assertThatThrownBy(() -> AudiencePage.decode(new byte[] {1, (byte) 0x80}, into))
                .hasMessageContaining("goes on");
        assertThatThrownBy(() -> AudiencePage.decode(new byte[] {-1, -1, -1, -1, -1, 1}, into))
                .hasMessageContaining("goes on");
        assertThatThrownBy(() -> AudiencePage.decode(new byte[] {5, 0}, into)).hasMessageContaining("ascending");
        byte[] tooMany = new byte[513];
        Arrays.fill(tooMany, (byte) 1);
        assertThatThrownBy(() -> AudiencePage.decode(tooMany, into)).hasMessageContaining("at most 512");
    }

    @Test
    void theLargestOrdinalsFit() {
        index.add(pages, 0, Integer.MAX_VALUE);
        index.add(pages, 0, 1);

        int[] into = new int[AudiencePage.READERS_MAX];
        assertThat(AudiencePage.decode(pages.byPlace.firstEntry().getValue(), into))
                .isEqualTo(2);
        assertThat(Arrays.copyOf(into, 2)).containsExactly(1, Integer.MAX_VALUE);
    }

    @Test
    void anAuthorTurnsHotAtOneBoundAndCoolAtAnother() {
        Heat heat = new Heat(1_000, 800);

        assertThat(heat.hot(false, 999)).isFalse();
        assertThat(heat.hot(false, 1_000)).isTrue();
        assertThat(heat.hot(true, 800)).isTrue();
        assertThat(heat.hot(true, 799)).isFalse();
        assertThatThrownBy(() -> new Heat(5, 6)).hasMessageContaining("expected");
    }

    private long bytes() {
        return pages.byPlace.values().stream().mapToLong(page -> page.length).sum();
    }
}
