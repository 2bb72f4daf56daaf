package dev.millrace.files.gc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PassageTest {
    @Test
    void aMarkerPassesAtOnceWhereNothingIsVerified() {
        assertThat(Passage.start().passed()).isZero();
        assertThat(Passage.start().marker(1).passed()).isEqualTo(1);
    }

    @Test
    void aMarkerWaitsForUploadsThatHadBegunBeforeIt() {
        Passage waiting = Passage.start()
                .marker(1)
                .uploadBegun("a")
                .uploadBegun("b")
                .marker(2)
                .uploadOver("a");

        assertThat(waiting.passed()).isEqualTo(1);
        assertThat(waiting.uploadOver("b").passed()).isEqualTo(2);
    }

    @Test
    void aMarkerWaitsForNoUploadThatBeganAfterIt() {
        assertThat(Passage.start().marker(1).uploadBegun("a").passed()).isEqualTo(1);
    }

    @Test
    void anUploadThatIsSaidToBeginAgainHoldsBackWhatItHeldBackBefore() {
        Passage begunTwice = Passage.start().uploadBegun("a").marker(1).uploadBegun("a");

        assertThat(begunTwice.passed()).isZero();
        assertThat(begunTwice.uploadOver("a").uploadOver("a").passed()).isEqualTo(1);
    }
}
