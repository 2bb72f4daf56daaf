package dev.millrace.tickets.benchmarks;

import dev.millrace.load.Answered;
import dev.millrace.load.Calls;
import dev.millrace.load.Calls.Answer;
import dev.millrace.load.ClosedLoop;
import dev.millrace.load.Headers;
import dev.millrace.load.Measured;
import dev.millrace.load.OpenLoop;
import dev.millrace.load.ProcessUse;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Seat maps and event summaries, read in turn. */
final class ClaimReads {
    private static final Headers COMPRESSED = Headers.of(Map.of("Accept-Encoding", "gzip"));
    private static final byte[] NO_BODY = {};

    private final Vertx vertx;
    private final Calls calls;
    private List<String> eventIds = List.of();
    private int next;

    ClaimReads(Vertx vertx, Calls calls) {
        this.vertx = vertx;
        this.calls = calls;
    }

    /** Reads these from now on. */
    void of(List<String> events) {
        eventIds = List.copyOf(events);
    }

    ClaimRun run(Contender contender, int callers, Duration lasting) throws InterruptedException {
        var measured = new Measured();
        var others = new Measured();
        var use = new ProcessUse(ClaimLoad.withGenerator(contender));
        long started = System.nanoTime();
        OpenLoop.Call read =
                (intended, whenAnswered) -> look(contender.readPort(), intended, measured, others, whenAnswered);
        long unanswered = new ClosedLoop(vertx, callers, lasting, read).run();
        return new ClaimRun(
                contender.name(),
                "reads, " + callers,
                (System.nanoTime() - started) / 1e9,
                0,
                measured,
                others,
                0,
                unanswered,
                0,
                false,
                0,
                use.processorSeconds(),
                Map.of());
    }

    private void look(int port, long intended, Measured measured, Measured others, Runnable whenAnswered) {
        String path =
                "/events/" + eventIds.get(next / 2 % eventIds.size()) + (next % 2 == 0 ? "/seatmap" : "?view=summary");
        next++;
        calls.send(HttpMethod.GET, port, path, COMPRESSED, "", NO_BODY, new Answered() {
            @Override
            public void answer(Answer answer) {
                end(answer.words());
            }

            @Override
            public void failure(Throwable failure) {
                end(failure.getClass().getSimpleName());
            }

            private void end(String words) {
                (ClaimRun.isDecision(words) ? measured : others).add(System.nanoTime() - intended, words);
                whenAnswered.run();
            }
        });
    }
}
