package dev.millrace.files.standalone.devices;

import dev.millrace.load.Measured;
import dev.millrace.standalone.Pause;
import dev.millrace.standalone.trial.CallFigures;
import dev.millrace.standalone.trial.Desk;
import dev.millrace.standalone.trial.Desk.Reply;
import dev.millrace.standalone.trial.Person;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Where all devices call: each call again until its answer is final, and all of it counted. For many threads. */
final class DeviceDesk {
    private static final long RETRY_MILLIS = 300;
    private static final Set<Integer> NOT_FINAL = Set.of(0, 429, 500, 502, 503, 504);
    private static final Reply NONE = new Reply(0, null, "");

    private final Desk desk;
    private final long patientUntilNanos;
    private final CallFigures<DeviceCall> figures = new CallFigures<>(DeviceCall.class);
    private final Measured endings = new Measured();
    private long unanswered;

    /** @param key null for what changes nothing */
    record Call(
            DeviceCall kind,
            Person person,
            HttpMethod method,
            String path,
            @Nullable String key,
            String body) {
        Call withBody(String other) {
            return new Call(kind, person, method, path, key, other);
        }
    }

    /** @param patience how long from now on calls are tried again */
    DeviceDesk(Desk desk, Duration patience) {
        this.desk = desk;
        this.patientUntilNanos = System.nanoTime() + patience.toNanos();
    }

    boolean isPatient() {
        return System.nanoTime() - patientUntilNanos < 0;
    }

    /** Sends it once, whatever comes of it. */
    Future<Reply> send(Call call) {
        return desk.call(call.person(), call.method(), call.path(), call.key(), call.body(), null);
    }

    /** The answer to the only try. */
    Reply once(Call call) {
        long began = System.nanoTime();
        Reply reply = send(call).await();
        done(call.kind(), began, reply.words(), !isUndecided(reply));
        return reply;
    }

    /** The final answer; none (status 0) if there isn't one for as long as there is patience. */
    Reply untilFinal(Call call) throws InterruptedException {
        long began = System.nanoTime();
        Reply reply = send(call).await();
        while (isUndecided(reply) && isPatient()) {
            retried();
            Pause.of(
                    Duration.ofMillis(RETRY_MILLIS + ThreadLocalRandom.current().nextLong(RETRY_MILLIS)));
            reply = send(call).await();
        }
        boolean answered = !isUndecided(reply);
        done(call.kind(), began, reply.words(), answered);
        return answered ? reply : NONE;
    }

    private static boolean isUndecided(Reply reply) {
        return NOT_FINAL.contains(reply.status())
                || reply.reason().equals("IN_PROGRESS")
                || (reply.status() == 202
                        && reply.json().getString("status", "").equals("PENDING"));
    }

    private synchronized void retried() {
        figures.retried();
    }

    private synchronized void done(DeviceCall kind, long beganNanos, String answer, boolean answered) {
        figures.done(kind, beganNanos, answer, answered);
        unanswered += answered || kind.isRead() ? 0 : 1;
    }

    /** An upload came to an end. */
    synchronized void ended(long completeNanos, String status) {
        endings.add(System.nanoTime() - completeNanos, status);
    }

    /** How things stand, in one line. */
    synchronized String line(int faults) {
        return String.format(
                Locale.ROOT,
                "%,d changes decided, %,d reads, %,d tried again, %,d uploads ended, %d faults",
                figures.count(false),
                figures.count(true),
                figures.retries(),
                endings.count(),
                faults);
    }

    /** Once all devices are done. */
    CallFigures<DeviceCall> figures() {
        return figures;
    }

    /** From an upload being all there until its end was heard of. */
    Measured endings() {
        return endings;
    }

    /** Changes that never got a final answer. */
    synchronized long unanswered() {
        return unanswered;
    }
}
