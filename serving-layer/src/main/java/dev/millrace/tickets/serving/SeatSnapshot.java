package dev.millrace.tickets.serving;

import dev.millrace.topics.Positions;
import dev.millrace.topics.v1.Position;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event's seats at one version. Never changes, and writes each of its forms down at most once, however many ask
 * for it.
 */
final class SeatSnapshot {
    private final SeatLayout layout;
    private final byte[] statuses;
    private final int[] available;
    private final long version;
    private final Position position;
    private final long changedAtMillis;

    private volatile @Nullable Written full;
    private volatile @Nullable Written summary;
    private volatile @Nullable Written seatMap;
    private volatile @Nullable String live;

    SeatSnapshot(
            SeatLayout layout,
            byte[] statuses,
            int[] available,
            long version,
            Position position,
            long changedAtMillis) {
        this.layout = layout;
        this.statuses = statuses;
        this.available = available;
        this.version = version;
        this.position = position;
        this.changedAtMillis = changedAtMillis;
    }

    SeatLayout layout() {
        return layout;
    }

    byte status(int index) {
        return statuses[index];
    }

    byte[] statuses() {
        return statuses;
    }

    int[] available() {
        return available;
    }

    long version() {
        return version;
    }

    long definition() {
        return layout.event().getDefinition();
    }

    String positionText() {
        return Positions.text(position);
    }

    Instant changedAt() {
        return Instant.ofEpochMilli(changedAtMillis);
    }

    /** GET /events/{id}. */
    synchronized Written full() {
        Written written = full;
        if (written == null) {
            written = new Written(EventJson.full(this), definition() + "-" + version + "-e");
            full = written;
        }
        return written;
    }

    /** GET /events/{id}?view=summary. */
    Written summary() {
        Written written = summary;
        if (written == null) {
            written = new Written(EventJson.summary(this), definition() + "-" + version + "-s");
            summary = written;
        }
        return written;
    }

    /** GET /events/{id}/seatmap. */
    Written seatMap() {
        Written written = seatMap;
        if (written == null) {
            written = new Written(EventJson.seatMap(this), definition() + "-" + version + "-m");
            seatMap = written;
        }
        return written;
    }

    /** First message of a live socket, and the one that a socket that fell behind gets. */
    String live() {
        String text = live;
        if (text == null) {
            text = LiveJson.snapshot(this);
            live = text;
        }
        return text;
    }
}
