package dev.millrace.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.http.StateFrames;
import dev.millrace.topics.v1.PartitionMap;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateAnswer.Status;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Questions about the state held here, and who holds the rest: POST /state/queries ({@link StateFrames}) and GET /state/map. */
final class StateEndpoint {
    private static final String PROTOBUF = "application/x-protobuf";
    /** The longest names two thousand authors, each with an id of 128 characters. */
    private static final int QUESTION_BYTES_MAX = 1024 * 1024;

    private final Vertx vertx;
    private final Looks looks;
    private final List<StreamsApplication> applications = new CopyOnWriteArrayList<>();

    StateEndpoint(Vertx vertx) {
        this.vertx = vertx;
        this.looks = new Looks(vertx);
    }

    /** From now on questions about this application's state are answered. */
    void answerFor(StreamsApplication application) {
        applications.add(application);
    }

    void addTo(Router router) {
        router.post("/state/queries")
                .handler(RoleServer.body(QUESTION_BYTES_MAX))
                .handler(this::queries);
        router.get("/state/map").handler(this::map);
    }

    private void queries(RoutingContext request) {
        List<StateQuery> queries = new ArrayList<>();
        Buffer body = request.body().buffer();
        try {
            StateFrames.parser(
                            QUESTION_BYTES_MAX, (place, message) -> queries.add(query(place, queries.size(), message)))
                    .handle(body == null ? Buffer.buffer() : body);
        } catch (IllegalArgumentException e) {
            request.fail(Problem.of(400, "INVALID_BODY", "The body isn't questions: " + e.getMessage()));
            return;
        }
        if (queries.isEmpty()) {
            request.fail(Problem.of(400, "INVALID_BODY", "There is no question in the body."));
            return;
        }
        request.response().putHeader("Content-Type", PROTOBUF);
        StateAnswers.send(request.response(), queries.stream().map(this::answer).toList());
    }

    private static StateQuery query(int place, int expected, byte[] message) {
        if (place != expected) {
            throw new IllegalArgumentException("place " + place + " (expected: " + expected + ")");
        }
        try {
            return StateQuery.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    Future<StateAnswer> answer(StateQuery query) {
        for (StreamsApplication application : applications) {
            if (application.reader().questions().contains(query.getName())) {
                return new StateQuestion(vertx, looks, application, query).answered();
            }
        }
        // Before the applications are here, no question is known and none can be answered.
        return Future.succeededFuture(StateAnswer.newBuilder()
                .setStatus(applications.isEmpty() ? Status.NOT_HELD : Status.UNKNOWN_QUERY)
                .build());
    }

    private void map(RoutingContext request) {
        PartitionMap.Builder map = PartitionMap.newBuilder();
        applications.forEach(application -> map.addAllHeld(application.held()));
        request.response()
                .putHeader("Content-Type", PROTOBUF)
                .end(Buffer.buffer(map.build().toByteArray()));
    }
}
