package dev.millrace.tickets.standalone.onsale;

import dev.millrace.load.OpenLoop;
import dev.millrace.standalone.trial.CallFigures;
import dev.millrace.standalone.trial.Desk;
import dev.millrace.standalone.trial.Desk.Reply;
import dev.millrace.standalone.trial.Person;
import dev.millrace.tickets.standalone.history.Observations;
import dev.millrace.tickets.standalone.history.SeatMapRead;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The people of a sale, buyers and those who only look, each coming when the plan says so whatever happened to those
 * before. Everything runs on one event loop.
 */
final class Sale {
    /** How long after the last arrival buyers go on trying. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    /** What somebody's last try takes at most who has just enough patience for it. */
    private static final Duration LAST_TRY = Duration.ofSeconds(20);

    /** Part of all buyers that comes in the first tenth of the time. */
    private static final double BURST = 0.4;
    /** What a buyer writes on average, as measured: first wishes, second ones, confirmations and oddities. */
    private static final double WRITES_PER_BUYER = 2.6;

    private final Vertx vertx;
    private final Desk desk;
    private final Desk window;
    private final CallFigures<SaleCall> figures;
    private final SaleOptions options;
    private final List<SaleEvent> events;
    private final List<Person> people;
    private final Observations seen;
    private final Map<String, String> heard = new HashMap<>();
    private final Map<String, String> etags = new HashMap<>();
    private final Random readers;
    private final long startedNanos = System.nanoTime();

    /**
     * @param desk where buyers call
     * @param window where those call who only look
     */
    Sale(
            Vertx vertx,
            Desk desk,
            Desk window,
            CallFigures<SaleCall> figures,
            SaleOptions options,
            List<SaleEvent> events,
            List<Person> people,
            Observations seen) {
        this.vertx = vertx;
        this.desk = desk;
        this.window = window;
        this.figures = figures;
        this.options = options;
        this.events = events;
        this.people = people;
        this.seen = seen;
        this.readers = new Random(options.seed() + 1);
    }

    Vertx vertx() {
        return vertx;
    }

    Desk desk() {
        return desk;
    }

    CallFigures<SaleCall> figures() {
        return figures;
    }

    /** Runs to the last buyer's leaving. Returns how many never left. */
    long run() throws InterruptedException {
        Random choices = new Random(options.seed());
        long[] arrivals = arrivals(choices);
        int[] next = {0};
        OpenLoop buyers = new OpenLoop(
                vertx, arrivals, options.lasting().plus(PATIENCE).plus(LAST_TRY), (intended, whenAnswered) -> {
                    figures.begunLate(System.nanoTime() - intended);
                    Person person = people.get(next[0]++);
                    Random own = new Random(choices.nextLong());
                    new Buyer(this, person, events.get(popularEvent(own)), own)
                            .buy(intended)
                            .onComplete(left -> whenAnswered.run());
                });
        double readsPerSecond = WRITES_PER_BUYER
                * options.buyers()
                * options.readsPerWrite()
                / options.lasting().toSeconds();
        Thread looking = new Thread(() -> look(readsPerSecond), "readers");
        if (options.readsPerWrite() > 0) {
            looking.start();
        }
        long stayed = buyers.run();
        looking.join();
        return stayed;
    }

    private void look(double perSecond) {
        try {
            new OpenLoop(vertx, perSecond, options.lasting(), this::read).run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** When each buyer comes: a crowd at once, then fewer and fewer. */
    private long[] arrivals(Random choices) {
        double lasting = options.lasting().toNanos();
        return choices.doubles(options.buyers())
                .map(at -> at < BURST ? at / BURST * 0.1 : 0.1 + 0.9 * tail((at - BURST) / (1 - BURST)))
                .mapToLong(part -> (long) (part * lasting))
                .sorted()
                .toArray();
    }

    /** An exponential that has fallen to a tenth at the end, as a part of the time. */
    private static double tail(double uniform) {
        return -Math.log(1 - uniform * 0.9) / Math.log(10);
    }

    /** Half of all people want the first event. */
    private int popularEvent(Random random) {
        int event = 0;
        while (event < events.size() - 1 && random.nextBoolean()) {
            event++;
        }
        return event;
    }

    private void read(long intendedNanos, Runnable whenAnswered) {
        SaleEvent event = events.get(popularEvent(readers));
        if (readers.nextInt(10) < 7) {
            String position = readers.nextInt(10) == 0 ? heard.get(event.eventId()) : null;
            map(window, event, position, intendedNanos).onComplete(read -> whenAnswered.run());
        } else {
            String path = "/events/" + event.eventId() + "?view=summary";
            window.look(path, Map.of())
                    .onSuccess(reply -> count(SaleCall.EVENT, intendedNanos, reply))
                    .onComplete(read -> whenAnswered.run());
        }
    }

    private Future<Reply> map(Desk at, SaleEvent event, @Nullable String position, long sinceNanos) {
        Map<String, String> headers = new HashMap<>();
        String etag = readers.nextBoolean() ? etags.get(event.eventId()) : null;
        if (etag != null) {
            headers.put("If-None-Match", etag);
        }
        if (position != null) {
            headers.put("Millrace-Position", position);
        }
        return at.look("/events/" + event.eventId() + "/seatmap", headers).onSuccess(reply -> {
            count(SaleCall.MAP, sinceNanos, reply);
            if (reply.status() == 200) {
                saw(event, position, reply);
            }
        });
    }

    private void saw(SaleEvent event, @Nullable String position, Reply reply) {
        String etag = reply.header("ETag");
        if (etag != null) {
            etags.put(event.eventId(), etag);
        }
        var map = reply.json();
        seen.saw(new SeatMapRead(
                event.eventId(), position, reply.position(), map.getLong("seatMapVersion"), map.getString("statuses")));
    }

    private void count(SaleCall kind, long sinceNanos, Reply reply) {
        boolean good = reply.status() == 200 || reply.status() == 304;
        figures.done(kind, sinceNanos, reply.words(), good);
        if (reply.header("Age") != null) {
            figures.aged();
        }
    }

    /** A buyer looks at an event's map, again until it can be had; completes with one letter for each seat. */
    Future<String> lookAtMap(SaleEvent event, @Nullable String position) {
        return map(desk, event, position, System.nanoTime()).compose(reply -> {
            if (reply.status() == 200) {
                return Future.succeededFuture(reply.json().getString("statuses"));
            }
            if (!isPatient()) {
                return Future.succeededFuture("");
            }
            return vertx.timer(500, TimeUnit.MILLISECONDS).compose(waited -> lookAtMap(event, position));
        });
    }

    /** A position that somebody was told for this event; others look with it too. */
    void heard(SaleEvent event, @Nullable String position) {
        if (position != null) {
            heard.put(event.eventId(), position);
        }
    }

    /** Whether buyers would still try again. */
    boolean isPatient() {
        return System.nanoTime() - startedNanos
                < options.lasting().plus(PATIENCE).toNanos();
    }

    /** Whether people still come in so many milliseconds. */
    boolean goesOnFor(long millis) {
        return System.nanoTime() - startedNanos + millis * 1_000_000
                < options.lasting().toNanos();
    }
}
