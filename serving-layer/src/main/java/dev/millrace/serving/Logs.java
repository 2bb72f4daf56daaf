package dev.millrace.serving;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** How this layer reads the log: committed records only. A group's stored offsets count for effects alone. */
final class Logs {
    /** A fact is in the database about so long after its commit when there is little to do. */
    private static final int PROJECTED_WITHIN_MILLIS = 100;

    private static final int PROJECTED_AT_ONCE_MAX = 10_000;

    private Logs() {}

    /** A consumer that is told its partitions. It never waits for more than there is: live views follow the log. */
    static Consumer<String, byte[]> tail(String bootstrapServers, String clientId) {
        return open(config(bootstrapServers, clientId));
    }

    /** A member of a group that shares the partitions out. */
    static Consumer<String, byte[]> member(String bootstrapServers, String group, String clientId) {
        return member(bootstrapServers, group, clientId, PROJECTED_AT_ONCE_MAX);
    }

    /** @param atOnceMax most records of one poll; they have to be done with within five minutes */
    static Consumer<String, byte[]> member(String bootstrapServers, String group, String clientId, int atOnceMax) {
        Map<String, Object> config = config(bootstrapServers, clientId);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
        // Nobody waits for a projector, and a larger batch costs the database less for each fact.
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 256 * 1024);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, PROJECTED_WITHIN_MILLIS);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, atOnceMax);
        return open(config);
    }

    private static Map<String, Object> config(String bootstrapServers, String clientId) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        return config;
    }

    private static Consumer<String, byte[]> open(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
