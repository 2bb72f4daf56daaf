package dev.millrace.tickets.serving;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.serving.CommittedTail;
import dev.millrace.serving.LogProgress;
import dev.millrace.serving.Reads;
import dev.millrace.tickets.serving.EventSeats.Step;
import dev.millrace.tickets.topics.TicketsQueries;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.EventView;
import dev.millrace.tickets.topics.v1.SeatFact;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StateClient;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seats of the events that somebody looks at: asked for once from the owner's state, then kept current by the
 * committed facts. So reads and sockets cost the owner nothing, and go on from what was last known while it is gone.
 *
 * <p>No fact is lost between the two: facts that come while the state is asked for wait; those it already includes
 * are skipped; and a state that is behind a fact already seen, or a fact that doesn't join on, makes it ask again.
 */
final class SeatMaps implements CommittedTail.Follower<SeatFact> {
    private static final Logger LOG = LoggerFactory.getLogger(SeatMaps.class);

    /** What one seat takes in memory with its written forms, in bytes: full JSON twice, a little for the rest. */
    private static final int SEAT_BYTES = 320;

    private static final int EVENT_BYTES = 8 * 1024;
    /** Events whose newest fact is remembered, loaded or not. */
    private static final int SEEN_MAX = 100_000;
    /** Facts that may wait for one event's state; beyond that it is asked for again. */
    private static final int PENDING_MAX = 50_000;

    private static final int LOADS_MAX = 20;
    private static final Duration LOAD_PAUSE = Duration.ofMillis(100);
    private static final Duration RELOAD_PAUSE = Duration.ofSeconds(1);
    private static final int STATE_WAIT_MILLIS = 500;

    private final Vertx vertx;
    private final StateClient state;
    private final LogProgress progress;
    private final Duration positionWait;
    private final Cache<String, Entry> entries;
    private final Map<String, Entry> pinned = new ConcurrentHashMap<>();
    private final Cache<String, Seen> seen =
            Caffeine.newBuilder().maximumSize(SEEN_MAX).build();
    private final Map<Integer, Position> takenInBatch = new ConcurrentHashMap<>();
    private Consumer<String> whenWatchedChanges = eventId -> {};

    private record Seen(long version, Position position) {}

    /** One event; its lock guards loading against the facts that come meanwhile. */
    private static final class Entry {
        private final String eventId;
        /** How many hold it; guarded by its place in the map of pinned ones. */
        private int pins;

        private @Nullable EventSeats seats;
        private @Nullable Promise<EventSeats> loading;
        private List<SeatFact> pending = new ArrayList<>();

        Entry(String eventId) {
            this.eventId = eventId;
        }
    }

    SeatMaps(Vertx vertx, StateClient state, LogProgress progress, Duration positionWait, long bytesMax) {
        this.vertx = vertx;
        this.state = state;
        this.progress = progress;
        this.positionWait = positionWait;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(bytesMax)
                .weigher((String id, Entry entry) -> weight(entry))
                .build();
    }

    /** @param eventId told, on the tail's thread, whenever facts changed an event that is {@link #pin pinned} */
    void whenPinnedChanges(Consumer<String> eventId) {
        whenWatchedChanges = eventId;
    }

    /**
     * Seats of an event that include everything up to a position. Fails with 404 UNKNOWN_EVENT, 503 STATE_UNAVAILABLE
     * when nobody who knows can be reached, 504 NOT_YET_VISIBLE when the position isn't reached in time.
     */
    Future<EventSeats> seats(String eventId, Optional<Position> atLeast) {
        Entry entry = entryOf(eventId);
        Future<EventSeats> loaded = load(entry, false);
        if (atLeast.isEmpty() || !atLeast.get().getLog().equals(TicketsTopics.SEATS)) {
            return loaded;
        }
        Position asked = atLeast.get();
        return loaded.compose(seats -> {
            if (seats.includes(asked)) {
                return Future.succeededFuture(seats);
            }
            return progress.await(asked, positionWait)
                    .compose(reached -> reached || seats.includes(asked)
                            ? whenSettled(entry, seats)
                            : Future.failedFuture(Reads.notYetVisible(asked)));
        });
    }

    /** Keeps an event loaded, whatever the bound, and reports its changes, until as many calls of {@link #unpin}. */
    Future<EventSeats> pin(String eventId) {
        Entry entry = pinned.compute(eventId, (id, kept) -> {
            Entry e = kept == null ? entries.get(id, Entry::new) : kept;
            e.pins++;
            return e;
        });
        return load(entry, false);
    }

    void unpin(String eventId) {
        pinned.computeIfPresent(eventId, (id, entry) -> {
            entry.pins--;
            if (entry.pins > 0) {
                return entry;
            }
            entries.put(id, entry);
            return null;
        });
    }

    @Override
    public void accept(int partition, long offset, SeatFact fact) {
        String eventId = fact.getEventId();
        // Before the entry is looked for: a load that starts just now then knows what it must include.
        seen.put(eventId, new Seen(fact.getSeatMapVersion(), fact.getPosition()));
        takenInBatch.put(fact.getPosition().getPartition(), fact.getPosition());
        Entry entry = pinned.get(eventId);
        boolean isPinned = entry != null;
        if (entry == null) {
            entry = entries.policy().getIfPresentQuietly(eventId);
        }
        if (entry == null) {
            return;
        }
        boolean changed = false;
        boolean gap = false;
        synchronized (entry) {
            if (entry.seats != null) {
                Step step = entry.seats.apply(fact);
                changed = step == Step.APPLIED;
                gap = step == Step.GAP;
            }
            if (entry.loading != null || gap) {
                if (entry.pending.size() >= PENDING_MAX) {
                    entry.pending.clear();
                }
                entry.pending.add(fact);
            }
        }
        if (gap) {
            load(entry, true).onFailure(e -> LOG.atDebug().setCause(e).log("state can't be asked again yet"));
        }
        if (changed && isPinned) {
            whenWatchedChanges.accept(eventId);
        }
    }

    /** Progress is told after a whole batch, so that nobody sees half of one command's facts. */
    @Override
    public void rest() {
        takenInBatch.values().forEach(progress::reached);
        takenInBatch.clear();
    }

    private Entry entryOf(String eventId) {
        Entry entry = pinned.get(eventId);
        return entry != null ? entry : entries.get(eventId, Entry::new);
    }

    private Future<EventSeats> whenSettled(Entry entry, EventSeats seats) {
        synchronized (entry) {
            return entry.loading == null ? Future.succeededFuture(seats) : entry.loading.future();
        }
    }

    private Future<EventSeats> load(Entry entry, boolean again) {
        Promise<EventSeats> promise;
        synchronized (entry) {
            if (entry.seats != null && !again) {
                return Future.succeededFuture(entry.seats);
            }
            if (entry.loading != null) {
                return entry.loading.future();
            }
            promise = Promise.promise();
            entry.loading = promise;
        }
        ask(entry, promise, 1);
        return promise.future();
    }

    private void ask(Entry entry, Promise<EventSeats> promise, int attempt) {
        Seen newest = seen.getIfPresent(entry.eventId);
        StateQuery.Builder query = StateQuery.newBuilder()
                .setName(TicketsQueries.EVENT)
                .setOwner(entry.eventId)
                .setKey(entry.eventId);
        if (newest != null) {
            query.setAtLeast(newest.position).setWaitMillis(STATE_WAIT_MILLIS);
        }
        state.ask(TicketsTopics.SEATS, query.build()).onComplete(asked -> {
            if (asked.failed()) {
                fail(entry, promise, asked.cause());
                return;
            }
            StateAnswer answer = asked.result();
            switch (answer.getStatus()) {
                case FOUND -> take(entry, promise, answer, attempt);
                case NOT_FOUND, UNDECIDED ->
                    fail(
                            entry,
                            promise,
                            Problem.of(404, "UNKNOWN_EVENT", "eventId", entry.eventId, "an event on sale"));
                default -> askAgain(entry, promise, attempt, answer.getStatus().name());
            }
        });
    }

    private void take(Entry entry, Promise<EventSeats> promise, StateAnswer answer, int attempt) {
        EventSeats loaded;
        try {
            loaded = new EventSeats(EventView.parseFrom(answer.getValue()));
        } catch (InvalidProtocolBufferException | IllegalStateException e) {
            fail(entry, promise, e);
            return;
        }
        boolean behind;
        EventSeats result = loaded;
        synchronized (entry) {
            behind = !joinsOn(loaded, entry.pending);
            Seen newest = seen.getIfPresent(entry.eventId);
            behind |= newest != null && newest.version > loaded.version();
            if (!behind) {
                if (entry.seats == null) {
                    entry.seats = loaded;
                } else {
                    entry.seats.replaceWith(loaded);
                    result = entry.seats;
                }
                entry.loading = null;
                entry.pending = new ArrayList<>();
            }
        }
        if (behind) {
            askAgain(entry, promise, attempt, "state behind the facts");
            return;
        }
        // Put again: only now it is known how much it weighs.
        entries.put(entry.eventId, entry);
        promise.complete(result);
        if (pinned.containsKey(entry.eventId)) {
            whenWatchedChanges.accept(entry.eventId);
        }
    }

    private static boolean joinsOn(EventSeats loaded, List<SeatFact> pending) {
        for (SeatFact fact : pending) {
            if (loaded.apply(fact) == Step.GAP) {
                return false;
            }
        }
        return true;
    }

    private void askAgain(Entry entry, Promise<EventSeats> promise, int attempt, String why) {
        if (attempt >= LOADS_MAX) {
            fail(
                    entry,
                    promise,
                    Problem.of(503, "STATE_UNAVAILABLE", "The seats' state isn't current: " + why)
                            .retryAfter(Duration.ofSeconds(1)));
            return;
        }
        vertx.setTimer(LOAD_PAUSE.toMillis(), fired -> ask(entry, promise, attempt + 1));
    }

    /** What was known before stays; it is asked for again in a while, as facts no longer join on to it. */
    private void fail(Entry entry, Promise<EventSeats> promise, Throwable why) {
        boolean hadSeats;
        synchronized (entry) {
            entry.loading = null;
            hadSeats = entry.seats != null;
            if (!hadSeats) {
                entry.pending = new ArrayList<>();
            }
        }
        if (hadSeats) {
            vertx.setTimer(
                    RELOAD_PAUSE.toMillis(),
                    fired -> load(entry, true)
                            .onFailure(e -> LOG.atDebug().setCause(e).log("state can't be asked again yet")));
        } else {
            entries.asMap().remove(entry.eventId, entry);
        }
        promise.fail(why);
    }

    private static int weight(Entry entry) {
        synchronized (entry) {
            EventSeats seats = entry.seats;
            return EVENT_BYTES
                    + (seats == null
                            ? 0
                            : SEAT_BYTES * seats.snapshot().layout().seats());
        }
    }
}
