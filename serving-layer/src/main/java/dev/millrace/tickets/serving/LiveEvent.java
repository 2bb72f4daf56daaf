package dev.millrace.tickets.serving;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The viewers of one event: they get every change, collected over a short while and written down once for all of
 * them. A viewer who can't keep up is left out, and gets a snapshot once there is room for it again; so nothing ever
 * piles up for anybody.
 */
final class LiveEvent {
    /** When thousands join at once, their snapshots wait in the network's buffers: no more than this many at a time. */
    private static final int SNAPSHOTS_PER_FLUSH_MAX = 500;

    private final Vertx vertx;
    private final EventSeats seats;
    private final long batchMillis;
    private final Counter resyncs;
    private final Set<LiveSocket> viewers = new LinkedHashSet<>();
    /** A flush is to come or under way. */
    private boolean scheduled;
    /** Something happened since the flush under way began. */
    private boolean again;

    private long lastFlushMillis;

    LiveEvent(Vertx vertx, EventSeats seats, long batchMillis, Counter resyncs) {
        this.vertx = vertx;
        this.seats = seats;
        this.batchMillis = batchMillis;
        this.resyncs = resyncs;
        seats.watch();
    }

    synchronized void join(LiveSocket viewer) {
        viewers.add(viewer);
        schedule();
    }

    /** @return whether nobody is left */
    synchronized boolean leave(LiveSocket viewer) {
        viewers.remove(viewer);
        if (viewers.isEmpty()) {
            seats.unwatch();
            return true;
        }
        return false;
    }

    /** Something changed, or somebody may have caught up: see to it soon, once. */
    synchronized void schedule() {
        again = true;
        if (!scheduled) {
            scheduled = true;
            setTimer();
        }
    }

    private void setTimer() {
        // With very many viewers sending takes longer than the batch: then half of the time is left to others.
        vertx.setTimer(Math.max(batchMillis, lastFlushMillis), fired -> {
            LiveSocket[] present = present();
            long began = System.nanoTime();
            boolean more = true;
            try {
                more = flush(present);
            } finally {
                rest((System.nanoTime() - began) / 1_000_000, more);
            }
        });
    }

    private synchronized LiveSocket[] present() {
        again = false;
        return viewers.toArray(LiveSocket[]::new);
    }

    private synchronized void rest(long tookMillis, boolean more) {
        lastFlushMillis = tookMillis;
        scheduled = (again || more) && !viewers.isEmpty();
        if (scheduled) {
            setTimer();
        }
    }

    /** @return whether somebody still waits for a snapshot only because many do */
    private boolean flush(LiveSocket[] present) {
        EventSeats.Changes changes = seats.drain();
        SeatSnapshot now = changes.after();
        String text = changes.seats().isEmpty() ? "" : LiveJson.changes(changes.seats(), now);
        int snapshots = 0;
        boolean more = false;
        for (LiveSocket viewer : present) {
            if (viewer.isSlow()) {
                if (!viewer.isBehind() && !changes.isEmpty()) {
                    viewer.fallBehind();
                    resyncs.increment();
                }
            } else if (viewer.isBehind() || changes.redefined()) {
                if (snapshots < SNAPSHOTS_PER_FLUSH_MAX) {
                    viewer.resync(now);
                    snapshots++;
                } else {
                    viewer.fallBehind();
                    more = true;
                }
            } else if (!text.isEmpty()) {
                viewer.send(text);
            }
        }
        return more;
    }
}
