package dev.millrace.tickets.serving;

import dev.millrace.serving.CommittedTail;
import dev.millrace.serving.DatabaseWork;
import dev.millrace.serving.LogProgress;
import dev.millrace.serving.Projection;
import dev.millrace.serving.ProjectorOffsets;
import dev.millrace.serving.ServingParts;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.http.Settings;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Tickets in this layer: its reads and sockets, and its projections. */
public final class TicketsServing implements AutoCloseable {
    private static final Duration LOOK_AFTER_EVERY = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final LiveSockets live;
    private final List<Long> timers;

    private TicketsServing(Vertx vertx, LiveSockets live, List<Long> timers) {
        this.vertx = vertx;
        this.live = live;
        this.timers = timers;
    }

    /** @param seatMapBytesMax memory for the seat maps of events nobody watches live */
    public record Config(long seatMapBytesMax, LiveSettings live) {
        public static Config from(Settings s) {
            return new Config(
                    s.whole(
                            "seatmaps.bytes.max",
                            256L << 20,
                            1L << 20,
                            1L << 40,
                            "memory for seat maps; those watched live stay beyond it"),
                    LiveSettings.from(s));
        }
    }

    /** What is carried into PostgreSQL. */
    public static List<Projection> projections() {
        return List.of(new LedgerProjection(), new EventProjection());
    }

    /** Adds all reads of tickets to the server; closing ends the live sockets. */
    public static TicketsServing serve(ServingParts parts, Config config) {
        Vertx vertx = parts.server().vertx();
        LogProgress progress = new LogProgress(vertx, Set.of(TicketsTopics.SEATS));
        FreshBookings fresh = new FreshBookings();
        SeatMaps maps = new SeatMaps(vertx, parts.state(), progress, parts.positionWait(), config.seatMapBytesMax());
        LiveSockets live = new LiveSockets(
                vertx, maps, parts.identities(), config.live(), parts.server().metrics());
        // Seat maps last: they tell the progress that readers of all wait for.
        CommittedTail<SeatFact> tail = parts.tails().follow(TicketsTopics.SEAT_FACTS, List.of(fresh, maps));
        Freshness freshness = new Freshness(parts.clock(), tail::caughtUpAtMillis);

        Router router = parts.server().router();
        new SearchRoutes(vertx, parts.database(), parts.positionWait()).addTo(router);
        live.addTo(router);
        new EventRoutes(vertx, maps, freshness).addTo(router);
        new BookingRoutes(
                        parts.identities(),
                        parts.state(),
                        parts.database(),
                        fresh,
                        progress,
                        parts.cursors(),
                        freshness,
                        parts.positionWait(),
                        tail::partitions,
                        parts.clock())
                .addTo(router);

        long owners = vertx.setPeriodic(
                0,
                LOOK_AFTER_EVERY.toMillis(),
                fired -> parts.state().refresh().onSuccess(heard -> freshness.ownersHeard()));
        long ledger = vertx.setPeriodic(
                LOOK_AFTER_EVERY.toMillis(), fired -> forgetWhatTheLedgerHas(parts.database(), fresh));
        return new TicketsServing(vertx, live, List.of(owners, ledger));
    }

    private static void forgetWhatTheLedgerHas(DatabaseWork database, FreshBookings fresh) {
        if (fresh.isEmpty()) {
            return;
        }
        var unused = database.read(connection ->
                        ProjectorOffsets.all(connection, LedgerProjection.NAME, TicketsTopics.SEAT_FACTS.name()))
                .onSuccess(next -> fresh.passed(partition -> next.getOrDefault(partition, 0L)));
    }

    @Override
    public void close() {
        timers.forEach(vertx::cancelTimer);
        live.close();
    }
}
