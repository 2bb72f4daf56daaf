package dev.millrace.topics.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.topics.v1.PartitionMap;
import dev.millrace.topics.v1.PartitionMap.Held;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StateClientTest {
    private static final StateQuery QUERY =
            StateQuery.newBuilder().setName("x.y").setOwner("o").setKey("o").build();

    private final Vertx vertx = Vertx.vertx();
    private final List<Instance> instances = new ArrayList<>();
    private volatile PartitionMap map = PartitionMap.getDefaultInstance();

    private enum Beginning {
        HEAD,
        A_BYTE_NOW_AND_THEN
    }

    private static final class Instance {
        private final HttpServer server;
        private volatile Function<StateQuery, StateAnswer.Status> answers;
        private volatile boolean mute;
        private volatile long ageMillis;
        private volatile boolean lacking;
        /** What comes of an answer, or of the map, and then nothing more; null: all of it. */
        private volatile @Nullable Beginning beginning;

        private volatile IntPredicate leavesOut = place -> false;
        private final AtomicInteger requests = new AtomicInteger();
        private final AtomicInteger questions = new AtomicInteger();
        /** When it has answered for the first time. */
        private final Promise<Void> answered = Promise.promise();

        private volatile Future<Void> answersAfter = Future.succeededFuture();

        Instance(HttpServer server, StateAnswer.Status status) {
            this.server = server;
            this.answers = q -> status;
        }

        StateAnswer answer(byte[] message) {
            try {
                return StateAnswer.newBuilder()
                        .setStatus(answers.apply(StateQuery.parseFrom(message)))
                        .setAgeMillis(ageMillis)
                        .setLacking(lacking)
                        .build();
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
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
    void whatAStandbyDoesNotKnowIsAskedOfTheOwnerAgain() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance standby = instance(StateAnswer.Status.NOT_FOUND);
        map = held(owner.address(), standby.address());
        try (StateClient client = client(owner)) {
            owner.mute = true;
            assertThat(ask(client).getStatus()).as("while the owner hangs").isEqualTo(StateAnswer.Status.NOT_FOUND);
            owner.mute = false;

            assertThat(ask(client).getStatus())
                    .as("while the standby is asked first")
                    .isEqualTo(StateAnswer.Status.FOUND);
        }
    }

    /** Long before the owner's time is over. */
    @Test
    void aStandbyIsAskedWhileAnOwnerIsLate() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance standby = instance(StateAnswer.Status.FOUND);
        standby.answers = q -> q.getStandbyOk() ? StateAnswer.Status.FOUND : StateAnswer.Status.NOT_HELD;
        map = held(owner.address(), standby.address());
        owner.mute = true;
        try (StateClient client = patient(owner)) {
            assertThat(ask(client).getStatus()).as("the standby's").isEqualTo(StateAnswer.Status.FOUND);
            assertThat(ask(client).getStatus()).as("asked first now").isEqualTo(StateAnswer.Status.FOUND);

            assertThat(standby.requests).hasValue(2);
        }
    }

    /** It may be what takes a right away. */
    @Test
    void whoDecidesSomethingWaitsForAnOwnerThatIsLate() throws Exception {
        Instance owner = instance(StateAnswer.Status.NOT_FOUND);
        Instance standby = instance(StateAnswer.Status.FOUND);
        map = held(owner.address(), standby.address());
        Promise<Void> hedged = Promise.promise();
        standby.answered.future().onSuccess(first -> vertx.setTimer(200, fired -> hedged.complete()));
        owner.answersAfter = hedged.future();
        try (StateClient client = patient(owner)) {
            assertThat(ask(client).getStatus()).as("the standby's").isEqualTo(StateAnswer.Status.FOUND);

            assertThat(client.ask("seats", QUERY)
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS)
                            .getStatus())
                    .isEqualTo(StateAnswer.Status.NOT_FOUND);
        }
    }

    @Test
    void aStandbyThatIsFarBehindCountsOnlyIfNobodyElseAnswers() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance standby = instance(StateAnswer.Status.FOUND);
        standby.ageMillis = 86_400_000;
        map = held(owner.address(), standby.address());
        owner.answersAfter = standby.answered.future();
        try (StateClient client = patient(owner)) {
            assertThat(ask(client).getAgeMillis()).as("the owner's").isZero();
        }
        owner.mute = true;
        try (StateClient client = client(owner)) {
            assertThat(ask(client).getAgeMillis()).as("the standby's").isPositive();
        }
    }

    @Test
    void whatAStandbyDoesNotKnowWaitsForAnOwnerThatIsLate() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance standby = instance(StateAnswer.Status.NOT_FOUND);
        map = held(owner.address(), standby.address());
        owner.answersAfter = standby.answered.future();
        try (StateClient client = patient(owner)) {
            assertThat(ask(client).getStatus()).isEqualTo(StateAnswer.Status.FOUND);

            assertThat(standby.requests).hasValue(1);
        }
    }

    @Test
    void ofStandbysWhoLackItAnotherIsAskedWhileTheOwnerIsLate() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance behind = instance(StateAnswer.Status.NOT_YET);
        Instance further = instance(StateAnswer.Status.FOUND);
        map = held(owner.address(), behind.address(), further.address());
        owner.mute = true;
        try (StateClient client = patient(owner)) {
            assertThat(ask(client).getStatus()).isEqualTo(StateAnswer.Status.FOUND);
        }
    }

    @Test
    void ofManyQuestionsToALateOwnerFewAreAskedOfItsStandbyToo() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance standby = instance(StateAnswer.Status.FOUND);
        map = held(owner.address(), standby.address());
        Promise<Void> hedged = Promise.promise();
        standby.answered.future().onSuccess(first -> vertx.setTimer(200, fired -> hedged.complete()));
        owner.answersAfter = hedged.future();
        try (StateClient client = patient(owner)) {
            Promise<Void> answered = Promise.promise();
            client.refresh()
                    .onSuccess(known -> Future.all(Stream.generate(() -> client.askEither("seats", QUERY))
                                    .limit(1_000)
                                    .toList())
                            .<Void>mapEmpty()
                            .onComplete(answered));

            answered.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(standby.questions.get()).isBetween(1, 64);
        }
    }

    @Test
    void whatIsAskedInOneTurnGoesOverTogetherAndWhatIsLeftOutIsAskedElsewhere() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance standby = instance(StateAnswer.Status.NOT_FOUND);
        map = held(owner.address(), standby.address());
        owner.leavesOut = place -> place == 1;
        try (StateClient client = client(owner)) {
            Promise<List<StateAnswer>> answered = Promise.promise();
            client.refresh()
                    .onSuccess(known -> Future.all(
                                    client.ask("seats", QUERY), client.ask("seats", QUERY), client.ask("seats", QUERY))
                            .map(all -> all.<StateAnswer>list())
                            .onComplete(answered));

            assertThat(answered.future()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .extracting(StateAnswer::getStatus)
                    .containsExactly(StateAnswer.Status.FOUND, StateAnswer.Status.NOT_FOUND, StateAnswer.Status.FOUND);
            assertThat(owner.requests).hasValue(1);
            assertThat(standby.requests).hasValue(1);
        }
    }

    @Test
    void whoeverHasMoreQuestionsUnderWayThanAreAnsweredInGoodTimeIsToldSo() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        map = held(owner.address());
        owner.mute = true;
        StateSettings patient =
                new StateSettings(List.of(owner.address()), Duration.ofMillis(300), Duration.ofMillis(300));
        try (StateClient client = new StateClient(vertx, patient)) {
            List<Boolean> full = new ArrayList<>();
            Promise<Void> over = Promise.promise();
            vertx.runOnContext(asking -> {
                List<Future<StateAnswer>> asked = new ArrayList<>();
                full.add(client.isFull());
                for (int i = 0; i < 512; i++) {
                    asked.add(client.ask("seats", QUERY));
                }
                full.add(client.isFull());
                Future.join(asked).onComplete(failed -> {
                    full.add(client.isFull());
                    over.complete();
                });
            });

            over.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(full).containsExactly(false, true, false);
        }
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

    /** As one is for some seconds after its start. */
    @Test
    void whatAnInstanceDoesNotKnowYetStaysAsItWasKnown() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        map = held(owner.address());
        try (StateClient client = client(owner)) {
            assertThat(ask(client).getStatus()).isEqualTo(StateAnswer.Status.FOUND);

            map = PartitionMap.newBuilder()
                    .addHeld(Held.newBuilder().setLog("other").setActive(owner.address()))
                    .build();
            await(client.refresh());
            assertThat(client.knows("other")).isTrue();
            assertThat(client.partitions("seats")).isEqualTo(1);
            assertThat(ask(client).getStatus()).isEqualTo(StateAnswer.Status.FOUND);

            map = held("");
            await(client.refresh());
            assertThat(ask(client).getStatus()).isEqualTo(StateAnswer.Status.FOUND);
        }
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

    @Test
    void whoFallsSilentAfterTheHeadOfItsAnswerIsGivenUp() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance standby = instance(StateAnswer.Status.FOUND);
        map = held(owner.address(), standby.address());
        try (StateClient client = client(owner)) {
            await(client.refresh());
            owner.beginning = Beginning.HEAD;
            assertThat(ask(client).getStatus()).as("the standby's").isEqualTo(StateAnswer.Status.FOUND);
            standby.beginning = Beginning.HEAD;

            assertThatThrownBy(() -> ask(client)).hasCauseInstanceOf(StateUnavailable.class);
        }
    }

    @Test
    void whoseAnswerHasNoEndIsWaitedForAsLongAsAQuestionMayTake() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        map = held(owner.address());
        try (StateClient client = client(owner)) {
            await(client.refresh());
            owner.beginning = Beginning.A_BYTE_NOW_AND_THEN;

            assertThatThrownBy(() -> ask(client)).hasCauseInstanceOf(StateUnavailable.class);
        }
    }

    @Test
    void whoFallsSilentWhenAskedForTheMapIsNotWaitedFor() throws Exception {
        Instance silent = instance(StateAnswer.Status.FOUND);
        Instance owner = instance(StateAnswer.Status.FOUND);
        silent.beginning = Beginning.HEAD;
        map = held(owner.address());
        StateSettings settings = new StateSettings(
                List.of(silent.address(), owner.address()), Duration.ofMillis(300), Duration.ofSeconds(5));
        try (StateClient client = new StateClient(vertx, settings)) {
            assertThat(ask(client).getStatus()).isEqualTo(StateAnswer.Status.FOUND);
        }
        try (StateClient client = client(silent)) {
            assertThatThrownBy(() -> ask(client)).hasCauseInstanceOf(StateUnavailable.class);
        }
    }

    @Test
    void whatFollowsFromAQuestionGoesOnWhereItWasAskedEvenIfNobodyWaitedForItsAnswer() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        map = held(owner.address());
        owner.mute = true;
        try (StateClient client = client(owner)) {
            Promise<List<Context>> contexts = Promise.promise();
            Promise<Void> over = Promise.promise();
            vertx.runOnContext(asking -> {
                Context asker = vertx.getOrCreateContext();
                Future<StateAnswer> asked = client.ask("seats", QUERY).onComplete(failed -> over.complete());
                asked.timeout(20, TimeUnit.MILLISECONDS)
                        .onComplete(late -> contexts.complete(List.of(asker, vertx.getOrCreateContext())));
            });

            assertThat(Set.copyOf(await(contexts.future()))).hasSize(1);
            await(over.future());
        }
    }

    @Test
    void whatAStandbyFindsNothingInCountsOnlyIfNobodyElseAnswers() throws Exception {
        Instance owner = instance(StateAnswer.Status.FOUND);
        Instance standby = instance(StateAnswer.Status.FOUND);
        standby.lacking = true;
        map = held(owner.address(), standby.address());
        owner.answersAfter = standby.answered.future();
        try (StateClient client = patient(owner)) {
            assertThat(ask(client).getLacking()).as("the owner's").isFalse();
        }
        owner.mute = true;
        try (StateClient client = client(owner)) {
            assertThat(ask(client).getLacking()).as("the standby's").isTrue();
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Would rather wait for half a minute than ask somebody else for want of an answer. */
    private StateClient patient(Instance seed) {
        return new StateClient(
                vertx,
                new StateSettings(List.of(seed.address()), Duration.ofSeconds(30), Duration.ofSeconds(30)),
                Duration.ofMillis(20));
    }

    /** Asks one after the other. */
    private StateClient client(Instance seed) {
        return new StateClient(
                vertx,
                new StateSettings(List.of(seed.address()), Duration.ofMillis(300), Duration.ofSeconds(1)),
                Duration.ofMinutes(1));
    }

    private StateAnswer ask(Instance seed) throws Exception {
        try (StateClient client = client(seed)) {
            return ask(client);
        }
    }

    private static StateAnswer ask(StateClient client) throws Exception {
        return await(client.askEither("seats", QUERY));
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
            if (instance.beginning != null) {
                HttpServerResponse response = request.response().setChunked(true);
                var unused = response.writeHead();
                if (instance.beginning == Beginning.A_BYTE_NOW_AND_THEN) {
                    vertx.setPeriodic(50, again -> response.write(Buffer.buffer(new byte[] {1})));
                }
                return;
            }
            if (request.path().equals("/state/map")) {
                var unused = request.response().end(Buffer.buffer(map.toByteArray()));
                return;
            }
            instance.requests.incrementAndGet();
            if (!instance.mute) {
                Buffer answers = Buffer.buffer();
                StateFrames.parser(body.length(), (place, message) -> {
                            instance.questions.incrementAndGet();
                            if (!instance.leavesOut.test(place)) {
                                StateFrames.append(answers, place, instance.answer(message));
                            }
                        })
                        .handle(body);
                var unused = instance.answersAfter
                        .compose(now -> request.response().end(answers))
                        .onSuccess(instance.answered::tryComplete);
            }
        }));
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        instances.add(instance);
        return instance;
    }
}
