package dev.millrace.tickets.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.serving.LogProgress;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.EventView;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatMapView;
import dev.millrace.topics.http.StateClient;
import dev.millrace.topics.http.StateFrames;
import dev.millrace.topics.http.StateSettings;
import dev.millrace.topics.v1.PartitionMap;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What may happen between the owner's state and the log of facts. The state endpoint answers what a test says. */
class SeatMapsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx();
    private final List<StateQuery> asked = new CopyOnWriteArrayList<>();
    private volatile long stateVersion = 5;
    private volatile Future<Void> gate = Future.succeededFuture();
    private final LogProgress progress = new LogProgress(vertx, Set.of("seats"));
    private int port;
    private SeatMaps maps;

    SeatMapsTest() {
        HttpServer server =
                get(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
        port = server.actualPort();
        maps = maps(1 << 30);
    }

    @BeforeEach
    void warmUp() {
        get(maps.seats("warm", Optional.empty()));
        asked.clear();
    }

    @AfterEach
    void stop() {
        get(vertx.close());
    }

    @Test
    void aFactThatComesWhileTheStateIsAskedForIsNotLost() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        gate = vertx.executeBlocking(() -> {
            open.await();
            return null;
        });
        Future<EventSeats> seats = maps.seats("e", Optional.empty());
        await().atMost(SOON).until(() -> !asked.isEmpty());
        tell(fact(5, "P-1-1"));
        tell(fact(6, "P-1-2"));
        tell(fact(7, "P-1-3"));
        open.countDown();
        assertThat(get(seats).version()).isEqualTo(7);
        assertThat(get(seats).snapshot().status(2)).isEqualTo(EventSeats.RESERVED);
        assertThat(asked).hasSize(1);
    }

    @Test
    void aStateBehindAFactAlreadySeenIsAskedForAgain() {
        tell(fact(6, "P-1-1"));
        vertx.setTimer(300, later -> stateVersion = 6);
        EventSeats seats = get(maps.seats("e", Optional.empty()));
        assertThat(seats.version()).isEqualTo(6);
        assertThat(asked).hasSizeGreaterThan(1);
        assertThat(asked.get(0).getAtLeast()).isEqualTo(position(6));
    }

    @Test
    void aMissingFactMakesItAskAgain() {
        EventSeats seats = get(maps.seats("e", Optional.empty()));
        stateVersion = 8;
        tell(fact(7, "P-1-1"));
        await().atMost(SOON).until(() -> seats.version() == 8);
        tell(fact(9, "P-1-2"));
        assertThat(seats.version()).isEqualTo(9);
        assertThat(asked).hasSize(2);
    }

    @Test
    void whoAsksAtTheSameTimeSharesOneQuestion() {
        Future<EventSeats> first = maps.seats("e", Optional.empty());
        Future<EventSeats> second = maps.seats("e", Optional.empty());
        assertThat(get(first)).isSameAs(get(second));
        assertThat(asked).hasSize(1);
    }

    @Test
    void eventsBeyondTheBoundAreForgottenButNotThosePinned() {
        SeatMaps small = maps(40_000);
        get(small.pin("pinned"));
        for (int i = 0; i < 50; i++) {
            get(small.seats("other-" + i, Optional.empty()));
        }
        asked.clear();
        get(small.seats("pinned", Optional.empty()));
        assertThat(asked).isEmpty();
        for (int i = 0; i < 50; i++) {
            get(small.seats("other-" + i, Optional.empty()));
        }
        assertThat(asked).hasSizeGreaterThan(30);
    }

    @Test
    void aPositionIsWaitedForUntilItsFactsAreIn() {
        get(maps.seats("e", Optional.empty()));
        Future<EventSeats> seats = maps.seats("e", Optional.of(position(6)));
        assertThat(seats.isComplete()).isFalse();
        tell(fact(6, "P-1-1"));
        assertThat(get(seats).version()).isEqualTo(6);
    }

    private SeatMaps maps(long bytesMax) {
        StateClient state = new StateClient(
                vertx, new StateSettings(List.of("127.0.0.1:" + port), Duration.ofSeconds(5), Duration.ofSeconds(10)));
        return new SeatMaps(vertx, state, progress, Duration.ofSeconds(5), bytesMax);
    }

    private void tell(SeatFact fact) {
        maps.accept(0, fact.getSeatMapVersion(), fact);
        maps.rest();
    }

    private static SeatFact fact(long version, String ticket) {
        return SeatFact.newBuilder()
                .setEventId("e")
                .setSeatMapVersion(version)
                .setPosition(position(version))
                .setSeatsHeld(
                        Booking.newBuilder().addSeats(BookedSeat.newBuilder().setTicketId(ticket)))
                .build();
    }

    private static Position position(long version) {
        return Position.newBuilder()
                .setLog("seats")
                .setPartition(0)
                .setOffset(version)
                .build();
    }

    private void answer(HttpServerRequest request) {
        if (request.path().equals("/state/map")) {
            PartitionMap map = PartitionMap.newBuilder()
                    .addHeld(PartitionMap.Held.newBuilder().setLog("seats").setActive("127.0.0.1:" + port))
                    .build();
            var unused = request.response().end(Buffer.buffer(map.toByteArray()));
            return;
        }
        var unused = request.body().compose(body -> {
            Buffer answers = Buffer.buffer();
            StateFrames.parser(body.length(), (place, message) -> StateFrames.append(answers, place, answer(message)))
                    .handle(body);
            return gate.compose(opened -> request.response().end(answers));
        });
    }

    private StateAnswer answer(byte[] message) {
        try {
            StateQuery query = StateQuery.parseFrom(message);
            asked.add(query);
            return state(query.getKey(), stateVersion);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static StateAnswer state(String eventId, long version) {
        EventView view = EventView.newBuilder()
                .setEvent(TestEvents.event(eventId, 2, 3))
                .setSeatMap(SeatMapView.newBuilder()
                        .setEventId(eventId)
                        .setSeatMapVersion(version)
                        .setPosition(position(version))
                        .setStatuses(ByteString.copyFromUtf8("AAAAAA"))
                        .addAvailable(3)
                        .addAvailable(3))
                .build();
        return StateAnswer.newBuilder()
                .setStatus(StateAnswer.Status.FOUND)
                .setValue(view.toByteString())
                .build();
    }

    private static <T> T get(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
