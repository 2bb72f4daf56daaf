package dev.millrace.streams;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.v1.PartitionMap;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateAnswer.Status;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Questions about the state held here, and who holds the rest: POST /state/query and GET /state/map. */
final class StateEndpoint {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final int QUESTION_BYTES_MAX = 4 * 1024;

    private final Vertx vertx;
    private final List<StreamsApplication> applications = new CopyOnWriteArrayList<>();

    StateEndpoint(Vertx vertx) {
        this.vertx = vertx;
    }

    /** From now on questions about this application's state are answered. */
    void answerFor(StreamsApplication application) {
        applications.add(application);
    }

    void addTo(Router router) {
        router.post("/state/query").handler(RoleServer.body(QUESTION_BYTES_MAX)).handler(this::query);
        router.get("/state/map").handler(this::map);
    }

    private void query(RoutingContext request) {
        StateQuery query;
        try {
            Buffer body = request.body().buffer();
            query = StateQuery.parseFrom(body == null ? new byte[0] : body.getBytes());
        } catch (InvalidProtocolBufferException e) {
            request.fail(Problem.of(400, "INVALID_BODY", "The body isn't a StateQuery: " + e.getMessage()));
            return;
        }
        answer(query)
                .onSuccess(answer ->
                        request.response().putHeader("Content-Type", PROTOBUF).end(Buffer.buffer(answer.toByteArray())))
                .onFailure(request::fail);
    }

    Future<StateAnswer> answer(StateQuery query) {
        for (StreamsApplication application : applications) {
            if (application.reader().questions().contains(query.getName())) {
                return new StateQuestion(vertx, application, query).answered();
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
