package dev.millrace.tickets.standalone.onsale;

import dev.millrace.load.Calls;
import dev.millrace.standalone.Pause;
import dev.millrace.standalone.history.Verdict;
import dev.millrace.standalone.trial.CallFigures;
import dev.millrace.standalone.trial.Desk;
import dev.millrace.standalone.trial.Fault;
import dev.millrace.standalone.trial.Faults;
import dev.millrace.standalone.trial.Harm;
import dev.millrace.standalone.trial.Person;
import dev.millrace.tickets.standalone.history.HistoryCheck;
import dev.millrace.tickets.standalone.history.Observations;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A whole on-sale over HTTP against a running system: a crowd of buyers and a hundred times as many looks, faults in
 * between, and at the end a verdict on everything that was decided, answered and shown.
 */
public final class OnSale {
    private static final int CONNECTIONS = 128;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    /** Hold seconds of the events, as wished: short ones lapse within the sale. */
    private static final int[] HOLD_SECONDS = {600, 15, 60, 15};

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

    private final SaleSystem system;
    private final SaleOptions options;
    private final Consumer<String> progress;
    private final CallFigures<SaleCall> figures = new CallFigures<>(SaleCall.class);

    /**
     * What it came to.
     *
     * @param table for people
     * @param harm of every fault that happened, in their order
     * @param readAnswers how many reads had which final answer, such as "503 STATE_UNAVAILABLE"
     * @param stayed buyers who never came to an end
     */
    public record Result(String table, List<Harm> harm, Map<String, Long> readAnswers, long stayed, Verdict verdict) {
        public Result {
            harm = List.copyOf(harm);
            readAnswers = Map.copyOf(readAnswers);
        }
    }

    /** @param progress told every second how things stand, in one line */
    public OnSale(SaleSystem system, SaleOptions options, Consumer<String> progress) {
        this.system = system;
        this.options = options;
        this.progress = progress;
    }

    /** Plays the sale and checks it. */
    public Result run() throws InterruptedException, SQLException {
        Observations seen = new Observations();
        Vertx vertx = Calls.vertx();
        // Of their own, as people have: else buyers would wait in here for the answers to those who only look.
        try (Calls buyers = new Calls(vertx, CONNECTIONS, ANSWER_WITHIN);
                Calls lookers = new Calls(vertx, CONNECTIONS, ANSWER_WITHIN)) {
            if (!options.rehearsal().isZero()) {
                rehearse(vertx, buyers, lookers);
            }
            List<SaleEvent> events = open(buyers);
            Faults faults = new Faults(
                    system.children(),
                    Fault.plan(options.kills(), options.killsApart(), options.lasting()),
                    options.seed());
            Sale sale = sale(vertx, buyers, lookers, figures, options, events, seen);
            long timer = vertx.setPeriodic(PROGRESS_EVERY.toMillis(), now -> progress.accept(line(faults)));
            faults.start();
            long stayed = sale.run();
            faults.finish();
            vertx.cancelTimer(timer);
            Set<String> eventIds = events.stream().map(SaleEvent::eventId).collect(Collectors.toSet());
            Verdict verdict = check(eventIds, seen);
            List<Harm> harm = faults.struck().stream()
                    .map(struck -> Harm.of(struck, figures))
                    .toList();
            return new Result(
                    SaleTable.of(figures, harm, stayed, options), harm, figures.readAnswers(), stayed, verdict);
        } finally {
            vertx.close().await();
        }
    }

    private void rehearse(Vertx vertx, Calls buyers, Calls lookers) throws InterruptedException {
        progress.accept("rehearsing for " + options.rehearsal().toSeconds() + " s");
        Observations unused = new Observations();
        long left = sale(
                        vertx,
                        buyers,
                        lookers,
                        new CallFigures<>(SaleCall.class),
                        options.ofRehearsal(),
                        open(buyers),
                        unused)
                .run();
        progress.accept(left == 0 ? "rehearsed" : "rehearsed; " + left + " people never got an answer");
    }

    private Sale sale(
            Vertx vertx,
            Calls buyers,
            Calls lookers,
            CallFigures<SaleCall> counted,
            SaleOptions played,
            List<SaleEvent> events,
            Observations seen) {
        Desk desk = new Desk(buyers, system.port(), seen::called);
        Desk window = new Desk(lookers, system.port(), seen::called);
        return new Sale(vertx, desk, window, counted, played, events, people(), seen);
    }

    private List<SaleEvent> open(Calls calls) {
        String organiser = system.issuer().token("organiser", true);
        String run = Long.toString(System.currentTimeMillis(), 36);
        List<SaleEvent> events = new ArrayList<>();
        for (int i = 0; i < HOLD_SECONDS.length; i++) {
            events.add(SaleEvent.open(calls, system.port(), organiser, "sale-" + run + "-" + i, HOLD_SECONDS[i]));
        }
        return events;
    }

    private List<Person> people() {
        return IntStream.range(0, options.buyers())
                .parallel()
                .mapToObj(i -> "fan-" + i)
                .map(name -> new Person(name, system.issuer().token(name, false)))
                .toList();
    }

    private String line(Faults faults) {
        return String.format(
                "%,d writes decided, %,d reads, %,d tried again, %d faults",
                figures.count(false),
                figures.count(true),
                figures.retries(),
                faults.struck().size());
    }

    /** Once the ledger has caught up. What is still under way may look like a contradiction, so that is looked at again. */
    private Verdict check(Set<String> eventIds, Observations seen) throws InterruptedException, SQLException {
        long until = System.nanoTime() + options.caughtUpWithin().toNanos();
        while (true) {
            boolean last = System.nanoTime() > until;
            try (Connection database = system.ledger().connect()) {
                boolean caughtUp = HistoryCheck.isCaughtUp(system.bootstrap(), database);
                if (last || caughtUp) {
                    progress.accept("checking");
                    HistoryCheck check = caughtUp
                            ? HistoryCheck.read(system.bootstrap(), database, eventIds)
                            : HistoryCheck.readWhole(system.bootstrap(), database, eventIds);
                    Verdict verdict = check.verdict(seen);
                    if (last || verdict.clean()) {
                        return verdict;
                    }
                }
            } catch (SQLException e) {
                if (last) {
                    throw e;
                }
            }
            Pause.of(LOOK_EVERY);
        }
    }
}
