package dev.millrace.tickets.benchmarks.peer;

import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Arrays;

/** Calls to the functions in PostgreSQL. Every event loop has connections of its own, so that no answer changes threads. */
final class SeatTables {
    private static final String COLUMNS = "select c.outcome, c.refused, (c.booking).booking_id, (c.booking).event_id,"
            + " (c.booking).user_id, (c.booking).status, (c.booking).ticket_ids, (c.booking).tier_ids,"
            + " (c.booking).prices, (c.booking).total_minor, (c.booking).currency, (c.booking).created_at,"
            + " (c.booking).expires_at from ";
    private static final String CLAIM = COLUMNS + "claim_seats($1, $2, $3, $4, $5) c";
    private static final String CONFIRM = COLUMNS + "confirm_booking($1, $2, $3, $4) c";
    private static final String CANCEL = COLUMNS + "cancel_booking($1, $2, $3, $4) c";
    private static final String MAP =
            "select string_agg(case when status = 'R' and expires_at <= now() then 'A' else status::text end, ''"
                    + " order by seat_no) from seats join events using (event_no) where event_id = $1";
    private static final String LEFT =
            "select tier_id, count(*) filter (where status = 'A' or status = 'R' and expires_at <= now()) as left"
                    + " from seats join events using (event_no) where event_id = $1 group by tier_id";
    /** What the functions raise to give back a part of the seats, and PostgreSQL's own for a key that exists. */
    private static final String REFUSED = "MR409";

    private static final String UNIQUE_VIOLATION = "23505";
    private static final Duration SOON = Duration.ofSeconds(1);

    private final ThreadLocal<SqlClient> client;

    SeatTables(Vertx vertx, PeerSettings settings) {
        PgConnectOptions to = new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(settings.postgresPort())
                .setDatabase("peer")
                .setUser("peer")
                .setPassword(settings.password())
                .setCachePreparedStatements(true)
                .setPipeliningLimit(settings.pipelined());
        int threads = settings.http().threads();
        PoolOptions connections = new PoolOptions().setMaxSize(Math.max(1, settings.connections() / threads));
        this.client = ThreadLocal.withInitial(() -> PgBuilder.client()
                .with(connections)
                .connectingTo(to)
                .using(vertx)
                .build());
    }

    Future<RowSet<Row>> check() {
        return client.get().query("select 1").execute();
    }

    Future<Row> claim(Call call, String eventId, String[] ticketIds) {
        Arrays.sort(ticketIds);
        return call(CLAIM, Tuple.of(eventId, call.id(), call.user(), call.bodyHash(), ticketIds));
    }

    Future<Row> confirm(Call call, java.util.UUID bookingId) {
        return call(CONFIRM, Tuple.of(bookingId, call.user(), call.id(), call.bodyHash()));
    }

    Future<Row> cancel(Call call, java.util.UUID bookingId) {
        return call(CANCEL, Tuple.of(bookingId, call.user(), call.id(), call.bodyHash()));
    }

    /** One letter a seat. */
    Future<String> map(String eventId) {
        return client.get()
                .preparedQuery(MAP)
                .execute(Tuple.of(eventId))
                .map(rows -> String.valueOf(rows.iterator().next().getString(0)));
    }

    Future<RowSet<Row>> left(String eventId) {
        return client.get().preparedQuery(LEFT).execute(Tuple.of(eventId));
    }

    private Future<Row> call(String function, Tuple arguments) {
        return client.get()
                .preparedQuery(function)
                .execute(arguments)
                .map(rows -> rows.iterator().next())
                .recover(failure -> Future.failedFuture(problem(failure)));
    }

    private static Throwable problem(Throwable failure) {
        if (failure instanceof PgException refusal && REFUSED.equals(refusal.getSqlState())) {
            String seats = refusal.getDetail();
            return Refusals.problem(
                    String.valueOf(refusal.getErrorMessage()), seats == null ? new String[0] : seats.split(",", -1));
        }
        if (failure instanceof PgException twice && UNIQUE_VIOLATION.equals(twice.getSqlState())) {
            return Refusals.problem("IDEMPOTENCY_KEY_REUSED", new String[0]);
        }
        return Problem.of(503, "DATABASE_UNAVAILABLE", "Nothing can be booked right now.")
                .retryAfter(SOON);
    }
}
