package dev.millrace.tickets.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.serving.ServingLayer;
import dev.millrace.serving.TestWorld;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** As many viewers as one process promises, each in step with every change. Its memory goes into a file of the build. */
@Tag("full")
class LiveCrowdIT {
    private static final int VIEWERS = 10_000;
    private static final int AT_ONCE = 200;
    private static final int CLAIMS = 40;

    @Test
    void tenThousandViewersOfOneProcessAllSeeEveryChange() throws Exception {
        try (TestWorld world = TestWorld.start();
                TestOwners owners = new TestOwners(world.broker().address())) {
            owners.define(TestEvents.event("crowd", 40, 500));
            // A process of its own: both ends of ten thousand sockets are more files than one may often open.
            Process serving = spawn(world, owners.port());
            Vertx vertx = Vertx.vertx();
            try {
                watch(world, owners, vertx, serving);
            } finally {
                vertx.close().toCompletionStage().toCompletableFuture().join();
                serving.destroyForcibly();
            }
        }
    }

    private static void watch(TestWorld world, TestOwners owners, Vertx vertx, Process serving) throws Exception {
        int port = portOf(serving);
        awaitReady(port);
        WebSocketClient client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxConnections(VIEWERS).setMaxMessageSize(1 << 20));
        AtomicIntegerArray versions = new AtomicIntegerArray(VIEWERS);
        for (int first = 0; first < VIEWERS; first += AT_ONCE) {
            List<Future<?>> group = new ArrayList<>();
            for (int viewer = first; viewer < first + AT_ONCE; viewer++) {
                group.add(connect(vertx, client, world, port, viewer, versions));
            }
            Future.join(group).await(1, TimeUnit.MINUTES);
        }
        allAt(versions, 1);
        String joined = memory(serving.pid());
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < CLAIMS; i++) {
            long began = System.nanoTime();
            owners.hold("crowd", "alice", "P-2-" + (i + 1));
            allAt(versions, i + 2);
            millis.add((System.nanoTime() - began) / 1_000_000);
        }
        millis.sort(null);
        Files.writeString(
                Path.of("target", "live-crowd.txt"),
                "viewers " + VIEWERS + ", joined: " + joined + ", after " + CLAIMS + " claims: " + memory(serving.pid())
                        + ", claim at all viewers: median " + millis.get(CLAIMS / 2) + " ms, slowest "
                        + millis.get(CLAIMS - 1) + " ms\n");
    }

    /** Until it is let in: of a group that is too many for one turn of the server the last are told to come again. */
    private static Future<WebSocket> connect(
            Vertx vertx, WebSocketClient client, TestWorld world, int port, int viewer, AtomicIntegerArray versions) {
        return client.webSocket()
                .textMessageHandler(text -> versions.set(viewer, version(text)))
                .connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setURI("/events/crowd/live?ticket=" + world.issuer().liveTicket("viewer-" + viewer)))
                .recover(refused -> refused instanceof UpgradeRejectedException busy && busy.getStatus() == 503
                        ? vertx.timer(1, TimeUnit.SECONDS)
                                .compose(later -> connect(vertx, client, world, port, viewer, versions))
                        : Future.failedFuture(refused));
    }

    /** Both kinds of message have it near their beginning. */
    private static int version(String text) {
        int from = text.indexOf("\"version\":") + 10;
        return Integer.parseInt(text.substring(from, text.indexOf(',', from)));
    }

    private static void allAt(AtomicIntegerArray versions, int version) throws ConditionTimeoutException {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> {
                    for (int viewer = 0; viewer < VIEWERS; viewer++) {
                        if (versions.get(viewer) < version) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private static Process spawn(TestWorld world, int statePort) throws Exception {
        Properties settings = new Properties();
        settings.putAll(world.settings(
                statePort, Map.of("roles", "serving", "state.attempt.timeout", "5s", "state.ask.timeout", "10s")));
        Path file = Path.of("target", "live-crowd.properties");
        try (var out = Files.newBufferedWriter(file)) {
            settings.store(out, null);
        }
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServingLayer.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target", "live-crowd.log").toFile())
                .start();
    }

    /** A process that listens may still have to read which accounts are closed. */
    private static void awaitReady(int port) {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                .build();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> http.send(ready, BodyHandlers.discarding()).statusCode() == 200);
    }

    private static int portOf(Process serving) {
        String[] port = new String[1];
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            assertThat(serving.isAlive()).isTrue();
            for (String line : Files.readAllLines(Path.of("target", "live-crowd.log"))) {
                int at = line.indexOf(" port=\"");
                if (line.contains("listening") && at > 0) {
                    port[0] = line.substring(at + 7, line.indexOf('"', at + 7));
                }
            }
            return port[0] != null;
        });
        return Integer.parseInt(port[0]);
    }

    private static String memory(long pid) throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return line.substring(6).strip() + " resident";
            }
        }
        throw new IllegalStateException("no memory of process " + pid);
    }
}
