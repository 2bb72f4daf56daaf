package dev.millrace.streams;

import dev.millrace.topics.SpineTopics;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/** What Kafka Streams is told. Where the numbers were measured: docs/architecture. */
final class StreamsProperties {
    /** Polls to a commit interval: a commit comes late by one of them at most when there is little to do. */
    private static final int POLLS_PER_COMMIT = 2;
    /** A killed instance's open transaction blocks committed readers for so long. */
    private static final int TRANSACTION_MILLIS = 4_000;

    /** What a few milliseconds decide goes together; a request costs the broker as much with one record as with many. */
    private static final int LINGER_MILLIS = 8;

    private static final int BATCH_BYTES = 128 * 1024;

    private StreamsProperties() {}

    /**
     * @param applicationId names the consumer group, the internal topics and the transactions
     * @param server host:port of the state endpoint
     */
    static Properties of(StreamsSettings settings, String applicationId, String server, int threads) {
        Properties p = atLeastOnce(settings, applicationId, server, threads);
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // With short transactions more than one request in flight meets OutOfOrderSequence again and again.
        producer(p, ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        producer(p, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        return p;
    }

    /**
     * For a topology that changes nothing when a record comes again. It reads committed records all the same, and after
     * an unclean exit it keeps its stores, which exactly-once would wipe.
     */
    static Properties atLeastOnce(StreamsSettings settings, String applicationId, String server, int threads) {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        p.put(StreamsConfig.CLIENT_ID_CONFIG, applicationId + "-" + settings.instance());
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrap());
        p.put(StreamsConfig.APPLICATION_SERVER_CONFIG, server);
        p.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        p.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        p.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
        long commitMillis = settings.commitInterval().toMillis();
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMillis);
        p.put(StreamsConfig.POLL_MS_CONFIG, Math.max(1, commitMillis / POLLS_PER_COMMIT));
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        p.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        p.put(BoundedRocksDb.BYTES_MAX, settings.rocksDbBytesMax());
        p.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        p.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, SpineTopics.DEAD_LETTERS.name());

        consumer(p, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer(p, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int)
                settings.sessionTimeout().toMillis());
        consumer(
                p,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                (int) settings.sessionTimeout().toMillis() / 3);

        producer(p, ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
        producer(p, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        producer(p, ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        producer(p, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, SpineTopics.DEAD_LETTERS.recordBytesMax());
        producer(p, ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
        return p;
    }

    private static void consumer(Properties p, String key, Object value) {
        p.put(StreamsConfig.mainConsumerPrefix(key), value);
    }

    private static void producer(Properties p, String key, Object value) {
        p.put(StreamsConfig.producerPrefix(key), value);
    }
}
