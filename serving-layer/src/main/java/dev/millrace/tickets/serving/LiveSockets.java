package dev.millrace.tickets.serving;

import dev.millrace.serving.LiveConnection;
import dev.millrace.serving.LiveDoor;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** WS /events/{id}/live: tells viewers what changes. */
final class LiveSockets {
    private final Vertx vertx;
    private final SeatMaps maps;
    private final Duration batch;
    private final Counter resyncs;
    /** Guarded by itself for joining and leaving; read freely. */
    private final Map<String, LiveEvent> events = new ConcurrentHashMap<>();

    LiveSockets(Vertx vertx, SeatMaps maps, Duration batch, Counter resyncs) {
        this.vertx = vertx;
        this.maps = maps;
        this.batch = batch;
        this.resyncs = resyncs;
        maps.whenPinnedChanges(eventId -> {
            LiveEvent event = events.get(eventId);
            if (event != null) {
                event.schedule();
            }
        });
    }

    void addTo(Router router, LiveDoor door) {
        door.addTo(
                router,
                "/events/:eventId/live",
                ctx -> maps.seats(EventRoutes.eventId(ctx), Optional.empty()).mapEmpty(),
                ctx -> {
                    String eventId = EventRoutes.eventId(ctx);
                    return connection -> seat(eventId, connection);
                });
    }

    private Runnable seat(String eventId, LiveConnection connection) {
        LiveSocket viewer = new LiveSocket(connection);
        maps.pin(eventId).onComplete(pinned -> {
            if (pinned.failed()) {
                connection.goAway();
            } else if (!connection.isClosed()) {
                LiveEvent event = join(eventId, pinned.result(), viewer);
                connection.whenRoom(() -> {
                    if (viewer.isBehind()) {
                        event.schedule();
                    }
                });
                if (connection.isClosed()) {
                    leave(eventId, viewer);
                }
            }
        });
        return () -> {
            leave(eventId, viewer);
            maps.unpin(eventId);
        };
    }

    private LiveEvent join(String eventId, EventSeats seats, LiveSocket viewer) {
        synchronized (events) {
            LiveEvent event =
                    events.computeIfAbsent(eventId, id -> new LiveEvent(vertx, seats, batch.toMillis(), resyncs));
            event.join(viewer);
            return event;
        }
    }

    private void leave(String eventId, LiveSocket viewer) {
        synchronized (events) {
            LiveEvent event = events.get(eventId);
            if (event != null && event.leave(viewer)) {
                events.remove(eventId);
            }
        }
    }
}
