package dev.millrace.tickets.standalone.history;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.SeatFact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The commands and committed facts of some events, each event's in order, as they are on the broker.
 *
 * @param decidedUpTo by partition, offset of the newest command that one of these facts came from
 */
record SeatLog(Map<String, List<Command>> commands, Map<String, List<SeatFact>> facts, Map<Integer, Long> decidedUpTo) {
    static final String COMMANDS = "tickets.seat-commands";
    static final String FACTS = "tickets.seat-facts";
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final byte WIRE_VERSION = 1;

    /** A command as the broker wrote it down. */
    record Command(int partition, long offset, long writtenAtMillis, SeatCommand command) {}

    /** @param factsUpTo by partition, the first offset of the facts that is left out */
    static SeatLog read(String bootstrap, Set<String> eventIds, Map<Integer, Long> factsUpTo) {
        Map<String, List<SeatFact>> facts = new HashMap<>();
        Map<Integer, Long> decidedUpTo = new HashMap<>();
        each(bootstrap, FACTS, record -> {
            if (eventIds.contains(record.key()) && record.offset() < factsUpTo.getOrDefault(record.partition(), 0L)) {
                SeatFact fact = decode(record, SeatFact.parser());
                facts.computeIfAbsent(record.key(), event -> new ArrayList<>()).add(fact);
                decidedUpTo.merge(record.partition(), fact.getPosition().getOffset(), Math::max);
            }
        });
        Map<String, List<Command>> commands = new HashMap<>();
        each(bootstrap, COMMANDS, record -> {
            if (eventIds.contains(record.key())) {
                commands.computeIfAbsent(record.key(), event -> new ArrayList<>())
                        .add(new Command(
                                record.partition(),
                                record.offset(),
                                record.timestamp(),
                                decode(record, SeatCommand.parser())));
            }
        });
        return new SeatLog(commands, facts, decidedUpTo);
    }

    /** Offset of the last fact of every partition now, of any event. */
    static Map<Integer, Long> lastFacts(String bootstrap) {
        Map<Integer, Long> last = new HashMap<>();
        each(bootstrap, FACTS, record -> last.put(record.partition(), record.offset()));
        return last;
    }

    private static <T> T decode(ConsumerRecord<String, byte[]> record, Parser<T> parser) {
        byte[] value = record.value();
        if (value.length == 0 || value[0] != WIRE_VERSION) {
            throw new IllegalStateException(
                    record.topic() + " " + record.partition() + "." + record.offset() + ": not of wire version 1");
        }
        try {
            return parser.parseFrom(value, 1, value.length - 1);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(record.topic() + " " + record.partition() + "." + record.offset(), e);
        }
    }

    private static void each(String bootstrap, String topic, Consumer<ConsumerRecord<String, byte[]>> take) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.CLIENT_ID_CONFIG,
                "history-check",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                10_000);
        try (KafkaConsumer<String, byte[]> log =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = log.partitionsFor(topic, ANSWER_WITHIN).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            log.assign(partitions);
            log.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = log.endOffsets(partitions, ANSWER_WITHIN);
            while (partitions.stream().anyMatch(p -> log.position(p, ANSWER_WITHIN) < ends.getOrDefault(p, 0L))) {
                log.poll(Duration.ofMillis(200)).forEach(take);
            }
        }
    }
}
