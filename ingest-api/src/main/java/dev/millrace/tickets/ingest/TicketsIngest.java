package dev.millrace.tickets.ingest;

import dev.millrace.ingest.CommandDesk;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.StateClient;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;

/** Everything tickets bring to ingest. */
public final class TicketsIngest {
    /** Command topics that the routes write to. */
    public static final List<TopicSpec<?>> TOPICS =
            List.of(TicketsTopics.SEAT_COMMANDS, TicketsTopics.CATALOGUE_COMMANDS);

    private final CommandDesk desk;
    private final StateClient state;
    private final Vertx vertx;
    private final TicketsSettings settings;
    private final InstantSource clock;

    public TicketsIngest(
            CommandDesk desk, StateClient state, Vertx vertx, TicketsSettings settings, InstantSource clock) {
        this.desk = desk;
        this.state = state;
        this.vertx = vertx;
        this.settings = settings;
        this.clock = clock;
    }

    public void addTo(CommandRoutes routes) {
        new BookingRoutes(desk, clock).addTo(routes);
        new CatalogueRoutes(desk).addTo(routes);
        new EventRoutes(desk, new OwnedCatalogue(state, vertx), settings).addTo(routes);
    }
}
