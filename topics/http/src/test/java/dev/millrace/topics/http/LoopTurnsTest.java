package dev.millrace.topics.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTurnsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final LoopTurns turns = new LoopTurns(Duration.ofMillis(250), nanos::get);
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void whatATurnComesToLateIsSentAwayAndTheNextTurnBeginsAnew() throws Exception {
        assertThat(inOneTurn(64, 0, 250, 251, 900)).containsExactly(false, true, true);
        assertThat(inOneTurn(64, 1_000, 1_100)).containsExactly(false);
    }

    @Test
    void aFewRequestsAreTakenInHoweverLongTheyTake() throws Exception {
        assertThat(inOneTurn(3, 0, 5_000, 9_000)).containsExactly(false, false);
    }

    /** Asks so many times at one moment and then at these, in milliseconds; what was said to the latter. */
    private List<Boolean> inOneTurn(int crowd, long atMillis, long... laterMillis) throws Exception {
        CompletableFuture<List<Boolean>> asked = new CompletableFuture<>();
        loop.runOnContext(begin -> {
            for (int i = 0; i < crowd; i++) {
                isLongAt(atMillis);
            }
            List<Boolean> said = new ArrayList<>();
            for (long millis : laterMillis) {
                said.add(isLongAt(millis));
            }
            asked.complete(said);
        });
        return asked.get(20, TimeUnit.SECONDS);
    }

    private boolean isLongAt(long millis) {
        nanos.set(TimeUnit.MILLISECONDS.toNanos(millis));
        return turns.isLong(loop);
    }
}
