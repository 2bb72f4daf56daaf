package dev.millrace.feed.standalone.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.feed.topics.PostIds;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The oracle works ids out by itself; that both ways come to the same is said here, and nowhere else. */
class PostNumbersTest {
    @Test
    void idsAreWhatTheContractSays() {
        Random random = new Random(7);
        long newest = 0;
        long now = 1_790_000_000_000L;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(100) == 0 ? random.nextInt(50) - 20 : 0;
            long at = newest == 0 ? now : Math.max(now, PostIds.millisOf(newest));
            long id = PostIds.next(newest, at, 5);
            assertThat(PostNumbers.after(newest, at, 5)).isEqualTo(id);
            assertThat(PostNumbers.millis(id)).isEqualTo(PostIds.millisOf(id));
            assertThat(PostNumbers.text(id)).isEqualTo(PostIds.text(id));
            assertThat(PostNumbers.parse(PostIds.text(id))).isEqualTo(id);
            newest = id;
        }
        assertThat(PostNumbers.first(now)).isEqualTo(PostIds.firstOf(now));
    }
}
