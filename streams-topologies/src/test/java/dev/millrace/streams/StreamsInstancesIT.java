package dev.millrace.streams;

import static dev.millrace.tickets.rules.Commands.EVENT;
import static dev.millrace.tickets.rules.Commands.bookingOf;
import static dev.millrace.tickets.rules.Commands.confirm;
import static dev.millrace.tickets.rules.Commands.define;
import static dev.millrace.tickets.rules.Commands.event;
import static dev.millrace.tickets.rules.Commands.hold;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.streams.StreamsRig.Instance;
import dev.millrace.tickets.rules.Commands;
import dev.millrace.tickets.topics.BookingIds;
import dev.millrace.tickets.topics.TicketsQueries;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.BookingView;
import dev.millrace.tickets.topics.v1.CatalogueCommand;
import dev.millrace.tickets.topics.v1.EventView;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatMapView;
import dev.millrace.tickets.topics.v1.SeatRefusalReason;
import dev.millrace.tickets.topics.v1.Venue;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Owners;
import dev.millrace.topics.SpineQueries;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.v1.Account;
import dev.millrace.topics.v1.AccountCommand;
import dev.millrace.topics.v1.CloseAccount;
import dev.millrace.topics.v1.PartitionMap.Held;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateAnswer.Status;
import dev.millrace.topics.v1.StateQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsInstancesIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path data;

    @Test
    void claimsAreDecidedAndAskedForAndGoOnWhenAnInstanceIsGone() throws Exception {
        try (StreamsRig rig = new StreamsRig(data)) {
            Instance first = rig.start(1);
            await().atMost(SOON).until(() -> rig.get(first, "/readyz").contains("waiting for the topics"));
            rig.makeTopics();
            StreamsRig.awaitReady(first);

            claimsAndQuestions(rig, first);
            catalogue(rig, first);
            account(rig, first);
            unreadable(rig);
            reminder(rig, first);

            Instance second = rig.start(2);
            StreamsRig.awaitReady(second);
            await().atMost(SOON)
                    .until(() -> rig.map(first).getHeldList().stream()
                            .filter(held -> held.getLog().equals("seats"))
                            .allMatch(held -> !held.getActive().isEmpty() && held.getStandbysCount() == 1));
            standby(rig, first, second);

            Instance owner = ownerOf(rig, first, first, second);
            Instance other = owner.equals(first) ? second : first;
            owner.role().close();

            assertThat(rig.send(hold("dan", "1", "A-1-4")).getBooking().getStatus())
                    .isEqualTo(BookingStatus.BOOKING_RESERVED);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(ask(rig, other, TicketsQueries.SEAT_MAP, EVENT, EVENT)
                                    .getStatus())
                            .isEqualTo(Status.FOUND));
            assertThat(rig.send(hold("ann", "1", "A-1-1")).getBooking().getBookingId())
                    .isEqualTo(bookingOf("ann", "1"));
            assertThat(statuses(rig, other)).isEqualTo("RAARAAAS");
            other.role().close();
        }
    }

    private static void claimsAndQuestions(StreamsRig rig, Instance instance) throws Exception {
        assertThat(rig.send(define("d", event())).getEvent().getSeats()).isEqualTo(8);
        SeatCommand held = hold("ann", "1", "A-1-1");
        assertThat(rig.send(held).getBooking().getStatus()).isEqualTo(BookingStatus.BOOKING_RESERVED);
        Position position = rig.replyTo(held).getPosition();
        assertThat(rig.send(hold("bob", "1", "A-1-1")).getRefused().getReason())
                .isEqualTo(SeatRefusalReason.SEAT_TAKEN);
        rig.send(hold("cem", "1", "A-2-4"));
        rig.send(confirm("cem", "2", bookingOf("cem", "1")));

        StateAnswer found = ask(rig, instance, TicketsQueries.BOOKING, EVENT, bookingOf("ann", "1"));
        assertThat(BookingView.parseFrom(found.getValue()).getBooking().getUserId())
                .isEqualTo("ann");
        assertThat(found.getPosition().getOffset()).isGreaterThanOrEqualTo(position.getOffset());
        assertThat(found.getStandby()).isFalse();
        StateAnswer refused = ask(rig, instance, TicketsQueries.BOOKING, EVENT, bookingOf("bob", "1"));
        assertThat(BookingView.parseFrom(refused.getValue()).getRefused().getReason())
                .isEqualTo(SeatRefusalReason.SEAT_TAKEN);
        assertThat(ask(rig, instance, TicketsQueries.BOOKING, EVENT, bookingOf("nobody", "1"))
                        .getStatus())
                .isEqualTo(Status.NOT_FOUND);
        assertThat(ask(rig, instance, TicketsQueries.EVENT, "no-such-event", "no-such-event")
                        .getStatus())
                .isEqualTo(Status.NOT_FOUND);
        assertThat(ask(rig, instance, "tickets.weather", EVENT, EVENT).getStatus())
                .isEqualTo(Status.UNKNOWN_QUERY);
        EventView view = EventView.parseFrom(
                ask(rig, instance, TicketsQueries.EVENT, EVENT, EVENT).getValue());
        assertThat(view.getEvent().getTitle()).isEqualTo("Spring gala");
        assertThat(view.getSeatMap().getStatuses().toStringUtf8()).isEqualTo("RAAAAAAS");

        StateQuery ahead = StateQuery.newBuilder()
                .setName(TicketsQueries.SEAT_MAP)
                .setOwner(EVENT)
                .setAtLeast(position.toBuilder().setOffset(1_000_000))
                .setWaitMillis(100)
                .build();
        assertThat(rig.ask(instance, ahead).getStatus()).isEqualTo(Status.NOT_YET);
        assertThat(rig.map(instance).getHeldList().stream()
                        .collect(Collectors.groupingBy(Held::getLog, Collectors.counting())))
                .isEqualTo(Map.of(
                        "seats",
                        8L,
                        "catalogue",
                        8L,
                        "accounts",
                        8L,
                        "posts",
                        8L,
                        "follows",
                        8L,
                        "audience",
                        8L,
                        "timelines",
                        8L,
                        "namespaces",
                        8L));
        assertThat(rig.get(instance, "/metrics"))
                .contains("millrace_refusals_total{log=\"seats\",reason=\"SEAT_TAKEN\"")
                .contains("millrace_decisions_seconds_count{log=\"seats\"")
                .doesNotContain("client_id");
    }

    private static void catalogue(StreamsRig rig, Instance instance) throws Exception {
        CatalogueCommand.Builder define = CatalogueCommand.newBuilder()
                .setDefineVenue(Venue.newBuilder().setVenueId("hall").setName("Hall"));
        define.getMetaBuilder().setCommandId(CommandId.random().bytes());

        assertThat(rig.send("venue/hall", define.build()).getAcceptedVersion()).isEqualTo(1);
        assertThat(rig.send("venue/hall", define.build()).getAcceptedVersion()).isEqualTo(1);

        StateAnswer venue = ask(rig, instance, TicketsQueries.VENUE, "venue/hall", "venue/hall");
        assertThat(Venue.parseFrom(venue.getValue()).getVersion()).isEqualTo(1);
    }

    private static void account(StreamsRig rig, Instance instance) throws Exception {
        AccountCommand.Builder close =
                AccountCommand.newBuilder().setUserId("ann").setCloseAccount(CloseAccount.getDefaultInstance());
        close.getMetaBuilder().setCommandId(CommandId.random().bytes());

        Account closed = rig.send(close.build()).getAccepted();

        assertThat(closed.getClosed()).isTrue();
        assertThat(Account.parseFrom(
                        ask(rig, instance, SpineQueries.ACCOUNT, "ann", "ann").getValue()))
                .isEqualTo(closed);
    }

    /** The unreadable record is the partition's last: questions must not wait for it to be decided. */
    private static void unreadable(StreamsRig rig) throws Exception {
        try (var producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", rig.bootstrap()),
                        new StringSerializer(),
                        new ByteArraySerializer());
                var letters = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", rig.bootstrap(), "isolation.level", "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            producer.send(new ProducerRecord<>(
                            TicketsTopics.SEAT_COMMANDS.name(), Owners.partitionOf(EVENT, 8), EVENT, new byte[] {7}))
                    .get();
            TopicPartition all = new TopicPartition(SpineTopics.DEAD_LETTERS.name(), 0);
            letters.assign(List.of(all));
            letters.seekToBeginning(List.of(all));
            await().atMost(SOON).untilAsserted(() -> {
                for (ConsumerRecord<byte[], byte[]> letter : letters.poll(Duration.ofMillis(200))) {
                    assertThat(new String(
                                    letter.headers()
                                            .lastHeader("__streams.errors.message")
                                            .value(),
                                    UTF_8))
                            .contains("wire version 7");
                    return;
                }
                throw new AssertionError("no dead letter");
            });
        }
    }

    private static void reminder(StreamsRig rig, Instance instance) throws Exception {
        String other = "short-holds";
        rig.send(define(
                "s", event().toBuilder().setEventId(other).setHoldSeconds(1).build()));
        SeatCommand held =
                hold("ann", "9", "A-1-1").toBuilder().setEventId(other).build();
        rig.send(held);
        String bookingId = BookingIds.of(other, Commands.id("ann", "9"));

        await().atMost(SOON).untilAsserted(() -> {
            StateAnswer answer = ask(rig, instance, TicketsQueries.BOOKING, other, bookingId);
            assertThat(BookingView.parseFrom(answer.getValue()).getBooking().getStatus())
                    .isEqualTo(BookingStatus.BOOKING_LAPSED);
        });
        assertThat(ask(rig, instance, TicketsQueries.BOOKING, EVENT, bookingOf("nobody", "1"))
                        .getStatus())
                .isEqualTo(Status.NOT_FOUND);
    }

    private static void standby(StreamsRig rig, Instance first, Instance second) throws Exception {
        Instance standby = ownerOf(rig, first, first, second).equals(first) ? second : first;
        StateQuery query = StateQuery.newBuilder()
                .setName(TicketsQueries.SEAT_MAP)
                .setOwner(EVENT)
                .setKey(EVENT)
                .build();
        assertThat(rig.ask(standby, query).getStatus()).isEqualTo(Status.NOT_HELD);
        await().atMost(SOON).untilAsserted(() -> {
            StateAnswer answer =
                    rig.ask(standby, query.toBuilder().setStandbyOk(true).build());
            assertThat(answer.getStatus()).isEqualTo(Status.FOUND);
            assertThat(answer.getStandby()).isTrue();
            assertThat(answer.getAgeMillis()).isLessThan(5_000);
            assertThat(SeatMapView.parseFrom(answer.getValue()).getStatuses().toStringUtf8())
                    .isEqualTo("RAAAAAAS");
        });
    }

    private static Instance ownerOf(StreamsRig rig, Instance asked, Instance... instances) throws Exception {
        int partition = Owners.partitionOf(EVENT, 8);
        Held held = rig.map(asked).getHeldList().stream()
                .filter(h -> h.getLog().equals("seats") && h.getPartition() == partition)
                .findFirst()
                .orElseThrow();
        for (Instance instance : instances) {
            if (held.getActive().endsWith(":" + instance.port())) {
                return instance;
            }
        }
        throw new AssertionError("nobody owns " + EVENT + ": " + held);
    }

    private static String statuses(StreamsRig rig, Instance instance) throws Exception {
        StateAnswer answer = ask(rig, instance, TicketsQueries.SEAT_MAP, EVENT, EVENT);
        return SeatMapView.parseFrom(answer.getValue()).getStatuses().toStringUtf8();
    }

    private static StateAnswer ask(StreamsRig rig, Instance instance, String name, String owner, String key)
            throws Exception {
        return rig.ask(
                instance,
                StateQuery.newBuilder()
                        .setName(name)
                        .setOwner(owner)
                        .setKey(key)
                        .setStandbyOk(false)
                        .build());
    }
}
