package dev.millrace.streams;

import dev.millrace.streams.owner.OwnedPartition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that one application decides what is waiting. Heartbeats don't tell: they go on while a stream thread is stuck.
 */
final class ProgressWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressWatch.class);

    private final String log;
    private final Supplier<Map<Integer, OwnedPartition>> owned;
    private final LogEnds ends;
    private final Duration stuckAfter;
    private final Duration exitAfter;
    private final Runnable exit;
    private final MeterRegistry metrics;
    private final Map<Integer, Waiting> waiting = new HashMap<>();
    private final Map<Integer, AtomicLong> lags = new ConcurrentHashMap<>();
    private volatile Optional<String> stuck = Optional.empty();

    /** Commands behind this offset have been waiting since then. */
    private record Waiting(OwnedPartition owned, long decidedOffset, long sinceNanos) {}

    /**
     * @param owned what this process decides now
     * @param exit ends the process, so that a standby takes over
     */
    ProgressWatch(
            String log,
            Supplier<Map<Integer, OwnedPartition>> owned,
            LogEnds ends,
            StreamsSettings settings,
            MeterRegistry metrics,
            Runnable exit) {
        this.log = log;
        this.owned = owned;
        this.ends = ends;
        this.stuckAfter = settings.stuckAfter();
        this.exitAfter = settings.exitAfter();
        this.metrics = metrics;
        this.exit = exit;
    }

    /** Why this role can't be relied on; empty if all is well. */
    Optional<String> whyNotReady() {
        return stuck;
    }

    /** Looks once; without an answer from the brokers nothing is concluded. Blocks; one thread at a time. */
    void look(long nowNanos) throws Exception {
        Map<Integer, OwnedPartition> here = owned.get();
        waiting.keySet().retainAll(here.keySet());
        lags.forEach((partition, lag) -> {
            if (!here.containsKey(partition)) {
                lag.set(0);
            }
        });
        if (here.isEmpty()) {
            stuck = Optional.empty();
            return;
        }
        Map<Integer, Long> end = ends.of(here.keySet()).toCompletableFuture().get(5, TimeUnit.SECONDS);
        Optional<String> found = Optional.empty();
        for (Map.Entry<Integer, OwnedPartition> one : here.entrySet()) {
            int partition = one.getKey();
            long until = end.getOrDefault(partition, 0L);
            long waitedNanos = waited(partition, one.getValue(), until, nowNanos);
            if (waitedNanos >= stuckAfter.toNanos() && !skipped(partition, until)) {
                found = Optional.of("partition " + partition + " of " + log + " decides nothing although "
                        + lag(partition) + " commands wait");
                report(partition, one.getValue().decidedOffset(), waitedNanos);
            }
        }
        stuck = found;
    }

    private long waited(int partition, OwnedPartition here, long end, long nowNanos) {
        long decided = here.decidedOffset();
        lag(partition).set(Math.max(0, end - 1 - decided));
        Waiting before = waiting.get(partition);
        if (end - 1 <= decided) {
            waiting.remove(partition);
            return 0;
        }
        if (before == null || before.owned() != here || before.decidedOffset() != decided) {
            waiting.put(partition, new Waiting(here, decided, nowNanos));
            return 0;
        }
        return nowNanos - before.sinceNanos();
    }

    /** Commands that nobody can read are never decided, but they are passed. */
    private boolean skipped(int partition, long end) throws Exception {
        long committed = ends.committed(partition).toCompletableFuture().get(5, TimeUnit.SECONDS);
        return committed >= end;
    }

    private void report(int partition, long decidedOffset, long waitedNanos) {
        LOG.atError()
                .addKeyValue("log", log)
                .addKeyValue("partition", partition)
                .addKeyValue("offset", decidedOffset)
                .addKeyValue("seconds", TimeUnit.NANOSECONDS.toSeconds(waitedNanos))
                .log("commands are waiting and none is decided");
        if (waitedNanos >= exitAfter.toNanos()) {
            exit.run();
        }
    }

    private AtomicLong lag(int partition) {
        return lags.computeIfAbsent(partition, p -> {
            AtomicLong lag = new AtomicLong();
            Gauge.builder("millrace.commands.waiting", lag, AtomicLong::get)
                    .description("commands written and not decided yet")
                    .tag("log", log)
                    .tag("partition", String.valueOf(p))
                    .register(metrics);
            return lag;
        });
    }
}
