package dev.millrace.tickets.standalone.onsale;

import dev.millrace.load.Calls;
import dev.millrace.standalone.Pause;
import dev.millrace.tickets.standalone.history.HistoryCheck;
import dev.millrace.tickets.standalone.history.Observations;
import dev.millrace.tickets.standalone.history.Verdict;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private final SaleFigures figures = new SaleFigures();

    /**
     * What it came to.
     *
     * @param table for people
     */
    public record Result(String table, Verdict verdict) {}

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
        try (Calls calls = new Calls(vertx, CONNECTIONS, ANSWER_WITHIN)) {
            if (!options.rehearsal().isZero()) {
                rehearse(vertx, calls);
            }
            List<SaleEvent> events = open(calls);
            SaleDesk desk = new SaleDesk(calls, system.port(), seen);
            Faults faults = new Faults(system, Fault.plan(options.kills(), options.lasting()), options.seed());
            Sale sale = new Sale(vertx, desk, figures, options, events, people(), seen);
            long timer = vertx.setPeriodic(PROGRESS_EVERY.toMillis(), now -> progress.accept(line(faults)));
            faults.start();
            long stayed = sale.run();
            faults.finish();
            vertx.cancelTimer(timer);
            Set<String> eventIds = events.stream().map(SaleEvent::eventId).collect(Collectors.toSet());
            Verdict verdict = check(eventIds, seen);
            return new Result(SaleTable.of(figures, faults.struck(), stayed, options), verdict);
        } finally {
            vertx.close().await();
        }
    }

    private void rehearse(Vertx vertx, Calls calls) throws InterruptedException {
        progress.accept("rehearsing for " + options.rehearsal().toSeconds() + " s");
        Observations unused = new Observations();
        SaleDesk desk = new SaleDesk(calls, system.port(), unused);
        var left = new Sale(vertx, desk, new SaleFigures(), options.ofRehearsal(), open(calls), people(), unused).run();
        progress.accept(left == 0 ? "rehearsed" : "rehearsed; " + left + " people never got an answer");
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
