package dev.millrace.feed.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.load.Answered;
import dev.millrace.load.Calls;
import dev.millrace.load.Calls.Answer;
import dev.millrace.load.Headers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;

/**
 * A call that changes something.
 *
 * @param key idempotency key
 */
record Command(HttpMethod method, String path, Headers headers, String key, String body) {
    private static final long AGAIN_AFTER_MILLIS = 100;

    void send(Calls calls, int port, Answered whenAnswered) {
        calls.send(method, port, path, headers, key, body.getBytes(UTF_8), whenAnswered);
    }

    /** Sends it again until it is accepted; fails with IllegalStateException if it is refused for good. */
    Future<Void> untilAccepted(Vertx vertx, Calls calls, int port) {
        Promise<Void> accepted = Promise.promise();
        send(calls, port, new Answered() {
            @Override
            public void answer(Answer answer) {
                if (answer.status() < 300) {
                    accepted.complete();
                } else if (answer.status() == 429 || answer.status() >= 500) {
                    again();
                } else {
                    accepted.fail(new IllegalStateException(method + " " + path + ": " + answer.words()));
                }
            }

            @Override
            public void failure(Throwable failure) {
                again();
            }

            private void again() {
                vertx.setTimer(
                        AGAIN_AFTER_MILLIS,
                        timer -> untilAccepted(vertx, calls, port).onComplete(accepted));
            }
        });
        return accepted.future();
    }
}
