package dev.millrace.tickets.serving;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.serving.Cursors;
import dev.millrace.serving.DatabaseWork;
import dev.millrace.serving.LogProgress;
import dev.millrace.serving.Reads;
import dev.millrace.tickets.topics.BookingIds;
import dev.millrace.tickets.topics.TicketsQueries;
import dev.millrace.tickets.topics.TicketsTopics;
import dev.millrace.tickets.topics.v1.Booking;
import dev.millrace.tickets.topics.v1.BookingView;
import dev.millrace.topics.Owners;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StateClient;
import dev.millrace.topics.http.StateUnavailable;
import dev.millrace.topics.v1.Position;
import dev.millrace.topics.v1.StateAnswer;
import dev.millrace.topics.v1.StateQuery;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/** GET /bookings/{id} and GET /bookings: the caller's own, and nobody else's. */
final class BookingRoutes {
    private static final int PAGE_SIZE = 20;
    private static final int PAGE_SIZE_MAX = 100;

    private final Identities identities;
    private final StateClient state;
    private final DatabaseWork database;
    private final FreshBookings fresh;
    private final LogProgress progress;
    private final Cursors cursors;
    private final Freshness freshness;
    private final Duration positionWait;
    private final IntSupplier partitions;
    private final InstantSource clock;

    /** @param partitions how many the seats' log has, 0 while that isn't known */
    BookingRoutes(
            Identities identities,
            StateClient state,
            DatabaseWork database,
            FreshBookings fresh,
            LogProgress progress,
            Cursors cursors,
            Freshness freshness,
            Duration positionWait,
            IntSupplier partitions,
            InstantSource clock) {
        this.identities = identities;
        this.state = state;
        this.database = database;
        this.fresh = fresh;
        this.progress = progress;
        this.cursors = cursors;
        this.freshness = freshness;
        this.positionWait = positionWait;
        this.partitions = partitions;
        this.clock = clock;
    }

    void addTo(Router router) {
        Reads.route(router, "/bookings").handler(identities.required()).handler(this::list);
        Reads.route(router, "/bookings/:bookingId")
                .handler(identities.required())
                .handler(this::one);
    }

    private void one(RoutingContext ctx) {
        String caller = Caller.of(ctx).subject();
        String bookingId = String.valueOf(ctx.pathParam("bookingId"));
        Reads.only(ctx);
        String eventId = BookingIds.eventOf(bookingId)
                .filter(id -> EventRoutes.EVENT_ID.matcher(id).matches())
                .orElseThrow(() -> unknown(bookingId));
        Optional<Position> asked = Reads.position(ctx).filter(p -> concerns(p, eventId));
        StateQuery.Builder query = StateQuery.newBuilder()
                .setName(TicketsQueries.BOOKING)
                .setOwner(eventId)
                .setKey(bookingId);
        asked.ifPresent(p -> query.setAtLeast(p).setWaitMillis((int) positionWait.toMillis()));
        Future<JsonObject> booking = state.ask(TicketsTopics.SEATS, query.build())
                .map(answer -> fromState(ctx, bookingId, caller, asked, answer))
                .recover(failure -> failure instanceof StateUnavailable unavailable
                        ? lastKnown(ctx, bookingId, caller, asked, unavailable)
                        : Future.failedFuture(failure));
        Reads.answer(ctx, booking, json -> send(ctx, json));
    }

    /** Whether this position can be part of what the event's owner decides on. */
    private boolean concerns(Position position, String eventId) {
        int count = partitions.getAsInt();
        return position.getLog().equals(TicketsTopics.SEATS)
                && (count == 0 || Owners.partitionOf(eventId, count) == position.getPartition());
    }

    private JsonObject fromState(
            RoutingContext ctx, String bookingId, String caller, Optional<Position> asked, StateAnswer answer) {
        if (answer.hasPosition()) {
            Reads.tellPosition(ctx, answer.getPosition());
        }
        if (answer.getAgeMillis() >= 1000) {
            Reads.tellAge(ctx, answer.getAgeMillis() / 1000);
        }
        return switch (answer.getStatus()) {
            case FOUND -> found(bookingId, caller, answer);
            case NOT_FOUND -> throw unknown(bookingId);
            case UNDECIDED -> BookingJson.pending(bookingId);
            case NOT_YET -> throw Reads.notYetVisible(asked.orElse(answer.getPosition()));
            default ->
                throw Problem.of(503, "STATE_UNAVAILABLE", "The bookings' owner can't answer.")
                        .retryAfter(Duration.ofSeconds(1));
        };
    }

    private JsonObject found(String bookingId, String caller, StateAnswer answer) {
        BookingView view;
        try {
            view = BookingView.parseFrom(answer.getValue());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("booking of " + bookingId + ": not a booking view", e);
        }
        return switch (view.getKindCase()) {
            case BOOKING -> own(view.getBooking(), caller);
            // The id holds a hash that only the sender of the request has.
            case REFUSED -> BookingJson.refused(bookingId, view.getRefused());
            case KIND_NOT_SET -> throw unknown(bookingId);
        };
    }

    private Future<JsonObject> lastKnown(
            RoutingContext ctx,
            String bookingId,
            String caller,
            Optional<Position> asked,
            StateUnavailable unavailable) {
        if (asked.isPresent() && !progress.includes(asked.get())) {
            return Future.failedFuture(unavailable);
        }
        Optional<FreshBookings.Fresh> newest = fresh.booking(bookingId);
        Future<Optional<Booking>> known = newest.isPresent()
                ? Future.succeededFuture(newest.map(FreshBookings.Fresh::booking))
                : database.read(connection -> Ledger.booking(connection, bookingId))
                        .recover(alsoDown -> Future.failedFuture(unavailable));
        return known.compose(booking -> {
            if (booking.isEmpty()) {
                return Future.failedFuture(unavailable);
            }
            Reads.tellAge(ctx, freshness.ageSeconds());
            return Future.succeededFuture(own(booking.get(), caller));
        });
    }

    private JsonObject own(Booking booking, String caller) {
        if (!booking.getUserId().equals(caller)) {
            throw unknown(booking.getBookingId());
        }
        return BookingJson.booking(booking, clock.millis());
    }

    private static Problem unknown(String bookingId) {
        return Problem.of(404, "UNKNOWN_BOOKING", "bookingId", bookingId, "a booking of yours");
    }

    private void list(RoutingContext ctx) {
        String caller = Caller.of(ctx).subject();
        Reads.only(ctx, "cursor", "pageSize");
        int pageSize = Reads.integer(ctx, "pageSize", PAGE_SIZE, 1, PAGE_SIZE_MAX);
        String list = "bookings/" + caller;
        Optional<Ledger.Place> after = Reads.parameter(ctx, "cursor").map(cursor -> place(cursors.open(list, cursor)));
        Optional<Position> asked = Reads.position(ctx).filter(p -> p.getLog().equals(TicketsTopics.SEATS));
        Future<List<Booking>> page = reached(asked).compose(yes -> {
            // Before the ledger: what it passes in the meantime is then in both, not in neither.
            List<FreshBookings.Fresh> mine = fresh.of(caller);
            return database.read(connection -> Ledger.page(connection, caller, after, pageSize + 1))
                    .map(read -> merge(read, mine, after, pageSize + 1));
        });
        Reads.answer(ctx, page, bookings -> {
            JsonArray items = new JsonArray();
            bookings.stream().limit(pageSize).forEach(b -> items.add(BookingJson.booking(b, clock.millis())));
            JsonObject json = new JsonObject().put("items", items);
            if (bookings.size() > pageSize) {
                Ledger.Place last = Ledger.Place.of(bookings.get(pageSize - 1));
                json.put("nextCursor", cursors.sign(list, last.createdAtMillis() + " " + last.bookingId()));
            }
            send(ctx, json);
        });
    }

    private Future<Boolean> reached(Optional<Position> asked) {
        return asked.isEmpty()
                ? Future.succeededFuture(true)
                : progress.await(asked.get(), positionWait)
                        .compose(reached -> reached
                                ? Future.succeededFuture(true)
                                : Future.failedFuture(Reads.notYetVisible(asked.get())));
    }

    /** The ledger's page with what it doesn't know yet put in its place. */
    static List<Booking> merge(
            Ledger.Page page, List<FreshBookings.Fresh> mine, Optional<Ledger.Place> after, int limit) {
        Map<String, Booking> byId = new HashMap<>();
        page.bookings().forEach(b -> byId.put(b.getBookingId(), b));
        for (FreshBookings.Fresh f : mine) {
            boolean unknownToLedger = f.offset() >= page.next().getOrDefault(f.partition(), 0L);
            boolean ofThisPart = after.isEmpty() || after.get().compareTo(Ledger.Place.of(f.booking())) < 0;
            if (unknownToLedger && ofThisPart) {
                byId.put(f.booking().getBookingId(), f.booking());
            }
        }
        return byId.values().stream()
                .sorted((a, b) -> Ledger.Place.of(a).compareTo(Ledger.Place.of(b)))
                .limit(limit)
                .toList();
    }

    private static Ledger.Place place(String text) {
        int space = text.indexOf(' ');
        return new Ledger.Place(Long.parseLong(text.substring(0, space)), text.substring(space + 1));
    }

    private static void send(RoutingContext ctx, JsonObject json) {
        ctx.response().putHeader("Cache-Control", "private, no-store");
        Reads.endJson(ctx, json);
    }
}
