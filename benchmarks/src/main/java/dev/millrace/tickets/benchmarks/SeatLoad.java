package dev.millrace.tickets.benchmarks;

import dev.millrace.benchmarks.People;
import dev.millrace.benchmarks.Target;
import dev.millrace.load.Calls;
import dev.millrace.load.Calls.Answer;
import dev.millrace.load.Measured;
import dev.millrace.load.OpenLoop;
import dev.millrace.load.ProcessUse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Seats claimed over HTTP at a fixed rate by many people, while others look. Every claim wants one seat: most a seat
 * nobody wanted before, some (as set) one that was wanted already.
 */
public final class SeatLoad implements AutoCloseable {
    private static final int CONNECTIONS = 256;
    private static final int HOLD_SECONDS = 1800;

    private final Options options;
    private final Target target;
    private final Vertx vertx = Calls.vertx();
    private final Calls calls = new Calls(vertx, CONNECTIONS);
    private final Random random;
    private final List<Wanted> seats = new ArrayList<>();
    private final List<String> eventIds = new ArrayList<>();
    private final Set<Wanted> given = new HashSet<>();
    private final People buyers;
    private int nextSeat;
    private long givenTwice;

    /**
     * What to do.
     *
     * @param claimsPerSecond one step each
     * @param readsPerClaim seat maps and event summaries in turn
     * @param contested part of the claims that want a seat which was wanted before, 0..1
     * @param confirmed part of the holds that are confirmed at once, 0..1
     */
    public record Options(
            List<Integer> claimsPerSecond,
            Duration step,
            Duration warmUp,
            double readsPerClaim,
            double contested,
            double confirmed,
            int buyers,
            int events,
            int seatsPerEvent,
            long seed) {
        public JsonObject json() {
            return new JsonObject()
                    .put("claimsPerSecond", new JsonArray(claimsPerSecond))
                    .put("stepSeconds", step.toSeconds())
                    .put("warmUpSeconds", warmUp.toSeconds())
                    .put("readsPerClaim", readsPerClaim)
                    .put("contested", contested)
                    .put("confirmed", confirmed)
                    .put("buyers", buyers)
                    .put("events", events)
                    .put("seatsPerEvent", seatsPerEvent)
                    .put("seed", seed);
        }
    }

    private record Wanted(String eventId, String ticketId) {}

    /** One rate's result. */
    public record Step(
            int offeredPerSecond,
            double achievedPerSecond,
            Measured claims,
            Measured confirmations,
            Measured reads,
            long unanswered,
            JsonObject processes) {
        public JsonObject json() {
            return new JsonObject()
                    .put("claimsPerSecondOffered", offeredPerSecond)
                    .put("claimsPerSecondAchieved", achievedPerSecond)
                    .put("claims", claims.json())
                    .put("confirmations", confirmations.json())
                    .put("reads", reads.json())
                    .put("unanswered", unanswered)
                    .put("processes", processes);
        }
    }

    /** Puts the events on sale. */
    public SeatLoad(Target target, Options options) {
        this.target = target;
        this.options = options;
        this.random = new Random(options.seed());
        this.buyers = new People(target, "buyer-", 0, options.buyers());
        String run = Long.toString(System.currentTimeMillis(), 36);
        for (int i = 0; i < options.events(); i++) {
            Hall hall = Hall.open(calls, target, "load-" + run + "-" + i, options.seatsPerEvent(), HOLD_SECONDS);
            eventIds.add(hall.eventId());
            hall.ticketIds().forEach(ticket -> seats.add(new Wanted(hall.eventId(), ticket)));
        }
        Collections.shuffle(seats, random);
    }

    /** Seats this run needs at most; fewer, and its last claims find nothing left. */
    public static long seatsNeeded(Options options) {
        double claims = options.claimsPerSecond().get(0) * options.warmUp().toMillis() / 1000.0
                + options.claimsPerSecond().stream().mapToInt(Integer::intValue).sum()
                        * options.step().toMillis()
                        / 1000.0;
        return (long) Math.ceil(claims * (1 - options.contested()));
    }

    public void warmUp() throws InterruptedException {
        run(options.claimsPerSecond().get(0), options.warmUp());
    }

    public Step step(int claimsPerSecond) throws InterruptedException {
        return run(claimsPerSecond, options.step());
    }

    /** Seats that two people were told are theirs. Anything but 0 is a broken promise. */
    public long givenTwice() {
        return givenTwice;
    }

    private Step run(int claimsPerSecond, Duration lasting) throws InterruptedException {
        var claims = new Measured();
        var confirmations = new Measured();
        var reads = new Measured();
        var use = new ProcessUse(target.processes());
        long started = System.nanoTime();
        long[] lastAnswer = {started};
        double perSecond = claimsPerSecond * (1 + options.readsPerClaim());
        double claimShare = 1 / (1 + options.readsPerClaim());
        double[] due = {0};
        long unanswered = new OpenLoop(vertx, perSecond, lasting, (intended, whenAnswered) -> {
                    due[0] += claimShare;
                    if (due[0] >= 1) {
                        due[0] -= 1;
                        claim(intended, claims, confirmations, whenAnswered, lastAnswer);
                    } else {
                        look(intended, reads, whenAnswered);
                    }
                })
                .run();
        double seconds = Math.max(lasting.toNanos(), lastAnswer[0] - started) / 1e9;
        return new Step(
                claimsPerSecond, claims.count() / seconds, claims, confirmations, reads, unanswered, use.json());
    }

    private void claim(
            long intended, Measured claims, Measured confirmations, Runnable whenAnswered, long[] lastAnswer) {
        Wanted wanted = wanted();
        Map<String, String> headers = buyers.headers();
        Buffer body = new JsonObject()
                .put("ticketIds", new JsonArray().add(wanted.ticketId()))
                .toBuffer();
        calls.send(HttpMethod.POST, target.ingestPort(), "/bookings/" + wanted.eventId(), headers, body)
                .onComplete(answer -> lastAnswer[0] = System.nanoTime())
                .onSuccess(answer -> {
                    if (answer.status() == 201 && !given.add(wanted)) {
                        givenTwice++;
                    }
                })
                .compose(answer -> measured(intended, claims, answer), failed -> failed(intended, claims, failed))
                .compose(answer -> answer.status() == 201 && random.nextDouble() < options.confirmed()
                        ? confirm(answer, headers, confirmations)
                        : Future.succeededFuture(answer))
                .onComplete(done -> whenAnswered.run());
    }

    private Future<Answer> confirm(Answer held, Map<String, String> headers, Measured confirmations) {
        long began = System.nanoTime();
        var own = new java.util.HashMap<>(headers);
        own.put("Idempotency-Key", "confirm-" + headers.get("Idempotency-Key"));
        String path = "/bookings/" + held.json().getString("bookingId") + "/payment";
        return calls.send(HttpMethod.POST, target.ingestPort(), path, own, new JsonObject().toBuffer())
                .compose(
                        answer -> measured(began, confirmations, answer),
                        failed -> failed(began, confirmations, failed));
    }

    private void look(long intended, Measured reads, Runnable whenAnswered) {
        String path = "/events/" + eventIds.get(random.nextInt(eventIds.size()));
        path += random.nextBoolean() ? "/seatmap" : "?view=summary";
        calls.send(HttpMethod.GET, target.servingPort(), path, Map.of("Accept-Encoding", "gzip"), Buffer.buffer())
                .compose(answer -> measured(intended, reads, answer), failed -> failed(intended, reads, failed))
                .onComplete(done -> whenAnswered.run());
    }

    private Wanted wanted() {
        if (nextSeat > 0 && (nextSeat == seats.size() || random.nextDouble() < options.contested())) {
            return seats.get(random.nextInt(nextSeat));
        }
        return seats.get(nextSeat++);
    }

    private static Future<Answer> measured(long since, Measured kind, Answer answer) {
        kind.add(System.nanoTime() - since, answer.words());
        return Future.succeededFuture(answer);
    }

    private static Future<Answer> failed(long since, Measured kind, Throwable failure) {
        kind.add(System.nanoTime() - since, failure.getClass().getSimpleName());
        return Future.failedFuture(failure);
    }

    @Override
    public void close() {
        calls.close();
        vertx.close().await();
    }
}
