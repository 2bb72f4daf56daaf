package dev.millrace.files.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.files.gc.PackRules.Fate;
import org.junit.jupiter.api.Test;

class PackRulesTest {
    private static final long NOW = 1_000_000;
    private static final long GONE = NOW + PackRules.SUPERSEDED_KEPT.toMillis();

    private final PackLife written = PackLife.written(100);

    private static Fate fate(PackLife pack, long nowMillis) {
        return PackRules.fate(pack, PackRules.SUPERSEDED_KEPT, nowMillis);
    }

    @Test
    void whatIsHalfOfUseIsLeftAlone() {
        PackLife half = PackRules.chunkDeleted(written, 50, NOW);

        assertThat(fate(half, GONE)).isEqualTo(Fate.KEEP);
        assertThat(fate(PackRules.chunkDeleted(half, 1, NOW), NOW)).isEqualTo(Fate.REPACK);
    }

    @Test
    void whatIsRepackedIsKeptForWhoeverIsReadingIt() {
        PackLife repacked = PackRules.repacked(PackRules.chunkDeleted(written, 60, NOW - 1), NOW);

        assertThat(fate(repacked, GONE - 1)).isEqualTo(Fate.KEEP);
        assertThat(fate(repacked, GONE)).isEqualTo(Fate.DELETE);
    }

    @Test
    void whatIsEmptyNeedsNoRepacking() {
        PackLife empty = PackRules.chunkDeleted(written, 100, NOW);

        assertThat(fate(empty, GONE - 1)).isEqualTo(Fate.KEEP);
        assertThat(fate(empty, GONE)).isEqualTo(Fate.DELETE);
    }

    @Test
    void whatIsSupersededStaysSoFromTheFirstTimeOn() {
        PackLife repacked = PackRules.repacked(PackRules.chunkDeleted(written, 60, NOW - 1), NOW);

        assertThat(PackRules.repacked(repacked, NOW + 1)).isEqualTo(repacked);
        assertThat(PackRules.chunkDeleted(repacked, 40, NOW + 1).supersededAtMillis())
                .isEqualTo(NOW);
    }

    @Test
    void moreThanThereIsCanNotBeDeleted() {
        assertThatThrownBy(() -> PackRules.chunkDeleted(written, 101, NOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("101");
        assertThatThrownBy(() -> PackRules.chunkDeleted(written, 0, NOW)).isInstanceOf(IllegalStateException.class);
    }
}
