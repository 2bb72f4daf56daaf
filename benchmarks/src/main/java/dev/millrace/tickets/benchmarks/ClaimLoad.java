package dev.millrace.tickets.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.benchmarks.People;
import dev.millrace.benchmarks.Target;
import dev.millrace.load.Answered;
import dev.millrace.load.Calls;
import dev.millrace.load.Calls.Answer;
import dev.millrace.load.ClosedLoop;
import dev.millrace.load.Measured;
import dev.millrace.load.OpenLoop;
import dev.millrace.load.ProcessUse;
import dev.millrace.topics.Owners;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Claims of two seats at whoever sells them: as fast as they are decided, or at a fixed rate. */
public final class ClaimLoad implements AutoCloseable {
    private static final int EVENTS = 64;
    private static final int PARTITIONS = 8;
    private static final Duration LEDGER_WITHIN = Duration.ofMinutes(2);
    private static final Duration QUIET_WITHIN = Duration.ofSeconds(60);
    private static final double QUIET_CORES_MAX = 0.25;

    private final Options options;
    private final Vertx vertx = Calls.vertx();
    private final Calls calls;
    private final People buyers;
    private final Random random;
    private final String keys = "k" + Long.toString(System.nanoTime(), 36) + "-";
    private final ClaimReads reads;
    private long nextKey;
    private int nextSale;

    /**
     * What to do.
     *
     * @param connections most that are open, and so most claims on their way
     * @param contested part of the claims that want a seat which was wanted before, 0..1
     * @param seatsPerSecond on sale for each second of a run: twice as many as the claims that are expected
     */
    public record Options(int connections, int buyers, double contested, int seatsPerSecond, long seed) {}

    public ClaimLoad(Target issuer, Options options) {
        this.options = options;
        this.calls = new Calls(vertx, options.connections());
        this.buyers = new People(issuer, "buyer-", 0, options.buyers());
        this.random = new Random(options.seed());
        this.reads = new ClaimReads(vertx, calls);
    }

    public Calls calls() {
        return calls;
    }

    /** So many callers who claim again when they are answered: finds how much is decided. */
    public ClaimRun closed(Contender contender, int callers, Duration lasting) throws InterruptedException {
        return run(
                contender, "closed, " + callers, lasting, call -> new ClosedLoop(vertx, callers, lasting, call).run());
    }

    /** So many claims a second, whatever becomes of them: finds how long they take. */
    public ClaimRun open(Contender contender, int perSecond, Duration lasting) throws InterruptedException {
        return run(contender, perSecond + "/s", lasting, call -> new OpenLoop(vertx, perSecond, lasting, call).run());
    }

    /** Reads of the events last put on sale, seat maps and summaries in turn, as fast as they are answered. */
    public ClaimRun reads(Contender contender, int callers, Duration lasting) throws InterruptedException {
        return reads.run(contender, callers, lasting);
    }

    /** What became of one run's calls. */
    private static final class Tally {
        private final Measured decided = new Measured();
        private final Measured others = new Measured();
        private long shedWithoutHint;
        private long lastAnswerNanos = System.nanoTime();

        void add(long intended, String words) {
            lastAnswerNanos = System.nanoTime();
            (ClaimRun.isDecision(words) ? decided : others).add(lastAnswerNanos - intended, words);
        }
    }

    private interface Loop {
        long drive(OpenLoop.Call call) throws InterruptedException;
    }

    private ClaimRun run(Contender contender, String load, Duration lasting, Loop loop) throws InterruptedException {
        SeatPairs pairs = putOnSale(contender, lasting);
        double background = awaitQuiet(contender);
        var tally = new Tally();
        Map<String, Long> before = contender.bytesWritten();
        var use = new ProcessUse(withGenerator(contender));
        long started = System.nanoTime();
        long unanswered =
                loop.drive((intended, whenAnswered) -> claim(contender, pairs, intended, tally, whenAnswered));
        contender.awaitLedger(LEDGER_WITHIN);
        long ended = System.nanoTime();
        Map<String, Double> processorSeconds = use.processorSeconds();
        return new ClaimRun(
                contender.name(),
                load,
                (ended - started) / 1e9,
                (ended - tally.lastAnswerNanos) / 1e9,
                tally.decided,
                tally.others,
                tally.shedWithoutHint,
                unanswered,
                pairs.givenTwice(),
                pairs.soldOut(),
                background,
                processorSeconds,
                difference(contender.bytesWritten(), before));
    }

    private void claim(Contender contender, SeatPairs pairs, long intended, Tally tally, Runnable whenAnswered) {
        SeatPairs.Wanted wanted = pairs.next();
        calls.send(
                HttpMethod.POST,
                contender.claimPort(),
                wanted.path(),
                buyers.lines(),
                keys + nextKey++,
                wanted.body().getBytes(US_ASCII),
                new Answered() {
                    @Override
                    public void answer(Answer answer) {
                        if (answer.status() == 201) {
                            pairs.give(wanted);
                            contender.accepted(answer);
                        }
                        if (isShed(answer) && answer.header("Retry-After").isEmpty()) {
                            tally.shedWithoutHint++;
                        }
                        end(answer.words());
                    }

                    @Override
                    public void failure(Throwable failure) {
                        end(failure.getClass().getSimpleName());
                    }

                    private void end(String words) {
                        tally.add(intended, words);
                        whenAnswered.run();
                    }
                });
    }

    private static boolean isShed(Answer answer) {
        return answer.status() == 429 || answer.status() == 503;
    }

    /** Events of a run's own, as many on every partition, so that no owner is idle. */
    private SeatPairs putOnSale(Contender contender, Duration lasting) {
        long seats = Math.max(1, lasting.toMillis() * options.seatsPerSecond() / 1000);
        SeatRows rows = SeatRows.of((int) (seats / EVENTS) + 1);
        String sale = "claims-" + Long.toString(System.currentTimeMillis(), 36) + "-" + nextSale++ + "-";
        List<String> eventIds = new ArrayList<>();
        for (int candidate = 0; eventIds.size() < EVENTS; candidate++) {
            String id = sale + candidate;
            if (Owners.partitionOf(id, PARTITIONS) == eventIds.size() % PARTITIONS) {
                eventIds.add(id);
            }
        }
        contender.putOnSale(eventIds, rows);
        reads.of(eventIds);
        return new SeatPairs(eventIds, rows, options.contested(), random);
    }

    /** Waits until nothing is at work from what came before; returns how many cores the processes then use. */
    private static double awaitQuiet(Contender contender) throws InterruptedException {
        long giveUpAt = System.nanoTime() + QUIET_WITHIN.toNanos();
        while (true) {
            var use = new ProcessUse(contender.processes());
            TimeUnit.SECONDS.sleep(1);
            double cores =
                    use.processorSeconds().values().stream().mapToDouble(s -> s).sum();
            if (cores < QUIET_CORES_MAX || System.nanoTime() - giveUpAt > 0) {
                return cores;
            }
        }
    }

    static Map<String, Long> withGenerator(Contender contender) {
        Map<String, Long> all = new TreeMap<>(contender.processes());
        all.put("generator", ProcessHandle.current().pid());
        return all;
    }

    private static Map<String, Long> difference(Map<String, Long> after, Map<String, Long> before) {
        Map<String, Long> difference = new TreeMap<>();
        after.forEach((name, bytes) -> difference.put(name, bytes - before.getOrDefault(name, 0L)));
        return difference;
    }

    @Override
    public void close() {
        calls.close();
        vertx.close().await();
    }
}
