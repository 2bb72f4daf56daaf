package dev.millrace.serving;

import dev.millrace.topics.v1.Position;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** How far a view has come in each partition of each command log, and who waits for it to come further. */
public final class LogProgress {
    private record Partition(String log, int partition) {}

    private record Waiter(long offset, Promise<Boolean> reached) {}

    private static final class Track {
        private long offset = -1;
        private final PriorityQueue<Waiter> waiters = new PriorityQueue<>(Comparator.comparingLong(Waiter::offset));
    }

    /** Positions come from callers: no more tracks are kept than a log could have partitions. */
    private static final int PARTITIONS_MAX = 4096;

    private final Vertx vertx;
    private final Set<String> logs;
    private final Map<Partition, Track> tracks = new HashMap<>();

    /** @param logs the only logs that are ever waited for */
    public LogProgress(Vertx vertx, Set<String> logs) {
        this.vertx = vertx;
        this.logs = Set.copyOf(logs);
    }

    /** The view includes everything up to here. */
    public void reached(Position position) {
        List<Waiter> done = new ArrayList<>();
        synchronized (this) {
            Track track = track(position);
            track.offset = Math.max(track.offset, position.getOffset());
            while (!track.waiters.isEmpty() && track.waiters.peek().offset <= track.offset) {
                done.add(track.waiters.remove());
            }
        }
        done.forEach(waiter -> waiter.reached.tryComplete(true));
    }

    public synchronized boolean includes(Position position) {
        Track track = tracks.get(new Partition(position.getLog(), position.getPartition()));
        return track != null && track.offset >= position.getOffset();
    }

    /** True once the view includes this position, false if it doesn't within the bound. */
    public Future<Boolean> await(Position position, Duration atMost) {
        if (!logs.contains(position.getLog()) || position.getPartition() >= PARTITIONS_MAX) {
            return Future.succeededFuture(false);
        }
        Waiter waiter = new Waiter(position.getOffset(), Promise.promise());
        Track track;
        synchronized (this) {
            track = track(position);
            if (track.offset >= position.getOffset()) {
                return Future.succeededFuture(true);
            }
            track.waiters.add(waiter);
        }
        long timer = vertx.setTimer(Math.max(1, atMost.toMillis()), id -> {
            synchronized (this) {
                track.waiters.remove(waiter);
            }
            waiter.reached.tryComplete(false);
        });
        return waiter.reached.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private Track track(Position position) {
        return tracks.computeIfAbsent(new Partition(position.getLog(), position.getPartition()), unseen -> new Track());
    }
}
