package dev.millrace.feed.standalone.crowd;

import dev.millrace.standalone.trial.CallFigures;
import dev.millrace.standalone.trial.Desk;
import dev.millrace.standalone.trial.Desk.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Where the crowd calls: writes are sent again with their key until the answer is final, reads are sent once. */
final class CrowdDesk {
    private static final long RETRY_MILLIS = 300;
    private static final Set<Integer> NOT_FINAL = Set.of(0, 202, 429, 500, 502, 503, 504);

    private final Vertx vertx;
    private final Desk desk;
    private final Desk window;
    private final long patientUntilNanos;
    private final Map<String, Long> heard;
    private final CallFigures<CrowdCall> figures;

    /**
     * One write.
     *
     * @param sinceNanos when it was meant to begin
     */
    record Write(
            CrowdCall kind, long sinceNanos, Member member, HttpMethod method, String path, String key, String body) {}

    /**
     * @param desk where those call who write
     * @param window where those who read
     * @param heard what anybody was told, by log and partition; goes on being filled
     * @param patientUntilNanos until when writes are tried again
     */
    CrowdDesk(
            Vertx vertx,
            Desk desk,
            Desk window,
            CallFigures<CrowdCall> figures,
            Map<String, Long> heard,
            long patientUntilNanos) {
        this.vertx = vertx;
        this.desk = desk;
        this.window = window;
        this.figures = figures;
        this.heard = heard;
        this.patientUntilNanos = patientUntilNanos;
    }

    CallFigures<CrowdCall> figures() {
        return figures;
    }

    /** The furthest positions that anybody was told. */
    Map<String, Long> heard() {
        return heard;
    }

    /** Completes with the final answer, or with the last one there was patience for. */
    Future<Reply> untilFinal(Write write) {
        Promise<Reply> last = Promise.promise();
        attempt(write, last);
        return last.future();
    }

    private void attempt(Write write, Promise<Reply> last) {
        once(write).onSuccess(reply -> {
            boolean undecided =
                    NOT_FINAL.contains(reply.status()) || reply.reason().equals("IN_PROGRESS");
            if (undecided && System.nanoTime() < patientUntilNanos) {
                figures.retried();
                long pause = RETRY_MILLIS + ThreadLocalRandom.current().nextLong(RETRY_MILLIS);
                vertx.setTimer(pause, fired -> attempt(write, last));
                return;
            }
            figures.done(write.kind(), write.sinceNanos(), reply.words(), !undecided);
            if (reply.status() < 300) {
                Member.hear(write.member().heard(), reply.position());
                Member.hear(heard, reply.position());
            }
            last.complete(reply);
        });
    }

    /** Sends it once, whatever comes of it. */
    Future<Reply> once(Write write) {
        return desk.call(write.member().person(), write.method(), write.path(), write.key(), write.body(), null);
    }

    /** @param position what the answer must include */
    Future<Reply> read(Member member, String path, @Nullable String position) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("Authorization", "Bearer " + member.person().token());
        if (position != null) {
            headers.put("Millrace-Position", position);
        }
        return window.look(path, headers);
    }
}
