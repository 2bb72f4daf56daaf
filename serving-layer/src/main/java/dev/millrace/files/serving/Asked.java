package dev.millrace.files.serving;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.FilesQuestion;
import dev.millrace.serving.Reads;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.v1.Position;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Who asks, and what the answer must include.
 *
 * @param device to which the caller's token was given; empty if it names none
 * @param positions at most one counts per partition: the newest
 */
record Asked(String caller, String device, List<Position> positions) {
    /** @throws dev.millrace.topics.http.Problem 400 INVALID_HEADER */
    static Asked in(RoutingContext ctx) {
        Caller caller = Caller.of(ctx);
        return new Asked(caller.subject(), caller.device(), Reads.positions(ctx));
    }

    /** The caller's own namespace. */
    String namespace() {
        return FileIds.namespaceOf(caller);
    }

    FilesQuestion.Builder question() {
        return FilesQuestion.newBuilder().setCaller(caller);
    }

    FilesQuestion.Builder question(FileId about) {
        return question().setId(about.local());
    }
}
