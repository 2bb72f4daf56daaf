package dev.millrace.topics.http;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions to one instance that go over in one request, as they were asked in one turn of an event loop. Each is
 * answered when its answer comes; if the instance falls silent, those that are left fail. All on that event loop.
 */
final class StateBatch {
    /** So that the whole stays below what an instance takes in. */
    private static final int BYTES_MAX = 512 * 1024;

    /** An answer is a page of posts or a map of seats. */
    private static final int ANSWER_BYTES_MAX = 64 * 1024 * 1024;

    private final Buffer body = Buffer.buffer();
    private final List<Promise<StateAnswer>> open = new ArrayList<>();
    private long silenceMillis;

    boolean isFull() {
        return body.length() >= BYTES_MAX;
    }

    /** @param timeoutMillis longest that nothing may come */
    Future<StateAnswer> add(StateQuery query, long timeoutMillis) {
        Promise<StateAnswer> answer = Promise.promise();
        StateFrames.append(body, open.size(), query);
        open.add(answer);
        silenceMillis = Math.max(silenceMillis, timeoutMillis);
        return answer.future();
    }

    /** @param options where to */
    void send(HttpClient http, RequestOptions options) {
        http.request(options.setConnectTimeout(silenceMillis).setIdleTimeout(silenceMillis))
                .compose(request -> request.send(body))
                .onSuccess(this::read)
                .onFailure(this::fail);
    }

    private void read(HttpClientResponse response) {
        response.exceptionHandler(this::fail)
                .endHandler(ended -> fail(new StateUnavailable("The answer ended before everything was answered.")));
        if (response.statusCode() == 200) {
            response.handler(StateFrames.parser(ANSWER_BYTES_MAX, this::answered));
        } else {
            fail(new StateUnavailable("An instance answered " + response.statusCode() + "."));
        }
    }

    private void answered(int place, byte[] message) {
        try {
            open.get(place).tryComplete(StateAnswer.parseFrom(message));
        } catch (InvalidProtocolBufferException e) {
            open.get(place).tryFail(e);
        }
    }

    private void fail(Throwable cause) {
        open.forEach(answer -> answer.tryFail(cause));
    }
}
