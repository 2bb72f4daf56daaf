package dev.millrace.ingest;

import com.google.protobuf.MessageLite;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.Owners;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.Readiness;
import dev.millrace.topics.v1.Position;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command topics as this instance sees them: how many partitions they have, and whether the broker answers. It
 * looks twice a second, so that a dead broker is known before the next command comes.
 */
final class CommandLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandLog.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final int DESCRIBE_SECONDS = 5;

    private final IngestSettings settings;
    private final List<TopicSpec<?>> topics;
    private final Readiness.Condition condition;
    private final Admin admin;
    private final ReplyReader replies;
    private final Runnable onSilence;
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "log-watch"));
    private volatile Map<String, LogPartition[]> partitions = Map.of();
    private volatile @Nullable CommandProducer producer;
    /** Why no command can be sent at all; empty text means nothing stands in the way. */
    private volatile String whyNot = "not connected to the broker yet";

    /** @param onSilence runs now and then while some partition is silent */
    CommandLog(
            IngestSettings settings,
            List<TopicSpec<?>> topics,
            ReplyReader replies,
            Readiness.Condition condition,
            Runnable onSilence) {
        this.settings = settings;
        this.topics = topics;
        this.replies = replies;
        this.condition = condition;
        this.onSilence = onSilence;
        this.admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                settings.bootstrap(),
                AdminClientConfig.CLIENT_ID_CONFIG,
                "ingest-watch-" + settings.instance(),
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                500L));
    }

    void start() {
        replies.start();
        var unused = watch.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Why no command can be sent; empty if one can. */
    String whyNot() {
        return whyNot;
    }

    /** Partition that owns this key. Only while {@link #whyNot} is empty. */
    LogPartition partitionOf(TopicSpec<?> topic, String key) {
        LogPartition[] all = partitions.get(topic.name());
        if (all == null) {
            throw new IllegalArgumentException(
                    "topic: " + topic.name() + " (expected: one of " + partitions.keySet() + ")");
        }
        return all[Owners.partitionOf(key, all.length)];
    }

    <T extends MessageLite> CompletionStage<Position> send(TopicSpec<T> topic, String key, T command) {
        CommandProducer open = producer;
        if (open == null) {
            throw new IllegalStateException("command before the log is known");
        }
        return open.send(topic, key, command);
    }

    private void look() {
        try {
            String why = obstacle();
            if (!why.equals(whyNot)) {
                LOG.atInfo()
                        .addKeyValue("whyNot", why)
                        .log(why.isEmpty() ? "commands are taken" : "commands are refused");
            }
            whyNot = why;
            long now = System.nanoTime();
            boolean silent = partitions.values().stream().flatMap(Stream::of).anyMatch(p -> p.isSilent(now));
            if (!why.isEmpty()) {
                condition.not(why);
            } else if (silent) {
                condition.not("a partition doesn't acknowledge commands");
            } else {
                condition.ok();
            }
            if (silent || !why.isEmpty()) {
                onSilence.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The executor would silently never look again.
            whyNot = "watching the broker failed: " + e;
            condition.not(whyNot);
            LOG.atError().setCause(e).log("watching the broker failed");
        }
    }

    private String obstacle() throws InterruptedException {
        try {
            if (partitions.isEmpty()) {
                Map<String, Integer> counts = partitionCounts();
                int replyPartitions = counts.getOrDefault(SpineTopics.REPLIES.name(), 0);
                if (settings.instance() >= replyPartitions) {
                    return "instance: " + settings.instance() + " (expected: 0.." + (replyPartitions - 1)
                            + ", the partitions of " + SpineTopics.REPLIES.name() + ")";
                }
                open(counts);
            } else {
                long timeout = settings.silenceMax().toMillis();
                admin.describeCluster(new DescribeClusterOptions().timeoutMs((int) timeout))
                        .clusterId()
                        .get(timeout, TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException e) {
            return "broker: " + e.getCause();
        } catch (TimeoutException e) {
            return "broker: no answer within " + settings.silenceMax();
        }
        CommandProducer open = producer;
        if (open == null || !open.knowsItsTopics()) {
            return "leaders of the command topics aren't known yet";
        }
        return replies.isAtEnd() ? "" : "end of the replies isn't known yet";
    }

    private Map<String, Integer> partitionCounts() throws InterruptedException, ExecutionException, TimeoutException {
        List<String> names = Stream.concat(topics.stream(), Stream.of(SpineTopics.REPLIES))
                .map(TopicSpec::name)
                .toList();
        Map<String, Integer> counts = new HashMap<>();
        admin.describeTopics(names)
                .allTopicNames()
                .get(DESCRIBE_SECONDS, TimeUnit.SECONDS)
                .forEach((name, topic) -> counts.put(name, topic.partitions().size()));
        return counts;
    }

    private void open(Map<String, Integer> counts) {
        Map<String, Integer> commands = new HashMap<>(counts);
        commands.remove(SpineTopics.REPLIES.name());
        Map<String, LogPartition[]> all = new HashMap<>();
        commands.forEach((name, count) -> all.put(
                name,
                IntStream.range(0, count)
                        .mapToObj(p -> new LogPartition(settings.silenceMax()))
                        .toArray(LogPartition[]::new)));
        producer = new CommandProducer(
                CommandProducer.open(CommandProducer.config(
                        settings.bootstrap(),
                        "ingest-commands-" + settings.instance(),
                        settings.bufferBytes(),
                        settings.deliverWithin())),
                commands);
        partitions = Map.copyOf(all);
    }

    @Override
    public void close() {
        watch.shutdownNow();
        CommandProducer open = producer;
        if (open != null) {
            try {
                open.close();
            } catch (KafkaException e) {
                LOG.atWarn().setCause(e).log("producer didn't close cleanly");
            }
        }
        replies.close();
        admin.close(Duration.ofSeconds(1));
    }
}
