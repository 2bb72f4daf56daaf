package dev.millrace.streams;

import com.google.protobuf.MessageLite;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what one owner decided to another owner, as a command: committed facts in, plain commands out, each at least
 * once and in the order of its partition. Whoever gets such a command must do nothing the second time.
 */
final class CommandRelay implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandRelay.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(10);

    private final Consumer<String, byte[]> consumer;
    private final CommandProducer producer;
    private final Map<String, Route<?, ?>> routes = new HashMap<>();
    private final Runnable onFailure;
    private final CountDownLatch closing = new CountDownLatch(1);

    /** What was read last may not have been carried on: it must be read again first. */
    private boolean lost;

    /**
     * One way from facts to commands.
     *
     * @param carried the commands that a fact means to others; most often none or one
     * @param keyOf whom a command is for
     */
    record Route<F, C extends MessageLite>(
            TopicSpec<F> facts, TopicSpec<C> commands, Function<F, List<C>> carried, Function<C, String> keyOf) {}

    /**
     * @param consumer of committed records, in a group of its own, that commits only when told to
     * @param onFailure told when a bug has stopped the relay
     */
    CommandRelay(
            Consumer<String, byte[]> consumer, CommandProducer producer, List<Route<?, ?>> routes, Runnable onFailure) {
        this.consumer = consumer;
        this.producer = producer;
        this.onFailure = onFailure;
        routes.forEach(route -> this.routes.put(route.facts().name(), route));
    }

    /** As a member of the group of this name, which the relays of all processes are in. */
    static CommandRelay open(
            StreamsSettings settings,
            String group,
            CommandProducer producer,
            List<Route<?, ?>> routes,
            Runnable onFailure) {
        Map<String, Object> consumer = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                settings.bootstrap(),
                ConsumerConfig.CLIENT_ID_CONFIG,
                group + "-" + settings.instance(),
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                (int) settings.sessionTimeout().toMillis(),
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                (int) settings.sessionTimeout().toMillis() / 3);
        return new CommandRelay(
                new KafkaConsumer<>(consumer, new StringDeserializer(), new ByteArrayDeserializer()),
                producer,
                routes,
                onFailure);
    }

    @Override
    public void run() {
        try (consumer) {
            consumer.subscribe(routes.keySet());
            while (closing.getCount() > 0) {
                step();
            }
        } catch (WakeupException e) {
            LOG.atDebug().log("relay ends");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("the relay stopped by a bug");
            onFailure.run();
        }
    }

    private void step() throws InterruptedException {
        try {
            if (lost) {
                rewind();
                lost = false;
            }
            ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                carry(records);
                consumer.commitSync();
            }
        } catch (WakeupException e) {
            throw e;
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            // What isn't known to be written is read and sent again.
            LOG.atWarn().addKeyValue("why", e.toString()).log("facts can't be carried on now; trying again");
            lost = true;
            var unused = closing.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void carry(ConsumerRecords<String, byte[]> records)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<CompletableFuture<Position>> written = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            Route<?, ?> route = routes.get(record.topic());
            if (route != null) {
                written.addAll(send(route, record));
            }
        }
        CompletableFuture.allOf(written.toArray(CompletableFuture[]::new))
                .get(WRITTEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    private <F, C extends MessageLite> List<CompletableFuture<Position>> send(
            Route<F, C> route, ConsumerRecord<String, byte[]> record) {
        F fact;
        try {
            fact = route.facts().values().deserializer().deserialize(record.topic(), record.value());
        } catch (SerializationException e) {
            LOG.atError()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("error", e.getMessage())
                    .log("unreadable fact left out");
            return List.of();
        }
        return route.carried().apply(fact).stream()
                .map(command -> producer.send(route.commands(), route.keyOf().apply(command), command)
                        .toCompletableFuture())
                .toList();
    }

    private void rewind() {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(consumer.assignment());
        for (TopicPartition partition : consumer.assignment()) {
            OffsetAndMetadata passed = committed.get(partition);
            if (passed == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, passed);
            }
        }
    }

    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
    }
}
