package dev.millrace.tickets.benchmarks;

import dev.millrace.benchmarks.People;
import dev.millrace.benchmarks.Target;
import dev.millrace.load.Calls;
import dev.millrace.load.Measured;
import dev.millrace.load.ProcessUse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Many people who watch one event's seats live, and how long a claim takes to reach all of them. */
public final class LiveCrowd implements AutoCloseable {
    private static final int CONNECTING_AT_ONCE = 100;
    private static final Duration REACHES_ALL_WITHIN = Duration.ofSeconds(10);
    private static final int HOLD_SECONDS = 1800;

    private final Target target;
    private final Vertx vertx = Vertx.vertx();
    private final Calls calls = new Calls(vertx, 4);
    private final WebSocketClient sockets;
    private final List<WebSocket> open = new ArrayList<>();
    private final Hall hall;
    private final People buyers;
    private int nextSeat;
    /** Of the claim that is on its way; null between claims. */
    private volatile @Nullable Arrivals arrivals;

    private record Arrivals(long claimedNanos, CountDownLatch missing, Measured delays) {}

    /** Puts an event on sale. */
    public LiveCrowd(Target target, int people, int seats) {
        this.target = target;
        this.sockets = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(people));
        this.hall =
                Hall.open(calls, target, "crowd-" + Long.toString(System.currentTimeMillis(), 36), seats, HOLD_SECONDS);
        this.buyers = new People(target, "buyer-", 0, 100);
    }

    /** Lets so many people in, and returns when each has its first snapshot. */
    public void enter(int people) throws InterruptedException, TimeoutException {
        var seated = new CountDownLatch(people);
        for (int i = 0; i < people; i += CONNECTING_AT_ONCE) {
            // A ticket lasts a minute; a new one for each group is always fresh.
            String ticket = calls.now(
                            HttpMethod.POST, target.ingestPort(), "/live-tickets", buyers.headers(), Buffer.buffer())
                    .json()
                    .getString("ticket");
            List<Future<WebSocket>> group = new ArrayList<>();
            for (int j = i; j < Math.min(people, i + CONNECTING_AT_ONCE); j++) {
                group.add(connect(ticket, seated));
            }
            Future.join(group).await(1, TimeUnit.MINUTES);
            group.forEach(socket -> open.add(socket.result()));
        }
        if (!seated.await(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException(seated.getCount() + " people never got a snapshot (expected: 0)");
        }
    }

    private Future<WebSocket> connect(String ticket, CountDownLatch seated) {
        var options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(target.servingPort())
                .setURI("/events/" + hall.eventId() + "/live?ticket=" + ticket);
        return sockets.webSocket()
                .textMessageHandler(text -> {
                    if (text.startsWith("{\"type\":\"snapshot\"")) {
                        seated.countDown();
                    } else if (text.startsWith("{\"type\":\"changes\"")) {
                        arrived();
                    }
                })
                .connect(options);
    }

    private void arrived() {
        Arrivals waiting = arrivals;
        if (waiting != null) {
            synchronized (waiting) {
                waiting.delays().add(System.nanoTime() - waiting.claimedNanos(), "delivered");
            }
            waiting.missing().countDown();
        }
    }

    /** Claims one seat after another; the delays count from when the claim was sent. */
    public Measured claim(int times) throws InterruptedException {
        var delays = new Measured();
        for (int i = 0; i < times; i++) {
            var waiting = new Arrivals(System.nanoTime(), new CountDownLatch(open.size()), delays);
            arrivals = waiting;
            var answer = calls.now(
                    HttpMethod.POST,
                    target.ingestPort(),
                    "/bookings/" + hall.eventId(),
                    buyers.headers(),
                    new JsonObject()
                            .put(
                                    "ticketIds",
                                    new JsonArray().add(hall.ticketIds().get(nextSeat++)))
                            .toBuffer());
            if (answer.status() != 201) {
                throw new IllegalStateException("answer: " + answer.words() + " (expected: 201)");
            }
            boolean reachedAll = waiting.missing().await(REACHES_ALL_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            arrivals = null;
            if (!reachedAll) {
                synchronized (waiting) {
                    for (long missing = waiting.missing().getCount(); missing > 0; missing--) {
                        delays.add(REACHES_ALL_WITHIN.toNanos(), "not within " + REACHES_ALL_WITHIN.toSeconds() + " s");
                    }
                }
            }
        }
        return delays;
    }

    /** Memory of the serving process: what the system sees, and what its heap holds after its own last collection. */
    public JsonObject serving() {
        Long pid = target.processes().get("serving");
        String metrics = calls.now(HttpMethod.GET, target.servingPort(), "/metrics", Map.of(), Buffer.buffer())
                .body()
                .toString();
        double heap = metrics.lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{") && line.contains("area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
        return new JsonObject()
                .put("sockets", open.size())
                .put("rssMiB", pid == null ? 0 : ProcessUse.rssMiB(pid))
                .put("heapUsedMiB", Math.round(heap / (1 << 20)));
    }

    @Override
    public void close() {
        calls.close();
        vertx.close().await();
    }
}
