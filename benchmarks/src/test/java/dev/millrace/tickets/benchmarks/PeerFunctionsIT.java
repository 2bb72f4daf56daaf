package dev.millrace.tickets.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.serving.TestPostgres;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The peer's functions in a real PostgreSQL: a peer that sold a seat twice would be no measure of anything. */
class PeerFunctionsIT {
    private static final UUID BODY = new UUID(0, 1);
    private static final UUID OTHER_BODY = new UUID(0, 2);
    private static TestPostgres postgres;
    private static String url;
    private Connection connection;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
        url = postgres.url().replaceAll("/postgres$", "/peer");
        try (Connection first = postgres.connect();
                Statement statement = first.createStatement()) {
            statement.execute("create database peer");
        }
        try (Connection first = connect();
                Statement statement = first.createStatement()) {
            statement.execute(PeerDatabase.schema());
        }
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void putOnSale() throws SQLException {
        connection = connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("truncate events, seats, bookings");
            statement.execute("insert into events (event_id, currency, hold_seconds, seats_per_booking_max)"
                    + " values ('e', 'GBP', 600, 8)");
            statement.execute("insert into seats (event_no, seat_no, ticket_id, tier_id, price_minor)"
                    + " select event_no, n, 'S-1-' || n, 'all', 0 from events, generate_series(1, 40) n");
        }
    }

    @Test
    void aClaimHoldsItsSeats() throws SQLException {
        assertThat(claim(key(1), BODY, "S-1-1", "S-1-2")).isEqualTo("DONE RESERVED {S-1-1,S-1-2}");

        assertThat(seats("status = 'R' and booking_id = '" + key(1) + "'")).isEqualTo(2);
    }

    @Test
    void aSeatThatIsTakenIsRefusedAndTheOthersAreLeft() throws SQLException {
        claim(key(1), BODY, "S-1-1", "S-1-2");

        assertThatThrownBy(() -> claim(key(2), BODY, "S-1-2", "S-1-3"))
                .hasMessageContaining("SEAT_TAKEN")
                .hasMessageContaining("S-1-2");

        assertThat(seats("status = 'R'")).isEqualTo(2);
        assertThat(claim(key(3), BODY, "S-1-3")).startsWith("DONE");
    }

    @Test
    void aClaimWhoseSeatsAreAllTakenIsRefusedWithTheirNames() throws SQLException {
        claim(key(1), BODY, "S-1-1", "S-1-2");

        assertThat(claim(key(2), BODY, "S-1-1", "S-1-2")).isEqualTo("SEAT_TAKEN {S-1-1,S-1-2}");
    }

    @Test
    void theSameKeyGetsTheSameAnswer() throws SQLException {
        String first = claim(key(1), BODY, "S-1-1", "S-1-2");

        assertThat(claim(key(1), BODY, "S-1-1", "S-1-2")).isEqualTo(first);
    }

    @Test
    void theSameKeyWithAnotherBodyIsRefused() throws SQLException {
        claim(key(1), BODY, "S-1-1", "S-1-2");

        assertThat(claim(key(1), OTHER_BODY, "S-1-5")).startsWith("IDEMPOTENCY_KEY_REUSED");
        assertThat(seats("ticket_id = 'S-1-5' and status = 'A'")).isEqualTo(1);
    }

    @Test
    void aHoldThatHasRunOutIsAsGoodAsNone() throws SQLException {
        claim(key(1), BODY, "S-1-1", "S-1-2");
        execute("update seats set expires_at = now() - interval '1 second' where status = 'R'");

        assertThat(claim(key(2), BODY, "S-1-2", "S-1-3")).isEqualTo("DONE RESERVED {S-1-2,S-1-3}");
        assertThatThrownBy(() -> end("confirm_booking", key(1), key(9))).hasMessageContaining("HOLD_LAPSED");
        assertThat(seats("status = 'S'")).isZero();
    }

    @Test
    void whatIsUnknownIsSaid() throws SQLException {
        assertThat(claim(key(1), BODY, "S-1-999")).isEqualTo("UNKNOWN_TICKET {S-1-999}");
        assertThat(end("confirm_booking", key(1), key(9))).startsWith("UNKNOWN_BOOKING");
    }

    @Test
    void aConfirmedBookingStaysAndACancelledOneGivesItsSeatsBack() throws SQLException {
        claim(key(1), BODY, "S-1-1");
        claim(key(2), BODY, "S-1-2");

        assertThat(end("confirm_booking", key(1), key(8))).isEqualTo("DONE CONFIRMED {S-1-1}");
        assertThat(end("confirm_booking", key(1), key(8))).isEqualTo("DONE CONFIRMED {S-1-1}");
        assertThat(end("cancel_booking", key(2), key(9))).isEqualTo("DONE CANCELLED {S-1-2}");
        assertThat(end("cancel_booking", key(2), key(9))).isEqualTo("DONE CANCELLED {S-1-2}");

        assertThat(seats("status = 'S'")).isEqualTo(1);
        assertThat(seats("status = 'A'")).isEqualTo(39);
    }

    /** Overlapping claims from both sides: each must end, and no seat may be in two bookings. */
    @Test
    void claimsThatCollideGiveEachSeatOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Callable<Void>> buyers = new ArrayList<>();
        for (int buyer = 0; buyer < 8; buyer++) {
            int own = buyer;
            buyers.add(() -> collide(own));
        }
        try {
            for (Future<Void> ended : threads.invokeAll(buyers)) {
                ended.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(number("select count(*) from bookings")).isPositive();
        assertThat(number("select count(*) from (select t from bookings, unnest(ticket_ids) t"
                        + " group by t having count(*) > 1) twice"))
                .isZero();
        assertThat(seats("status = 'R'")).isEqualTo(number("select sum(cardinality(ticket_ids)) from bookings"));
    }

    private static Void collide(int buyer) throws SQLException {
        try (Connection own = connect()) {
            for (int i = 1; i < 39; i++) {
                try {
                    claim(own, new UUID(buyer, i), BODY, "S-1-" + i, "S-1-" + (i + 1), "S-1-" + (i + 2));
                } catch (SQLException e) {
                    assertThat(e.getSQLState()).isEqualTo("MR409");
                }
            }
        }
        return null;
    }

    /** The same call from two sides at once, as a client that retries too soon. */
    @Test
    void aCallThatMeetsItselfGetsOneAnswer() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        Callable<String> call = () -> {
            try (Connection own = connect()) {
                return claim(own, key(1), BODY, "S-1-1", "S-1-2");
            }
        };
        try {
            for (Future<String> answer : threads.invokeAll(List.of(call, call, call, call))) {
                assertThat(answer.get()).isEqualTo("DONE RESERVED {S-1-1,S-1-2}");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(number("select count(*) from bookings")).isEqualTo(1);
    }

    private String claim(UUID booking, UUID body, String... ticketIds) throws SQLException {
        return claim(connection, booking, body, ticketIds);
    }

    private static String claim(Connection connection, UUID booking, UUID body, String... ticketIds)
            throws SQLException {
        try (PreparedStatement call = connection.prepareStatement(
                "select outcome, refused, (booking).status, (booking).ticket_ids from claim_seats('e', ?, 'u', ?, ?)")) {
            Array wanted = connection.createArrayOf("text", ticketIds);
            call.setObject(1, booking);
            call.setObject(2, body);
            call.setArray(3, wanted);
            return answer(call);
        }
    }

    private String end(String function, UUID booking, UUID key) throws SQLException {
        try (PreparedStatement call =
                connection.prepareStatement("select outcome, refused, (booking).status, (booking).ticket_ids from "
                        + function + "(?, 'u', ?, ?)")) {
            call.setObject(1, booking);
            call.setObject(2, key);
            call.setObject(3, BODY);
            return answer(call);
        }
    }

    private static String answer(PreparedStatement call) throws SQLException {
        try (ResultSet row = call.executeQuery()) {
            row.next();
            String outcome = row.getString(1);
            return outcome.equals("DONE")
                    ? outcome + " " + row.getString(3) + " " + row.getString(4)
                    : outcome + " " + row.getString(2);
        }
    }

    private long seats(String which) throws SQLException {
        return number("select count(*) from seats where " + which);
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static UUID key(int n) {
        return new UUID(7, n);
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(url, "postgres", "");
    }
}
