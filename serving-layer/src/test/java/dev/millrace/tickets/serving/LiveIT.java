package dev.millrace.tickets.serving;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.serving.ServingLayer;
import dev.millrace.serving.TestWorld;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Live sockets over a real log. */
class LiveIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int SOCKETS_MAX = 20;

    private static TestWorld world;
    private static TestOwners owners;
    private static ServingLayer layer;
    private static Vertx vertx;
    private static WebSocketClient client;

    @BeforeAll
    static void start() throws Exception {
        world = TestWorld.start();
        owners = new TestOwners(world.broker().address());
        layer = world.serve(
                owners.port(),
                Map.of(
                        "live.sockets.max",
                        Integer.toString(SOCKETS_MAX),
                        "http.allowed.origins",
                        "https://tickets.test"));
        world.awaitReady(layer);
        vertx = Vertx.vertx();
        client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxMessageSize(1 << 24).setMaxConnections(1000));
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        layer.close();
        owners.close();
        world.close();
    }

    @Test
    void aViewerGetsASnapshotAndThenEveryChange() {
        owners.define(TestEvents.event("watched", 2, 3));
        owners.hold("watched", "alice", "P-1-1");
        Viewer viewer = view("watched");
        await().atMost(SOON).untilAsserted(() -> assertThat(viewer.seats()).isEqualTo("RAAAAA"));
        assertThat(viewer.messages.get(0).getString("type")).isEqualTo("snapshot");
        Booking booking = owners.hold("watched", "bob", "P-2-3", "P-2-2");
        owners.become(booking, BookingStatus.BOOKING_CONFIRMED);
        Booking other = owners.hold("watched", "bob", "P-1-3");
        owners.become(other, BookingStatus.BOOKING_LAPSED);
        await().atMost(SOON).untilAsserted(() -> assertThat(viewer.seats()).isEqualTo("RAAASS"));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(viewer.last().getInteger("version")).isEqualTo(6);
            assertThat(viewer.last().getJsonArray("available")).containsExactly(2, 1);
        });
        assertThat(viewer.messages.stream().filter(m -> m.getString("type").equals("snapshot")))
                .hasSize(1);
        viewer.close();
    }

    @Test
    void aNewLayoutIsAnnouncedAndThenShown() {
        owners.define(TestEvents.event("moved", 1, 3));
        owners.hold("moved", "alice", "P-1-3");
        Viewer viewer = view("moved");
        await().atMost(SOON).untilAsserted(() -> assertThat(viewer.seats()).isEqualTo("AAR"));
        owners.define(TestEvents.event("moved", 2, 4));
        await().atMost(SOON).untilAsserted(() -> assertThat(viewer.seats()).isEqualTo("AARAAAAA"));
        assertThat(viewer.messages.stream().map(m -> m.getString("type")))
                .containsExactly("snapshot", "redefined", "snapshot");
        assertThat(viewer.messages.get(1).getInteger("definition")).isEqualTo(2);
        viewer.close();
    }

    @Test
    void aViewerWhoDoesntReadGetsASnapshotInsteadOfEverythingMissed() throws Exception {
        owners.define(TestEvents.event("slow", 2_000, 500));
        Viewer slow = view("slow");
        Viewer quick = view("slow");
        await().atMost(SOON).untilAsserted(() -> assertThat(slow.messages).isNotEmpty());
        slow.socket.pause();
        // Each redefinition is a snapshot of a million seats: soon neither the client's nor the server's buffers take
        // more.
        for (int i = 0; i < 25; i++) {
            int redefinitions = i;
            owners.define(TestEvents.event("slow", 2_000, 500));
            await().atMost(SOON).until(() -> quick.snapshots() >= redefinitions + 2);
        }
        owners.hold("slow", "alice", "P-1-1");
        await().atMost(SOON).untilAsserted(() -> assertThat(quick.seats()).startsWith("RA"));
        slow.socket.resume();
        await().atMost(SOON).untilAsserted(() -> assertThat(slow.seats()).startsWith("RA"));
        assertThat(slow.snapshots()).isLessThan(quick.snapshots());
        assertThat(slow.last().getInteger("version")).isEqualTo(quick.last().getInteger("version"));
        slow.close();
        quick.close();
    }

    @Test
    void whoMayNotEnterIsToldWhy() {
        owners.define(TestEvents.event("guarded", 1, 3));
        assertThat(refusal("guarded", options -> {})).isEqualTo(401);
        assertThat(refusal(
                        "guarded",
                        options -> options.addHeader("Origin", "https://evil.test")
                                .addHeader("Cookie", world.issuer().cookie("alice"))))
                .isEqualTo(403);
        assertThat(refusal("guarded", options -> options.setURI("/events/guarded/live?ticket=x")))
                .isEqualTo(401);
        assertThat(refusal(
                        "nowhere",
                        options -> options.addHeader("Cookie", world.issuer().cookie("alice"))))
                .isEqualTo(404);
        assertThat(world.get(layer, "/events/guarded/live").statusCode()).isEqualTo(426);
        String ticket = world.issuer().liveTicket("alice");
        for (String origin : List.of("https://tickets.test", "http://127.0.0.1:" + TestWorld.portOf(layer))) {
            Viewer viewer = new Viewer(connect(options("guarded")
                    .setURI("/events/guarded/live?ticket=" + ticket)
                    .addHeader("Origin", origin)));
            await().atMost(SOON).untilAsserted(() -> assertThat(viewer.messages).isNotEmpty());
            viewer.close();
        }
    }

    @Test
    void thereAreNoMoreSocketsThanAllowed() {
        owners.define(TestEvents.event("full", 1, 3));
        await().atMost(SOON).until(() -> openSockets() == 0);
        List<Viewer> viewers = new CopyOnWriteArrayList<>();
        for (int i = 0; i < SOCKETS_MAX; i++) {
            viewers.add(view("full"));
        }
        assertThat(refusal(
                        "full",
                        options -> options.addHeader("Cookie", world.issuer().cookie("alice"))))
                .isEqualTo(503);
        viewers.get(0).close();
        await().atMost(SOON).until(() -> openSockets() == SOCKETS_MAX - 1);
        viewers.add(view("full"));
        viewers.forEach(Viewer::close);
    }

    @Test
    void whoTalksTooMuchIsShownOut() {
        owners.define(TestEvents.event("quiet", 1, 3));
        Viewer viewer = view("quiet");
        viewer.socket.writeTextMessage("x".repeat(2000));
        await().atMost(SOON).until(viewer.socket::isClosed);
        assertThat(viewer.socket.closeStatusCode()).isEqualTo((short) 1009);
    }

    @Test
    void whoDoesntAnswerIsTakenForGone() throws Exception {
        owners.define(TestEvents.event("gone", 1, 3));
        ServingLayer impatient = world.serve(owners.port(), Map.of("roles", "serving", "live.ping", "300ms"));
        try {
            world.awaitReady(impatient);
            Viewer awake = new Viewer(connect(options("gone")
                    .setPort(TestWorld.portOf(impatient))
                    .addHeader("Cookie", world.issuer().cookie("alice"))));
            try (Socket dead = new Socket(InetAddress.getLoopbackAddress(), TestWorld.portOf(impatient))) {
                dead.getOutputStream()
                        .write(("GET /events/gone/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: "
                                        + world.issuer().cookie("alice") + "\r\n\r\n")
                                .getBytes(US_ASCII));
                await().atMost(SOON).until(() -> openSockets(impatient) == 2);
                // The closing handshake, which it doesn't answer either, takes ten seconds.
                await().atMost(Duration.ofSeconds(30)).until(() -> openSockets(impatient) == 1);
            }
            assertThat(awake.socket.isClosed()).isFalse();
        } finally {
            impatient.close();
        }
    }

    @Test
    void liveSeatsGoOnWhileTheOwnersAreDead() {
        owners.define(TestEvents.event("orphaned", 1, 3));
        Viewer viewer = view("orphaned");
        await().atMost(SOON).untilAsserted(() -> assertThat(viewer.messages).isNotEmpty());
        owners.die();
        try {
            var read = world.get(layer, "/events/orphaned/seatmap");
            assertThat(read.statusCode()).isEqualTo(200);
            Booking last = owners.hold("orphaned", "alice", "P-1-2");
            await().atMost(SOON).untilAsserted(() -> assertThat(viewer.seats()).isEqualTo("ARA"));
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> world.get(layer, "/events/orphaned")
                                    .headers()
                                    .firstValueAsLong("Age")
                                    .orElse(0)
                            >= 5);
            String path = "/bookings/" + last.getBookingId();
            await().atMost(SOON).untilAsserted(() -> {
                var booking = world.get(layer, path, "Cookie", world.issuer().cookie("alice"));
                assertThat(booking.statusCode()).as(booking.body()).isEqualTo(200);
                assertThat(booking.headers().firstValue("Age")).isPresent();
            });
            assertThat(world.get(layer, path, "Cookie", world.issuer().cookie("bob"))
                            .statusCode())
                    .isEqualTo(404);
            assertThat(world.get(
                                    layer,
                                    "/bookings/orphaned." + "0".repeat(32),
                                    "Cookie",
                                    world.issuer().cookie("bob"))
                            .statusCode())
                    .isEqualTo(503);
        } finally {
            owners.listen();
            viewer.close();
        }
    }

    private static long openSockets() {
        return openSockets(layer);
    }

    private static long openSockets(ServingLayer of) {
        return world.get(of, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("millrace_live_sockets{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf("} ") + 2)))
                .sum();
    }

    /** Comes again when told to, as a page does: an event's map may not be there at once. */
    private static Viewer view(String eventId) {
        WebSocketConnectOptions options =
                options(eventId).addHeader("Cookie", world.issuer().cookie("alice"));
        return new Viewer(await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsMatching(LiveIT::isBusy)
                .until(() -> connect(options), socket -> true));
    }

    private static boolean isBusy(Throwable failed) {
        return failed.getCause() instanceof UpgradeRejectedException refused && refused.getStatus() == 503;
    }

    private static WebSocketConnectOptions options(String eventId) {
        return new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(TestWorld.portOf(layer))
                .setURI("/events/" + eventId + "/live");
    }

    private static WebSocket connect(WebSocketConnectOptions options) {
        return client.connect(options)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static int refusal(String eventId, java.util.function.Consumer<WebSocketConnectOptions> change) {
        WebSocketConnectOptions options = options(eventId);
        change.accept(options);
        int[] status = new int[1];
        assertThatThrownBy(() -> connect(options))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(UpgradeRejectedException.class, e -> status[0] = e.getStatus());
        return status[0];
    }

    /** Follows the messages as a page would. */
    private static final class Viewer {
        private final WebSocket socket;
        private final List<JsonObject> messages = new CopyOnWriteArrayList<>();
        private volatile String seats = "";

        Viewer(WebSocket socket) {
            this.socket = socket;
            socket.textMessageHandler(text -> {
                JsonObject message = new JsonObject(text);
                switch (message.getString("type")) {
                    case "snapshot" -> seats = message.getString("statuses");
                    case "changes" -> apply(message.getJsonArray("changes"));
                    default -> {}
                }
                messages.add(message);
            });
        }

        private void apply(JsonArray changes) {
            StringBuilder after = new StringBuilder(seats);
            for (int i = 0; i < changes.size(); i++) {
                JsonArray change = changes.getJsonArray(i);
                after.setCharAt(change.getInteger(0), change.getString(1).charAt(0));
            }
            seats = after.toString();
        }

        String seats() {
            return seats;
        }

        long snapshots() {
            return messages.stream()
                    .filter(m -> m.getString("type").equals("snapshot"))
                    .count();
        }

        JsonObject last() {
            return messages.get(messages.size() - 1);
        }

        void close() {
            socket.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
