package dev.millrace.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
    private final Vertx vertx = Calls.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void nobodyBeginsACallBeforeTheLastOneWasAnswered() throws Exception {
        int[] waiting = {0};
        int[] waitingMost = {0};
        int[] calls = {0};

        long unanswered = new ClosedLoop(vertx, 7, Duration.ofMillis(200), (at, whenAnswered) -> {
                    calls[0]++;
                    waiting[0]++;
                    waitingMost[0] = Math.max(waitingMost[0], waiting[0]);
                    vertx.setTimer(5, fired -> {
                        waiting[0]--;
                        whenAnswered.run();
                    });
                })
                .run();

        assertThat(unanswered).isZero();
        assertThat(waitingMost[0]).isEqualTo(7);
        assertThat(calls[0]).isGreaterThan(7);
    }
}
