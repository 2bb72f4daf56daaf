package dev.millrace.feed.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.feed.topics.PostIds;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SinceMarkTest {
    private static final long NOW = 1_795_600_000_000L;

    @Test
    void aMarkComesBackAsItWas() {
        Random random = new Random(3);
        Map<Integer, Long> newest = new HashMap<>();
        for (int partition = 0; partition < 64; partition++) {
            newest.put(partition, PostIds.next(0, NOW - random.nextInt(10_000_000), partition));
        }
        newest.put(64, 0L);
        SinceMark mark = new SinceMark(newest);

        assertThat(SinceMark.of(mark.text())).isEqualTo(mark);
        assertThat(mark.text()).hasSizeLessThan(900);
        assertThat(SinceMark.of(new SinceMark(Map.of()).text()).newest()).isEmpty();
    }

    @Test
    void whatWasSeenIsNoMoreThanWasShown() {
        long early = PostIds.next(0, NOW, 0);
        long late = PostIds.next(0, NOW + 9, 1);
        SinceMark there = new SinceMark(Map.of(0, early, 1, late));

        SinceMark seen = there.upTo(early);

        assertThat(seen.newest()).isEqualTo(Map.of(0, early, 1, early));
        assertThat(seen.and(there)).isEqualTo(there);
    }

    @Test
    void aMarkOfAnotherLayoutIsRefused() {
        assertThatThrownBy(() -> SinceMark.of("AgAAAAAAAAAA")).hasMessage("layout: 2 (expected: 1)");
    }
}
