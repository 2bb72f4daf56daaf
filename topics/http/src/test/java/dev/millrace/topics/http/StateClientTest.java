package dev.millrace.topics.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.topics.v1.PartitionMap;
import dev.millrace.topics.v1.PartitionMap.Held;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StateClientTest {
    private static final StateQuery QUERY =
            StateQuery.newBuilder().setName("x.y").setOwner("o").setKey("o").build();

    private final Vertx vertx = Vertx.vertx();
    private final List<Instance> instances = new ArrayList<>();
    private volatile PartitionMap map = PartitionMap.getDefaultInstance();

    private static final class Instance {
        private final HttpServer server;
        private volatile Function<StateQuery, StateAnswer.Status> answers;
        private volatile boolean mute;

        Instance(HttpServer server, StateAnswer.Status status) {
            this.server = server;
            this.answers = q -> status;
        }

        String address() {
            return "127.0.0.1:" + server.actualPort();
        }
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void theOwnerIsAskedFirst() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance standby = instance(StateAnswer.Status.NOT_FOUND);
        map = held(owner.address(), standby.address());

        assertThat(ask(owner).getStatus()).isEqualTo(StateAnswer.Status.FOUND);
    }

    @Test
    void aStandbyAnswersForADeadOwner() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance standby = instance(StateAnswer.Status.FOUND);
        standby.answers = q -> q.getStandbyOk() ? StateAnswer.Status.FOUND : StateAnswer.Status.NOT_HELD;
        map = held(owner.address(), standby.address());
        owner.server.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);

        assertThat(ask(standby).getStatus()).isEqualTo(StateAnswer.Status.FOUND);
    }

    @Test
    void aStandbyAnswersForAnOwnerThatHangs() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance standby = instance(StateAnswer.Status.FOUND);
        map = held(owner.address(), standby.address());
        owner.mute = true;

        assertThat(ask(standby).getStatus()).isEqualTo(StateAnswer.Status.FOUND);
    }

    @Test
    void whoNoLongerHoldsItLeadsToAFreshMap() throws Exception {
        Instance before = instance(StateAnswer.Status.NOT_HELD);
        Instance now = instance(StateAnswer.Status.FOUND);
        map = held(before.address());
        before.answers = q -> {
            map = held(now.address());
            return StateAnswer.Status.NOT_HELD;
        };

        assertThat(ask(before).getStatus()).isEqualTo(StateAnswer.Status.FOUND);
    }

    @Test
    void whenNobodyAnswersItFailsWithinItsBound() throws Exception {
        Instance owner = instance(StateAnswer.Status.NOT_HELD);
        map = held(owner.address());
        long begun = System.nanoTime();

        assertThatThrownBy(() -> ask(owner)).hasCauseInstanceOf(StateUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
    }

    private StateAnswer ask(Instance seed) throws Exception {
        StateSettings settings =
                new StateSettings(List.of(seed.address()), Duration.ofMillis(300), Duration.ofSeconds(1));
        try (StateClient client = new StateClient(vertx, settings)) {
            return client.ask("seats", QUERY)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        }
    }

    private static PartitionMap held(String active, String... standbys) {
        return PartitionMap.newBuilder()
                .addHeld(Held.newBuilder()
                        .setLog("seats")
                        .setPartition(0)
                        .setActive(active)
                        .addAllStandbys(List.of(standbys)))
                .build();
    }

    private Instance instance(StateAnswer.Status status) throws Exception {
        HttpServer server = vertx.createHttpServer();
        Instance instance = new Instance(server, status);
        server.requestHandler(request -> request.body().onSuccess(body -> {
            if (request.path().equals("/state/map")) {
                var unused = request.response().end(Buffer.buffer(map.toByteArray()));
            } else if (!instance.mute) {
                try {
                    StateAnswer answer = StateAnswer.newBuilder()
                            .setStatus(instance.answers.apply(StateQuery.parseFrom(body.getBytes())))
                            .build();
                    var unused = request.response().end(Buffer.buffer(answer.toByteArray()));
                } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                    throw new IllegalStateException(e);
                }
            }
        }));
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        instances.add(instance);
        return instance;
    }
}
