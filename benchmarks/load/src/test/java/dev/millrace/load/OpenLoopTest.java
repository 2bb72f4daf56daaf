package dev.millrace.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void callsBeginAtTheirRateWhetherOrNotOthersWereAnswered() throws Exception {
        List<Long> intended = new ArrayList<>();
        List<Runnable> held = new ArrayList<>();

        long unanswered = new OpenLoop(vertx, 200, Duration.ofMillis(500), (at, whenAnswered) -> {
                    intended.add(at);
                    held.add(whenAnswered);
                    if (held.size() == 100) {
                        held.forEach(Runnable::run);
                    }
                })
                .run();

        assertThat(unanswered).isZero();
        assertThat(intended).hasSize(100);
        assertThat(intended.get(99) - intended.get(0)).isEqualTo(99 * 5_000_000L);
    }

    /** The mistake called coordinated omission: a stall must show in every call that fell into it. */
    @Test
    void aStallShowsInEveryCallThatShouldHaveBegunMeanwhile() throws Exception {
        var measured = new Measured();

        var unused = new OpenLoop(vertx, 100, Duration.ofMillis(400), (at, whenAnswered) -> {
                    if (measured.count() == 0) {
                        stall(Duration.ofMillis(200));
                    }
                    measured.add(System.nanoTime() - at, "200");
                    whenAnswered.run();
                })
                .run();

        assertThat(measured.count()).isEqualTo(40);
        assertThat(measured.millisAt(75)).isGreaterThan(40);
    }

    private static void stall(Duration lasting) {
        long until = System.nanoTime() + lasting.toNanos();
        while (System.nanoTime() - until < 0) {
            Thread.onSpinWait();
        }
    }
}
