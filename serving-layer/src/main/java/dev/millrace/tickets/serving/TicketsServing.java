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
    private final List<Long> timers;

    private TicketsServing(Vertx vertx, List<Long> timers) {
        this.vertx = vertx;
        this.timers = timers;
    }

    /**
     * @param seatMapBytesMax memory for the seat maps of events nobody watches live
     * @param batch how long changes are collected before they are sent
     */
    public record Config(long seatMapBytesMax, Duration batch) {
        public static Config from(Settings s) {
            return new Config(
                    s.whole(
                            "seatmaps.bytes.max",
                            256L << 20,
                            1L << 20,
                            1L << 40,
                            "memory for seat maps; those watched live stay beyond it"),
                    s.duration(
                            "live.batch",
                            Duration.ofMillis(50),
                            Duration.ofMillis(1),
                            Duration.ofSeconds(5),
                            "how long seat changes are collected before live sockets get them"));
        }
    }

    /** What is carried into PostgreSQL. */
    public static List<Projection> projections() {
        return List.of(new LedgerProjection(), new EventProjection());
    }

    /** Adds all reads and sockets of tickets to the server. */
    public static TicketsServing serve(ServingParts parts, Config config) {
        Vertx vertx = parts.server().vertx();
        LogProgress progress = new LogProgress(vertx, Set.of(TicketsTopics.SEATS));
        FreshBookings fresh = new FreshBookings();
        SeatMaps maps = new SeatMaps(vertx, parts.state(), progress, parts.positionWait(), config.seatMapBytesMax());
        LiveSockets live =
                new LiveSockets(vertx, maps, config.batch(), parts.door().resyncs());
        // Seat maps last: they tell the progress that readers of all wait for.
        CommittedTail<SeatFact> tail = parts.tails().follow(TicketsTopics.SEAT_FACTS, List.of(fresh, maps));
        Freshness freshness = new Freshness(parts.clock(), tail::caughtUpAtMillis);

        Router router = parts.server().router();
        new SearchRoutes(vertx, parts.database(), parts.positionWait()).addTo(router);
        live.addTo(router, parts.door());
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
        return new TicketsServing(vertx, List.of(owners, ledger));
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
    }
}
