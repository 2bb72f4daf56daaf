package dev.millrace.tickets.ingest;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.millrace.tickets.topics.BookingIds;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.BookedSeat;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingStatus;
import dev.millrace.tickets.topics.v1.CatalogueCommand;
import dev.millrace.tickets.topics.v1.CatalogueOutcome;
import dev.millrace.tickets.topics.v1.EventAccepted;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatOutcome;
import dev.millrace.tickets.topics.v1.SeatRefusal;
import dev.millrace.tickets.topics.v1.SeatRefusalReason;
import dev.millrace.topics.CommandId;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.WireSerde;
import dev.millrace.topics.v1.Account;
import dev.millrace.topics.v1.AccountCommand;
import dev.millrace.topics.v1.AccountFact;
import dev.millrace.topics.v1.AccountOutcome;
import dev.millrace.topics.v1.AccountRefusalReason;
import dev.millrace.topics.v1.CommandMeta;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Decides commands as the owner would, as far as ingest can tell: an event named {@code refuse-<REASON>} refuses for
 * that reason, as does a user of such a name; an event named {@code silent…} isn't decided until it is told so, everything else is accepted, and the
 * same command gets its first answer again.
 */
final class TestDecider implements AutoCloseable {
    static final long HOLD_MILLIS = 600_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread = new Thread(this::run, "test-decider");
    private final Map<CommandId, Answer> answers = new HashMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> held = new ArrayList<>();
    private final Set<String> released = ConcurrentHashMap.newKeySet();
    private final List<SeatCommand> seen = new CopyOnWriteArrayList<>();
    private final List<CatalogueCommand> catalogue = new CopyOnWriteArrayList<>();
    private volatile boolean closing;

    private record Answer(ByteString bodyHash, Position position, MessageLite outcome) {}

    TestDecider(String bootstrap) {
        consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap, ProducerConfig.LINGER_MS_CONFIG, 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    void start() {
        thread.start();
    }

    /** Lets a silent event decide, from the first command on. */
    void release(String eventId) {
        released.add(eventId);
    }

    /** Whether a command of this event has come. */
    boolean hasSeen(String eventId) {
        return seen.stream().anyMatch(c -> c.getEventId().equals(eventId));
    }

    List<SeatCommand> seen() {
        return seen;
    }

    List<CatalogueCommand> catalogue() {
        return catalogue;
    }

    /** Sends a reply as an owner would that still knows an earlier instance. */
    void replyTo(int partition, long epoch, CommandId id, ByteString bodyHash, MessageLite outcome) {
        reply(partition, epoch, id, bodyHash, Position.getDefaultInstance(), outcome);
        producer.flush();
    }

    private void run() {
        List<TopicPartition> all = new ArrayList<>();
        for (String topic : List.of(
                TicketsTopics.SEAT_COMMANDS.name(),
                TicketsTopics.CATALOGUE_COMMANDS.name(),
                SpineTopics.ACCOUNT_COMMANDS.name())) {
            consumer.partitionsFor(topic).forEach(p -> all.add(new TopicPartition(topic, p.partition())));
        }
        consumer.assign(all);
        consumer.seekToBeginning(all);
        while (!closing) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(20))) {
                if (record.topic().equals(TicketsTopics.CATALOGUE_COMMANDS.name())) {
                    decideCatalogue(record);
                } else if (record.topic().equals(SpineTopics.ACCOUNT_COMMANDS.name())) {
                    decideAccount(record);
                } else {
                    seen.add(command(record));
                    decideSeats(record);
                }
            }
            List<ConsumerRecord<byte[], byte[]>> again = List.copyOf(held);
            held.clear();
            again.forEach(this::decideSeats);
        }
        consumer.close();
        producer.close();
    }

    private static SeatCommand command(ConsumerRecord<byte[], byte[]> record) {
        return WireSerde.of(SeatCommand.getDefaultInstance()).decode(record.topic(), record.value());
    }

    private void decideSeats(ConsumerRecord<byte[], byte[]> record) {
        SeatCommand command = command(record);
        String eventId = command.getEventId();
        if (eventId.startsWith("silent") && !released.contains(eventId)) {
            held.add(record);
            return;
        }
        answer(command.getMeta(), "seats", record, decide(command));
    }

    private static SeatOutcome decide(SeatCommand command) {
        String eventId = command.getEventId();
        if (eventId.startsWith("refuse-")) {
            return refusal(SeatRefusalReason.valueOf(eventId.substring("refuse-".length())));
        }
        return switch (command.getKindCase()) {
            case HOLD_SEATS -> booking(command, BookingStatus.BOOKING_RESERVED, "");
            case CONFIRM_BOOKING ->
                booking(
                        command,
                        BookingStatus.BOOKING_CONFIRMED,
                        command.getConfirmBooking().getBookingId());
            case CANCEL_BOOKING ->
                booking(
                        command,
                        BookingStatus.BOOKING_CANCELLED,
                        command.getCancelBooking().getBookingId());
            default ->
                SeatOutcome.newBuilder()
                        .setEvent(EventAccepted.newBuilder()
                                .setEventId(eventId)
                                .setDefinition(1)
                                .setSeatMapVersion(1)
                                .setSeats(2))
                        .build();
        };
    }

    private static SeatOutcome booking(SeatCommand command, BookingStatus status, String bookingId) {
        long now = System.currentTimeMillis();
        CommandId id = CommandId.of(command.getMeta().getCommandId());
        Booking.Builder booking = Booking.newBuilder()
                .setBookingId(bookingId.isEmpty() ? BookingIds.of(command.getEventId(), id) : bookingId)
                .setEventId(command.getEventId())
                .setUserId(command.getMeta().getSubject())
                .setStatus(status)
                .setCurrency("EUR")
                .setExpiresAtMillis(now + HOLD_MILLIS)
                .setCreatedAtMillis(now);
        for (String ticket : command.getHoldSeats().getTicketIdsList()) {
            booking.addSeats(BookedSeat.newBuilder()
                    .setTicketId(ticket)
                    .setTierId("floor")
                    .setPriceMinor(4_500));
        }
        return SeatOutcome.newBuilder()
                .setBooking(booking.setTotalMinor(4_500L * booking.getSeatsCount()))
                .build();
    }

    private static SeatOutcome refusal(SeatRefusalReason reason) {
        return SeatOutcome.newBuilder()
                .setRefused(SeatRefusal.newBuilder()
                        .setReason(reason)
                        .addValues("A-1-1")
                        .setExpected("something else"))
                .build();
    }

    private void decideCatalogue(ConsumerRecord<byte[], byte[]> record) {
        CatalogueCommand command =
                WireSerde.of(CatalogueCommand.getDefaultInstance()).decode(record.topic(), record.value());
        catalogue.add(command);
        answer(
                command.getMeta(),
                "catalogue",
                record,
                CatalogueOutcome.newBuilder().setAcceptedVersion(1).build());
    }

    private void decideAccount(ConsumerRecord<byte[], byte[]> record) {
        AccountCommand command =
                WireSerde.of(AccountCommand.getDefaultInstance()).decode(record.topic(), record.value());
        String userId = command.getUserId();
        AccountOutcome.Builder outcome = AccountOutcome.newBuilder();
        if (userId.startsWith("refuse-")) {
            outcome.setRefused(AccountRefusalReason.valueOf(userId.substring("refuse-".length())));
        } else {
            Account account = Account.newBuilder()
                    .setUserId(userId)
                    .setProfile(command.getDefineProfile())
                    .setClosed(command.hasCloseAccount())
                    .setVersion(1)
                    .build();
            AccountFact fact = AccountFact.newBuilder().setAccount(account).build();
            var unused = producer.send(new ProducerRecord<>(
                    SpineTopics.ACCOUNT_FACTS.name(),
                    record.key(),
                    WireSerde.of(AccountFact.getDefaultInstance()).encode(fact)));
            outcome.setAccepted(account);
        }
        answer(command.getMeta(), "accounts", record, outcome.build());
    }

    private void answer(CommandMeta meta, String log, ConsumerRecord<byte[], byte[]> record, MessageLite outcome) {
        CommandId id = CommandId.of(meta.getCommandId());
        Position position = Position.newBuilder()
                .setLog(log)
                .setPartition(record.partition())
                .setOffset(record.offset())
                .build();
        Answer first = answers.computeIfAbsent(id, i -> new Answer(meta.getBodyHash(), position, outcome));
        MessageLite told = first.bodyHash.equals(meta.getBodyHash())
                ? first.outcome
                : refusal(SeatRefusalReason.IDEMPOTENCY_KEY_REUSED);
        reply(
                meta.getReplyTo().getPartition(),
                meta.getReplyTo().getEpoch(),
                id,
                meta.getBodyHash(),
                first.position,
                told);
    }

    private void reply(
            int partition, long epoch, CommandId id, ByteString bodyHash, Position position, MessageLite outcome) {
        Reply reply = Reply.newBuilder()
                .setCommandId(id.bytes())
                .setEpoch(epoch)
                .setBodyHash(bodyHash)
                .setPosition(position)
                .setOutcome(outcome.toByteString())
                .build();
        byte[] value = WireSerde.of(Reply.getDefaultInstance()).encode(reply);
        var unused = producer.send(new ProducerRecord<>(SpineTopics.REPLIES.name(), partition, null, value));
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
