package dev.millrace.streams;

import dev.millrace.topics.http.StateFrames;
import dev.millrace.topics.v1.StateAnswer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers to the questions of one request: each goes out when it is ready, those of one turn of the event loop together.
 * A question that fails is left out; whoever asked it asks elsewhere.
 */
final class StateAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(StateAnswers.class);

    private final HttpServerResponse response;
    private final Context loop = Vertx.currentContext();
    private Buffer ready = Buffer.buffer();
    private boolean flushing;
    private int left;

    private StateAnswers(HttpServerResponse response, int questions) {
        this.response = response.setChunked(true);
        this.left = questions;
    }

    /** @param answers at least one, each completed on the present event loop */
    static void send(HttpServerResponse response, List<Future<StateAnswer>> answers) {
        StateAnswers sent = new StateAnswers(response, answers.size());
        for (int i = 0; i < answers.size(); i++) {
            int place = i;
            answers.get(i)
                    .onSuccess(answer -> StateFrames.append(sent.ready, place, answer))
                    .onFailure(failure -> LOG.atWarn().setCause(failure).log("a question about state failed"))
                    .onComplete(ended -> sent.answered());
        }
    }

    private void answered() {
        left--;
        if (!flushing) {
            flushing = true;
            loop.runOnContext(turn -> flush());
        }
    }

    private void flush() {
        flushing = false;
        Buffer some = ready;
        ready = Buffer.buffer();
        if (!response.closed()) {
            Future<Void> unused = left == 0 ? response.end(some) : response.write(some);
        }
    }
}
