package dev.millrace.streams;

import dev.millrace.streams.owner.OwnedPartition;
import dev.millrace.streams.owner.OwnedPartitions;
import dev.millrace.streams.owner.StateReader;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.PartitionMap.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command log's Kafka Streams application in this process. Each log has its own: a fault, or a slow command, in
 * one doesn't stop the others.
 */
final class StreamsApplication implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsApplication.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(8);
    /** A transaction's commit marker counts as one record of the changelog. */
    private static final long LAG_OF_MARKER = 1;

    private final Plan plan;
    private final KafkaStreams streams;
    private final int partitions;
    private final LogEnds ends;
    private final Map<Integer, Long> currentAtNanos = new ConcurrentHashMap<>();
    private volatile boolean wasRunning;
    private volatile Optional<String> failed = Optional.empty();

    /**
     * What makes one application different from another.
     *
     * @param applicationId names its consumer group and internal topics for ever
     * @param inTransactions whether what it reads is written in transactions, as by another application
     * @param store name of its one store
     * @param topology adds its sources, processors and sinks
     * @param exactlyOnce whether a record that comes again would change something
     */
    record Plan(
            String applicationId,
            TopicSpec<?> commands,
            boolean inTransactions,
            String store,
            int threads,
            OwnedPartitions owned,
            StateReader reader,
            UnaryOperator<Topology> topology,
            boolean exactlyOnce) {
        /** With records that must count once. */
        Plan(
                String applicationId,
                TopicSpec<?> commands,
                boolean inTransactions,
                String store,
                int threads,
                OwnedPartitions owned,
                StateReader reader,
                UnaryOperator<Topology> topology) {
            this(applicationId, commands, inTransactions, store, threads, owned, reader, topology, true);
        }

        Properties properties(StreamsSettings settings, String server) {
            return exactlyOnce
                    ? StreamsProperties.of(settings, applicationId, server, threads)
                    : StreamsProperties.atLeastOnce(settings, applicationId, server, threads);
        }
    }

    /**
     * @param partitions of the command topic
     * @param server host:port of the state endpoint
     * @param onFailure told when a bug has stopped the application for good
     */
    StreamsApplication(
            Plan plan, StreamsSettings settings, Admin admin, int partitions, String server, Runnable onFailure) {
        this.plan = plan;
        this.partitions = partitions;
        this.ends =
                new BrokerLogEnds(admin, plan.commands().name(), plan.applicationId(), plan.inTransactions() ? 1 : 0);
        Properties properties = plan.properties(settings, server);
        Topology topology = plan.topology().apply(new Topology(new TopologyConfig(new StreamsConfig(properties))));
        this.streams = new KafkaStreams(topology, properties);
        streams.setStateListener((now, before) -> {
            wasRunning |= now == State.RUNNING;
            LOG.atInfo()
                    .addKeyValue("log", log())
                    .addKeyValue("from", before)
                    .addKeyValue("to", now)
                    .log("streams state");
        });
        streams.setUncaughtExceptionHandler(failure -> afterFailure(failure, onFailure));
    }

    /** Brokers that don't answer come back; anything else would meet the next thread just the same. */
    private StreamThreadExceptionResponse afterFailure(Throwable failure, Runnable onFailure) {
        boolean passes = failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException;
        LOG.atError().addKeyValue("log", log()).setCause(failure).log("a stream thread stopped");
        if (passes) {
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        failed = Optional.of(String.valueOf(failure.getMessage()));
        onFailure.run();
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    void start() {
        streams.start();
    }

    String log() {
        return plan.commands().log();
    }

    int partitions() {
        return partitions;
    }

    LogEnds ends() {
        return ends;
    }

    StateReader reader() {
        return plan.reader();
    }

    Map<Integer, OwnedPartition> owned() {
        return plan.owned().all();
    }

    Optional<OwnedPartition> owned(int partition) {
        return Optional.ofNullable(plan.owned().get(partition));
    }

    /** Why commands and questions aren't answered; empty if they are. Partitions that stay are, during a rebalance too. */
    Optional<String> whyNotReady() {
        State state = streams.state();
        if (failed.isPresent()) {
            return failed;
        }
        boolean answers = state == State.RUNNING || (state == State.REBALANCING && wasRunning);
        return answers ? Optional.empty() : Optional.of(state.name());
    }

    /** The store of this partition, owner's or standby's; empty if it isn't here. */
    Optional<ReadOnlyKeyValueStore<Bytes, byte[]>> store(int partition) {
        try {
            StoreQueryParameters<ReadOnlyKeyValueStore<Bytes, byte[]>> asked =
                    StoreQueryParameters.<ReadOnlyKeyValueStore<Bytes, byte[]>>fromNameAndType(
                                    plan.store(), QueryableStoreTypes.keyValueStore())
                            .withPartition(partition)
                            .enableStaleStores();
            return Optional.of(streams.store(asked));
        } catch (InvalidStateStoreException e) {
            LOG.atDebug()
                    .addKeyValue("log", log())
                    .addKeyValue("partition", partition)
                    .addKeyValue("why", e.getMessage())
                    .log("no such store here");
            return Optional.empty();
        }
    }

    /** Who holds which partition, all of them; empty while this instance doesn't know. */
    List<Held> held() {
        Collection<StreamsMetadata> instances = streams.metadataForAllStreamsClients().stream()
                .filter(instance -> !instance.hostInfo().equals(HostInfo.unavailable()))
                .toList();
        if (instances.isEmpty()) {
            return List.of();
        }
        List<Held> held = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            TopicPartition commands = new TopicPartition(plan.commands().name(), partition);
            Held.Builder one = Held.newBuilder().setLog(log()).setPartition(partition);
            for (StreamsMetadata instance : instances) {
                String endpoint =
                        instance.hostInfo().host() + ":" + instance.hostInfo().port();
                if (instance.topicPartitions().contains(commands)) {
                    one.setActive(endpoint);
                } else if (instance.standbyTopicPartitions().contains(commands)) {
                    one.addStandbys(endpoint);
                }
            }
            held.add(one.build());
        }
        return held;
    }

    /** Looks how far the standbys are behind; the brokers are asked, so this may take a moment. */
    void lookAtStandbys() {
        Map<Integer, LagInfo> lags = streams.allLocalStorePartitionLags().getOrDefault(plan.store(), Map.of());
        currentAtNanos.keySet().retainAll(lags.keySet());
        long now = System.nanoTime();
        lags.forEach((partition, lag) -> {
            if (lag.offsetLag() <= LAG_OF_MARKER) {
                currentAtNanos.put(partition, now);
            }
        });
    }

    /** How long ago the standby of this partition was last seen to have everything. */
    long standbyAgeMillis(int partition) {
        Long current = currentAtNanos.get(partition);
        return current == null
                ? Duration.ofDays(1).toMillis()
                : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - current);
    }

    /** Leaves the group, so that the others take over at once and not after the session's timeout. */
    @Override
    public void close() {
        boolean closed =
                streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                        .withTimeout(CLOSE_WITHIN));
        if (!closed) {
            LOG.atWarn().addKeyValue("log", log()).log("streams application didn't close in time");
        }
    }
}
