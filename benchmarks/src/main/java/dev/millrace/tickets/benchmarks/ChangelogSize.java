package dev.millrace.tickets.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.benchmarks.People;
import dev.millrace.benchmarks.Target;
import dev.millrace.load.Calls;
import dev.millrace.topics.Owners;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What one claim writes to the owner's changelog, by the size of the venue: it should be the same for all. */
public final class ChangelogSize implements AutoCloseable {
    private static final String CHANGELOG = "seat-books-changelog";
    private static final int HOLD_SECONDS = 1800;

    private final Target target;
    private final Vertx vertx = Calls.vertx();
    private final Calls calls = new Calls(vertx, 4);
    private final KafkaConsumer<byte[], byte[]> changelog;
    private final String topic;
    private final int partitions;

    /** One venue's result. Records and bytes are keys and values as written, before compression. */
    public record Result(int seats, int claims, long records, long bytes, Map<String, Long> bytesByKind) {
        public double bytesPerClaim() {
            return (double) bytes / claims;
        }

        public JsonObject json() {
            JsonObject byKind = new JsonObject();
            bytesByKind.forEach(byKind::put);
            return new JsonObject()
                    .put("seats", seats)
                    .put("claims", claims)
                    .put("records", records)
                    .put("bytes", bytes)
                    .put("bytesPerClaim", bytesPerClaim())
                    .put("bytesByKeyKind", byKind);
        }
    }

    public ChangelogSize(Target target) {
        this.target = target;
        this.changelog = new KafkaConsumer<>(
                Map.of("bootstrap.servers", target.brokers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.topic = changelog.listTopics().keySet().stream()
                .filter(name -> name.endsWith(CHANGELOG))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no topic ends with " + CHANGELOG));
        this.partitions = changelog.partitionsFor(topic).size();
    }

    /** Claims so many single seats, one after the other, in a new venue of this size. */
    public Result of(int seats, int claims) {
        String id = "changelog-" + seats + "-" + Long.toString(System.currentTimeMillis(), 36);
        Hall hall = Hall.open(calls, target, id, seats, HOLD_SECONDS);
        List<String> wanted = new ArrayList<>(hall.ticketIds());
        Collections.shuffle(wanted, new Random(seats));
        People buyers = new People(target, "buyer-", 0, claims);
        TopicPartition partition = new TopicPartition(topic, Owners.partitionOf(id, partitions));
        changelog.assign(List.of(partition));
        changelog.seekToEnd(List.of(partition));
        long from = changelog.position(partition);
        for (String ticket : wanted.subList(0, claims)) {
            var answer = calls.now(
                    HttpMethod.POST,
                    target.ingestPort(),
                    "/bookings/" + id,
                    buyers.headers(),
                    new JsonObject()
                            .put("ticketIds", new JsonArray().add(ticket))
                            .toBuffer());
            if (answer.status() != 201) {
                throw new IllegalStateException("answer: " + answer.words() + " (expected: 201)");
            }
        }
        return read(seats, claims, partition, from);
    }

    private Result read(int seats, int claims, TopicPartition partition, long from) {
        changelog.seek(partition, from);
        long records = 0;
        long bytes = 0;
        Map<String, Long> byKind = new TreeMap<>();
        // The last claims' transactions commit a moment after their answers; silence says that all have.
        while (true) {
            var batch = changelog.poll(Duration.ofSeconds(2));
            if (batch.isEmpty()) {
                return new Result(seats, claims, records, bytes, byKind);
            }
            for (ConsumerRecord<byte[], byte[]> record : batch) {
                long size = Math.max(0L, record.serializedKeySize()) + Math.max(0L, record.serializedValueSize());
                records++;
                bytes += size;
                byKind.merge(new String(record.key(), 0, 1, UTF_8), size, Long::sum);
            }
        }
    }

    @Override
    public void close() {
        changelog.close();
        calls.close();
        vertx.close().await();
    }
}
