package dev.millrace.tickets.topics;

import dev.millrace.tickets.topics.v1.CatalogueCommand;
import dev.millrace.tickets.topics.v1.CatalogueFact;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.TopicSpec.Cleanup;
import dev.millrace.topics.TopicSpec.Partitions;
import dev.millrace.topics.TopicSpec.Timestamps;
import dev.millrace.topics.WireSerde;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Topics of tickets. */
public final class TicketsTopics {
    /** Log name of seat commands and facts, as in positions. */
    public static final String SEATS = "seats";
    /** Log name of venue and performer definitions, as in positions. */
    public static final String CATALOGUE = "catalogue";

    /** A 100,000-seat event's definition takes about 100 KB; this leaves room for hand-drawn rows. */
    private static final int DEFINITION_BYTES_MAX = 4 * 1024 * 1024;

    private static final Partitions OWNERS = new Partitions(64, 8);

    public static final TopicSpec<SeatCommand> SEAT_COMMANDS = new TopicSpec<>(
            "tickets.seat-commands",
            SEATS,
            "event id",
            WireSerde.of(SeatCommand.getDefaultInstance()),
            SeatCommand.class,
            true,
            OWNERS,
            Optional.of(Duration.ofDays(30)),
            Cleanup.DELETE,
            Timestamps.LOG_APPEND_TIME,
            DEFINITION_BYTES_MAX,
            "Everything the owner of an event decides on, in the order it decides. The broker's time is the decision's.");

    public static final TopicSpec<SeatFact> SEAT_FACTS = new TopicSpec<>(
            "tickets.seat-facts",
            SEATS,
            "event id",
            WireSerde.of(SeatFact.getDefaultInstance()),
            SeatFact.class,
            true,
            OWNERS,
            Optional.empty(),
            Cleanup.DELETE,
            Timestamps.LOG_APPEND_TIME,
            DEFINITION_BYTES_MAX,
            "What was decided: the source of the ledger, the live seat map and every other view.");

    public static final TopicSpec<CatalogueCommand> CATALOGUE_COMMANDS = new TopicSpec<>(
            "tickets.catalogue-commands",
            CATALOGUE,
            "venue/<id> or performer/<id>",
            WireSerde.of(CatalogueCommand.getDefaultInstance()),
            CatalogueCommand.class,
            true,
            OWNERS,
            Optional.of(Duration.ofDays(30)),
            Cleanup.DELETE,
            Timestamps.LOG_APPEND_TIME,
            DEFINITION_BYTES_MAX,
            "Definitions of venues and performers, for their owner to number and accept.");

    public static final TopicSpec<CatalogueFact> CATALOGUE_FACTS = new TopicSpec<>(
            "tickets.catalogue-facts",
            CATALOGUE,
            "venue/<id> or performer/<id>",
            WireSerde.of(CatalogueFact.getDefaultInstance()),
            CatalogueFact.class,
            true,
            OWNERS,
            Optional.empty(),
            Cleanup.COMPACT,
            Timestamps.LOG_APPEND_TIME,
            DEFINITION_BYTES_MAX,
            "The newest definition of each venue and performer.");

    public static final List<TopicSpec<?>> ALL =
            List.of(SEAT_COMMANDS, SEAT_FACTS, CATALOGUE_COMMANDS, CATALOGUE_FACTS);

    private TicketsTopics() {}
}
