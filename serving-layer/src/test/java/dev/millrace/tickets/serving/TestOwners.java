package dev.millrace.tickets.serving;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.tickets.topics.BookingIds;
import dev.millrace.tickets.topics.TicketsQueries;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.BookingView;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.EventView;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.tickets.topics.v1.SeatMapView;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.Owners;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.StateFrames;
import dev.millrace.topics.v1.Account;
import dev.millrace.topics.v1.AccountFact;
import dev.millrace.topics.v1.PartitionMap;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Stands in for the streams instances: writes facts in transactions, and answers state queries with what those facts
 * come to. It decides nothing: whatever a test says has happened.
 */
final class TestOwners implements AutoCloseable {
    private static final int PARTITIONS = 8;

    private final KafkaProducer<String, byte[]> producer;
    private final Vertx vertx = Vertx.vertx();
    private final Map<String, EventSeats> events = new HashMap<>();
    private final Map<String, Event> definitions = new HashMap<>();
    private final Map<String, Booking> bookings = new HashMap<>();
    private long commands = 100;
    private HttpServer server;
    private int port;

    TestOwners(String broker) {
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker,
                        "transactional.id",
                        "test-owners-" + CommandId.random(),
                        "acks",
                        "all"),
                new StringSerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        listen();
    }

    int port() {
        return port;
    }

    /** All instances die; {@link #listen} revives them at the same place. */
    void die() {
        join(server.close());
    }

    void listen() {
        server = join(vertx.createHttpServer().requestHandler(this::answer).listen(port, "127.0.0.1"));
        port = server.actualPort();
    }

    synchronized Position define(Event event) {
        Position position = next(event.getEventId());
        EventSeats seats = events.get(event.getEventId());
        long version = seats == null ? 1 : seats.version() + 1;
        Event numbered = event.toBuilder()
                .setDefinition(seats == null ? 1 : seats.snapshot().definition() + 1)
                .build();
        SeatFact fact = fact(event.getEventId(), position, version)
                .setEventDefined(numbered)
                .build();
        if (seats == null) {
            events.put(event.getEventId(), new EventSeats(fresh(numbered, position)));
        } else {
            seats.apply(fact);
        }
        definitions.put(event.getEventId(), numbered);
        write(fact);
        return position;
    }

    /** The event is known to the owner, but no fact was ever written about it. */
    synchronized void seed(Event event) {
        events.put(event.getEventId(), new EventSeats(fresh(event, next(event.getEventId()))));
        definitions.put(event.getEventId(), event);
    }

    synchronized Booking hold(String eventId, String user, String... tickets) {
        SeatLayout layout = seats(eventId).snapshot().layout();
        Booking.Builder booking = Booking.newBuilder()
                .setBookingId(BookingIds.of(eventId, CommandId.random()))
                .setEventId(eventId)
                .setUserId(user)
                .setCurrency("EUR");
        long total = 0;
        for (String ticket : tickets) {
            int index = layout.indexOf(ticket).orElseThrow();
            var tier = layout.rowOf(index).tier();
            booking.addSeats(BookedSeat.newBuilder()
                    .setSeatIndex(index)
                    .setTicketId(ticket)
                    .setTierId(tier.getTierId())
                    .setPriceMinor(tier.getPriceMinor()));
            total += tier.getPriceMinor();
        }
        long now = System.currentTimeMillis();
        return become(
                booking.setTotalMinor(total)
                        .setCreatedAtMillis(now)
                        .setExpiresAtMillis(now + 600_000)
                        .build(),
                BookingStatus.BOOKING_RESERVED);
    }

    synchronized Booking become(Booking booking, BookingStatus status) {
        Booking after = booking.toBuilder()
                .setStatus(status)
                .setChangedAtMillis(System.currentTimeMillis())
                .build();
        EventSeats seats = seats(booking.getEventId());
        Position position = next(booking.getEventId());
        SeatFact.Builder fact = fact(booking.getEventId(), position, seats.version() + 1);
        switch (status) {
            case BOOKING_RESERVED -> fact.setSeatsHeld(after);
            case BOOKING_CONFIRMED -> fact.setBookingConfirmed(after);
            case BOOKING_CANCELLED -> fact.setBookingCancelled(after);
            case BOOKING_LAPSED -> fact.setBookingLapsed(after);
            default -> throw new IllegalArgumentException(status.name());
        }
        seats.apply(fact.build());
        bookings.put(after.getBookingId(), after);
        write(fact.build());
        return after;
    }

    /** What the last command's answer had in its header. */
    synchronized String lastPosition(String eventId) {
        return "seats." + Owners.partitionOf(eventId, PARTITIONS) + "." + commands;
    }

    /** A position that nothing has reached yet. */
    synchronized String futurePosition(String eventId) {
        return "seats." + Owners.partitionOf(eventId, PARTITIONS) + "." + (commands + 1);
    }

    synchronized EventSeats seats(String eventId) {
        return Objects.requireNonNull(events.get(eventId));
    }

    void write(SeatFact fact) {
        write(TicketsTopics.SEAT_FACTS, fact.getEventId(), fact);
    }

    void closeAccount(String userId) {
        Account closed = Account.newBuilder().setUserId(userId).setClosed(true).build();
        write(
                SpineTopics.ACCOUNT_FACTS,
                userId,
                AccountFact.newBuilder().setAccount(closed).build());
    }

    private <T> void write(TopicSpec<T> topic, String key, T fact) {
        producer.beginTransaction();
        try {
            producer.send(new ProducerRecord<>(
                            topic.name(),
                            Owners.partitionOf(key, PARTITIONS),
                            key,
                            topic.values().serializer().serialize("", fact)))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        producer.commitTransaction();
    }

    private SeatFact.Builder fact(String eventId, Position position, long version) {
        return SeatFact.newBuilder()
                .setEventId(eventId)
                .setCommandId(CommandId.random().bytes())
                .setPosition(position)
                .setAtMillis(Instant.now().toEpochMilli())
                .setSeatMapVersion(version);
    }

    private Position next(String eventId) {
        return Position.newBuilder()
                .setLog(TicketsTopics.SEATS)
                .setPartition(Owners.partitionOf(eventId, PARTITIONS))
                .setOffset(++commands)
                .build();
    }

    private static EventView fresh(Event event, Position position) {
        SeatLayout layout = new SeatLayout(event);
        int[] available = new int[event.getTiersCount()];
        layout.rows().forEach(row -> available[row.tierIndex()] += row.row().getSeats());
        SeatMapView.Builder map = SeatMapView.newBuilder()
                .setEventId(event.getEventId())
                .setSeatMapVersion(1)
                .setDefinition(event.getDefinition())
                .setStatuses(ByteString.copyFromUtf8("A".repeat(layout.seats())))
                .setPosition(position)
                .setChangedAtMillis(Instant.now().toEpochMilli());
        for (int free : available) {
            map.addAvailable(free);
        }
        return EventView.newBuilder().setEvent(event).setSeatMap(map).build();
    }

    private void answer(HttpServerRequest request) {
        if (request.path().equals("/state/map")) {
            PartitionMap.Builder map = PartitionMap.newBuilder();
            for (String log : List.of(TicketsTopics.SEATS, TicketsTopics.CATALOGUE)) {
                for (int p = 0; p < PARTITIONS; p++) {
                    map.addHeld(PartitionMap.Held.newBuilder()
                            .setLog(log)
                            .setPartition(p)
                            .setActive("127.0.0.1:" + port));
                }
            }
            var unused = request.response().end(Buffer.buffer(map.build().toByteArray()));
            return;
        }
        var unused = request.body().onSuccess(body -> {
            Buffer answers = Buffer.buffer();
            StateFrames.parser(body.length(), (place, message) -> StateFrames.append(answers, place, answer(message)))
                    .handle(body);
            request.response().end(answers);
        });
    }

    private StateAnswer answer(byte[] message) {
        try {
            return answer(StateQuery.parseFrom(message));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private synchronized StateAnswer answer(StateQuery query) {
        StateAnswer.Builder answer = StateAnswer.newBuilder().setStatus(StateAnswer.Status.NOT_FOUND);
        if (query.getName().equals(TicketsQueries.EVENT) && events.containsKey(query.getKey())) {
            SeatSnapshot now = seats(query.getKey()).snapshot();
            SeatMapView.Builder map = SeatMapView.newBuilder()
                    .setEventId(query.getKey())
                    .setSeatMapVersion(now.version())
                    .setDefinition(now.definition())
                    .setStatuses(ByteString.copyFrom(now.statuses()))
                    .setPosition(dev.millrace.topics.Positions.parse(now.positionText())
                            .orElseThrow())
                    .setChangedAtMillis(now.changedAt().toEpochMilli());
            for (int free : now.available()) {
                map.addAvailable(free);
            }
            EventView view = EventView.newBuilder()
                    .setEvent(Objects.requireNonNull(definitions.get(query.getKey())))
                    .setSeatMap(map)
                    .build();
            answer.setStatus(StateAnswer.Status.FOUND).setValue(view.toByteString());
        }
        Booking booking = bookings.get(query.getKey());
        if (query.getName().equals(TicketsQueries.BOOKING) && booking != null) {
            answer.setStatus(StateAnswer.Status.FOUND)
                    .setValue(
                            BookingView.newBuilder().setBooking(booking).build().toByteString());
        }
        return answer.build();
    }

    private static <T> T join(io.vertx.core.Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
        producer.close();
        join(vertx.close());
    }
}
