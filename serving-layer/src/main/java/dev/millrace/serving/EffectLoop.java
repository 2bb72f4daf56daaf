package dev.millrace.serving;

import dev.millrace.topics.http.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Committed facts to their effect: none is left out. How far it is, is the group's offset, which moves after the effect;
 * so what is done again is what came last.
 */
final class EffectLoop<F> implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EffectLoop.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY_MIN = Duration.ofMillis(200);
    private static final Duration RETRY_MAX = Duration.ofSeconds(10);

    private final Effect<F> effect;
    private final Consumer<String, byte[]> consumer;
    private final Readiness.Condition condition;
    private final CountDownLatch closing = new CountDownLatch(1);

    private Duration retryIn = RETRY_MIN;
    /** What was read last isn't done: it must be read again first. */
    private boolean lost;

    /** @param consumer of committed records, in the effect's group, that commits only when told to */
    EffectLoop(Effect<F> effect, Consumer<String, byte[]> consumer, Readiness.Condition condition) {
        this.effect = effect;
        this.consumer = consumer;
        this.condition = condition;
    }

    @Override
    public void run() {
        try (consumer) {
            // Nobody waits for an effect: while it can't be had, the role is of use all the same.
            condition.ok();
            consumer.subscribe(List.of(effect.facts().name()));
            while (closing.getCount() > 0) {
                step();
            }
        } catch (WakeupException e) {
            LOG.atDebug().addKeyValue("effect", effect.name()).log("effect ends");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            condition.not("stopped: " + e);
            LOG.atError().addKeyValue("effect", effect.name()).setCause(e).log("effect stopped by a bug");
        }
    }

    /** One poll and what came of it. */
    void step() throws InterruptedException {
        try {
            if (lost) {
                rewind();
                lost = false;
            }
            ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<String, byte[]> record : records) {
                effect.bringAbout(effect.facts().values().deserializer().deserialize(record.topic(), record.value()));
            }
            if (!records.isEmpty()) {
                consumer.commitSync();
                retryIn = RETRY_MIN;
            }
        } catch (WakeupException | SerializationException e) {
            // A fact nobody can read means that a promise was broken upstream: a person has to look.
            throw e;
        } catch (KafkaException | Effect.Away e) {
            LOG.atWarn()
                    .addKeyValue("effect", effect.name())
                    .addKeyValue("why", e.getMessage())
                    .addKeyValue("retryInMs", retryIn.toMillis())
                    .log("an effect can't be had now; trying again");
            lost = true;
            var unused = closing.await(retryIn.toMillis(), TimeUnit.MILLISECONDS);
            Duration doubled = retryIn.multipliedBy(2);
            retryIn = doubled.compareTo(RETRY_MAX) < 0 ? doubled : RETRY_MAX;
        }
    }

    private void rewind() {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(consumer.assignment());
        for (TopicPartition partition : consumer.assignment()) {
            OffsetAndMetadata done = committed.get(partition);
            if (done == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, done);
            }
        }
    }

    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
    }
}
