package dev.millrace.topics.http;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Questions to one instance that go over in one request, as they were asked in one turn of an event loop. Each is
 * answered when its answer comes, and fails when its time is over; if the instance falls silent, be it before it answers
 * or amid its answers, those that are left fail. All on that event loop.
 */
final class StateBatch {
    /** So that the whole stays below what an instance takes in. */
    private static final int BYTES_MAX = 512 * 1024;

    /** An answer is a page of posts or a map of seats. */
    private static final int ANSWER_BYTES_MAX = 64 * 1024 * 1024;

    private final Vertx vertx;
    private final Buffer body = Buffer.buffer();
    private final List<Question> questions = new ArrayList<>();
    private int open;
    private long silenceMillis;
    private long heardAtNanos;
    private long timer;
    private @Nullable HttpClientRequest request;

    private record Question(Promise<StateAnswer> answer, long endsAtNanos) {}

    StateBatch(Vertx vertx) {
        this.vertx = vertx;
    }

    boolean isFull() {
        return body.length() >= BYTES_MAX;
    }

    /**
     * @param silenceMillis longest that nothing may come, at least 1
     * @param endsAtNanos when its time is over
     */
    Future<StateAnswer> add(StateQuery query, long silenceMillis, long endsAtNanos) {
        Promise<StateAnswer> answer = Promise.promise();
        StateFrames.append(body, questions.size(), query);
        questions.add(new Question(answer, endsAtNanos));
        open++;
        this.silenceMillis = Math.max(this.silenceMillis, silenceMillis);
        return answer.future();
    }

    /** @param options where to */
    void send(HttpClient http, RequestOptions options) {
        heardAtNanos = System.nanoTime();
        lookAgain();
        http.request(options.setConnectTimeout(silenceMillis))
                .compose(connected -> {
                    if (open == 0) {
                        var unused = connected.reset();
                        return Future.failedFuture(tooLate());
                    }
                    request = connected;
                    return connected.send(body);
                })
                .onSuccess(this::read)
                .onFailure(this::fail);
    }

    private void lookAgain() {
        long next = heardAtNanos + Duration.ofMillis(silenceMillis).toNanos();
        for (Question question : questions) {
            if (!question.answer.future().isComplete() && question.endsAtNanos - next < 0) {
                next = question.endsAtNanos;
            }
        }
        // A millisecond that has begun counts: a timer must not fire before it is time.
        long millis = Duration.ofNanos(next - System.nanoTime()).toMillis() + 1;
        timer = vertx.setTimer(Math.max(1, millis), fired -> look());
    }

    private void look() {
        long now = System.nanoTime();
        boolean silent = now - heardAtNanos >= Duration.ofMillis(silenceMillis).toNanos();
        for (Question question : questions) {
            if (silent || now - question.endsAtNanos >= 0) {
                end(question, tooLate());
            }
        }
        if (open > 0) {
            lookAgain();
        } else if (request != null) {
            // What may still come keeps the connection from others.
            var unused = request.reset();
        }
    }

    private static StateUnavailable tooLate() {
        return new StateUnavailable("An instance didn't answer in time.");
    }

    private void read(HttpClientResponse response) {
        heardAtNanos = System.nanoTime();
        response.exceptionHandler(this::fail)
                .endHandler(ended -> fail(new StateUnavailable("The answer ended before everything was answered.")));
        if (response.statusCode() == 200) {
            var answers = StateFrames.parser(ANSWER_BYTES_MAX, this::answered);
            response.handler(bytes -> {
                heardAtNanos = System.nanoTime();
                answers.handle(bytes);
            });
        } else {
            fail(new StateUnavailable("An instance answered " + response.statusCode() + "."));
        }
    }

    private void answered(int place, byte[] message) {
        Question question = questions.get(place);
        try {
            StateAnswer answer = StateAnswer.parseFrom(message);
            if (question.answer.tryComplete(answer)) {
                ended();
            }
        } catch (InvalidProtocolBufferException e) {
            end(question, e);
        }
    }

    private void fail(Throwable cause) {
        questions.forEach(question -> end(question, cause));
    }

    private void end(Question question, Throwable cause) {
        if (question.answer.tryFail(cause)) {
            ended();
        }
    }

    private void ended() {
        open--;
        if (open == 0) {
            vertx.cancelTimer(timer);
        }
    }
}
