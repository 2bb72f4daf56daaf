package dev.millrace.tickets.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.benchmarks.People;
import dev.millrace.benchmarks.Target;
import dev.millrace.load.Answered;
import dev.millrace.load.Calls;
import dev.millrace.load.Calls.Answer;
import dev.millrace.load.Headers;
import dev.millrace.load.Measured;
import dev.millrace.load.OpenLoop;
import dev.millrace.load.ProcessUse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A long, moderate and mixed load: claims, of whose holds some are confirmed, some cancelled and the rest left to lapse,
 * and reads beside them. Every few seconds it looks at the processes and at what waits.
 */
public final class Soak implements AutoCloseable {
    private static final int CONNECTIONS = 256;
    private static final int BUYERS = 5000;
    private static final int EVENTS = 32;
    /** The shortest there is, so that abandoned holds lapse all through the soak. */
    private static final int HOLD_SECONDS = 60;

    private static final double CONFIRMED = 0.4;
    private static final double CANCELLED = 0.3;
    private static final double CONTESTED = 0.2;
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final Headers COMPRESSED = Headers.of(Map.of("Accept-Encoding", "gzip"));
    private static final byte[] NO_BODY = {};
    private static final Pattern LAG = Pattern.compile(
            "(?m)^(millrace_commands_waiting|millrace_tail_lag|millrace_projector_lag|commands_waiting)(?!_max)\\w*(?:\\{[^}]*})?"
                    + " ([0-9.E+-]+)$");

    private final Target target;
    private final Vertx vertx = Calls.vertx();
    private final Calls calls = new Calls(vertx, CONNECTIONS);
    private final People buyers;
    private final Random random = new Random(1);
    private final SeatPairs pairs;
    /** Added to on the event loop until the end, and read by others. */
    private final List<SoakWindow> windows = new CopyOnWriteArrayList<>();

    private final String keys = "soak" + Long.toString(System.nanoTime(), 36) + "-";
    private final Consumer<SoakWindow> whenSeen;
    private Measured changes = new Measured();
    private Measured reads = new Measured();
    private long nextKey;
    private long startedNanos;

    /** @param whenSeen is told of every window */
    public Soak(Target target, int claimsPerSecond, Duration lasting, Consumer<SoakWindow> whenSeen) {
        this.target = target;
        this.whenSeen = whenSeen;
        this.buyers = new People(target, "buyer-", 0, BUYERS);
        String sale = "soak-" + Long.toString(System.currentTimeMillis(), 36) + "-";
        List<String> eventIds =
                IntStream.range(0, EVENTS).mapToObj(i -> sale + i).toList();
        SeatRows rows = SeatRows.of((int) (2L * claimsPerSecond * lasting.toSeconds() / EVENTS) + 1);
        Hall.open(calls, target, eventIds, rows, HOLD_SECONDS);
        this.pairs = new SeatPairs(eventIds, rows, CONTESTED, random);
    }

    /** Returns how many calls were never answered. */
    public long run(int claimsPerSecond, double readsPerClaim, Duration lasting) throws InterruptedException {
        startedNanos = System.nanoTime();
        double claimShare = 1 / (1 + readsPerClaim);
        double[] due = {0};
        vertx.runOnContext(start -> vertx.setPeriodic(WINDOW.toMillis(), timer -> look()));
        return new OpenLoop(vertx, claimsPerSecond * (1 + readsPerClaim), lasting, (intended, whenAnswered) -> {
                    due[0] += claimShare;
                    if (due[0] >= 1) {
                        due[0] -= 1;
                        claim(intended, whenAnswered);
                    } else {
                        read(intended, whenAnswered);
                    }
                })
                .run();
    }

    /** What was seen so far. */
    public List<SoakWindow> windows() {
        return List.copyOf(windows);
    }

    private void claim(long intended, Runnable whenAnswered) {
        SeatPairs.Wanted wanted = pairs.next();
        Headers buyer = buyers.lines();
        send(
                HttpMethod.POST,
                target.ingestPort(),
                wanted.path(),
                buyer,
                wanted.body(),
                intended,
                answer -> {
                    double fate = random.nextDouble();
                    if (answer.status() != 201 || fate >= CONFIRMED + CANCELLED) {
                        whenAnswered.run();
                        return;
                    }
                    String booking = "/bookings/" + answer.json().getString("bookingId");
                    if (fate < CONFIRMED) {
                        change(HttpMethod.POST, booking + "/payment", buyer, whenAnswered);
                    } else {
                        change(HttpMethod.DELETE, booking, buyer, whenAnswered);
                    }
                },
                whenAnswered);
    }

    private void change(HttpMethod method, String path, Headers buyer, Runnable whenAnswered) {
        send(
                method,
                target.ingestPort(),
                path,
                buyer,
                "",
                System.nanoTime(),
                answer -> whenAnswered.run(),
                whenAnswered);
    }

    private void send(
            HttpMethod method,
            int port,
            String path,
            Headers headers,
            String body,
            long since,
            Consumer<Answer> then,
            Runnable whenFailed) {
        calls.send(method, port, path, headers, keys + nextKey++, body.getBytes(US_ASCII), new Answered() {
            @Override
            public void answer(Answer answer) {
                changes.add(System.nanoTime() - since, method + " " + answer.words());
                then.accept(answer);
            }

            @Override
            public void failure(Throwable failure) {
                changes.add(
                        System.nanoTime() - since,
                        method + " " + failure.getClass().getSimpleName());
                whenFailed.run();
            }
        });
    }

    private void read(long intended, Runnable whenAnswered) {
        String path = "/events/" + pairs.anyEvent() + (random.nextBoolean() ? "/seatmap" : "?view=summary");
        calls.send(HttpMethod.GET, target.servingPort(), path, COMPRESSED, "", NO_BODY, new Answered() {
            @Override
            public void answer(Answer answer) {
                end(answer.words());
            }

            @Override
            public void failure(Throwable failure) {
                end(failure.getClass().getSimpleName());
            }

            private void end(String words) {
                reads.add(System.nanoTime() - intended, words);
                whenAnswered.run();
            }
        });
    }

    private void look() {
        Measured changesSeen = changes;
        Measured readsSeen = reads;
        changes = new Measured();
        reads = new Measured();
        double minute = (System.nanoTime() - startedNanos) / 60e9;
        Map<String, Double> lag = new LinkedHashMap<>();
        List<Future<Answer>> scraped = target.rolePorts().entrySet().stream()
                .map(role -> calls.send(HttpMethod.GET, role.getValue(), "/metrics", Map.of(), Buffer.buffer())
                        .onSuccess(
                                answer -> readLag(role.getKey(), answer.body().toString(), lag)))
                .toList();
        Future.join(scraped)
                .eventually(() -> vertx.executeBlocking(this::processes).onSuccess(processes -> {
                    var seen = new SoakWindow(minute, processes, lag, changesSeen, readsSeen);
                    windows.add(seen);
                    whenSeen.accept(seen);
                }));
    }

    private static void readLag(String role, String metrics, Map<String, Double> lag) {
        Matcher lines = LAG.matcher(metrics);
        while (lines.find()) {
            lag.merge(
                    role + " " + lines.group(1).replace("millrace_", ""), Double.valueOf(lines.group(2)), Double::sum);
        }
    }

    private Map<String, JsonObject> processes() {
        Map<String, JsonObject> seen = new LinkedHashMap<>();
        target.processes()
                .forEach((name, pid) -> seen.put(
                        name,
                        new JsonObject()
                                .put("rssMiB", ProcessUse.rssMiB(pid))
                                .put("handles", ProcessUse.handles(pid))
                                .put("threads", ProcessUse.threads(pid))));
        return seen;
    }

    @Override
    public void close() {
        calls.close();
        vertx.close().await();
    }
}
