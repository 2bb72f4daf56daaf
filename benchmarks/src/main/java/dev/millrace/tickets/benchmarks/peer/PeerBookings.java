package dev.millrace.tickets.benchmarks.peer;

import dev.millrace.ingest.CommandRoutes;
import dev.millrace.ingest.Expect;
import dev.millrace.tickets.ingest.BookingJson;
import dev.millrace.tickets.ingest.BookingRoutes;
import dev.millrace.tickets.topics.BookingIds;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StrictJson;
import dev.millrace.topics.http.Times;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Row;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Holding seats, confirming and cancelling a booking: the routes and checks of ingest, decided in PostgreSQL. */
final class PeerBookings {
    private final SeatTables tables;
    private final InstantSource clock;

    PeerBookings(SeatTables tables, InstantSource clock) {
        this.tables = tables;
        this.clock = clock;
    }

    void addTo(CommandRoutes routes) {
        routes.forUsers(HttpMethod.POST, "/bookings/:eventId").handler(this::hold);
        routes.forUsers(HttpMethod.POST, "/bookings/:bookingId/payment").handler(this::pay);
        routes.forUsers(HttpMethod.DELETE, "/bookings/:bookingId").handler(this::cancel);
    }

    private void hold(RoutingContext ctx) {
        String eventId = Expect.pathId("eventId", ctx.pathParam("eventId"));
        var wanted = BookingRoutes.holdOf(StrictJson.body(ctx, BookingRoutes.Hold.class));
        String[] ticketIds = wanted.getTicketIdsList().toArray(new String[0]);
        tell(ctx, 201, tables.claim(Call.of(ctx), eventId, ticketIds));
    }

    private void pay(RoutingContext ctx) {
        tell(ctx, 200, tables.confirm(Call.of(ctx), bookingOf(ctx)));
    }

    private void cancel(RoutingContext ctx) {
        tell(ctx, 200, tables.cancel(Call.of(ctx), bookingOf(ctx)));
    }

    private static UUID bookingOf(RoutingContext ctx) {
        String bookingId = String.valueOf(ctx.pathParam("bookingId"));
        return BookingIds.commandOf(bookingId)
                .map(id -> Call.uuid(id.bytes()))
                .orElseThrow(
                        () -> Problem.of(404, "UNKNOWN_BOOKING", "bookingId", bookingId, "id of a booking of yours"));
    }

    private void tell(RoutingContext ctx, int status, Future<Row> decided) {
        decided.onFailure(ctx::fail).onSuccess(row -> {
            if (!row.getString("outcome").equals("DONE")) {
                String[] refused = row.getArrayOfStrings("refused");
                ctx.fail(Refusals.problem(row.getString("outcome"), refused == null ? new String[0] : refused));
                return;
            }
            BookingJson booking = booking(row);
            if (status == 201) {
                ctx.response().putHeader("Location", "/bookings/" + booking.bookingId());
            }
            var unused = StrictJson.answer(ctx, status, booking);
        });
    }

    private BookingJson booking(Row row) {
        String eventId = row.getString("event_id");
        String[] ticketIds = row.getArrayOfStrings("ticket_ids");
        String[] tierIds = row.getArrayOfStrings("tier_ids");
        Long[] prices = row.getArrayOfLongs("prices");
        List<BookingJson.Ticket> tickets = new ArrayList<>(ticketIds.length);
        for (int i = 0; i < ticketIds.length; i++) {
            tickets.add(BookingJson.Ticket.of(ticketIds[i], tierIds[i], prices[i]));
        }
        long expiresAt = row.getOffsetDateTime("expires_at").toInstant().toEpochMilli();
        return new BookingJson(
                BookingIds.of(eventId, Call.commandId(row.getUUID("booking_id"))),
                eventId,
                row.getString("user_id"),
                row.getString("status"),
                tickets,
                row.getLong("total_minor"),
                row.getString("currency"),
                Times.text(expiresAt),
                Math.max(0, expiresAt - clock.millis()),
                Times.text(row.getOffsetDateTime("created_at").toInstant()));
    }
}
