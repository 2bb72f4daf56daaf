package dev.millrace.tickets.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.benchmarks.ChildProcess;
import dev.millrace.benchmarks.StartedMillrace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The peer's own PostgreSQL, from the programs that the launcher has unpacked, with its tables and functions. */
final class PeerDatabase implements AutoCloseable {
    private static final Path UNPACKED = Path.of("standalone/servers/postgres/target/postgres");
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=100",
            "jit=off",
            "shared_buffers=256MB",
            "max_wal_size=2GB",
            "wal_compression=on",
            "checkpoint_timeout=15min",
            // A refused claim is no error that an operator wants to read.
            "log_min_messages=fatal");

    private final int port;
    private final String password;
    private final ChildProcess server;
    private final Connection connection;

    private PeerDatabase(int port, String password, ChildProcess server, Connection connection) {
        this.port = port;
        this.password = password;
        this.server = server;
        this.connection = connection;
    }

    static PeerDatabase start(Path folder, int port) throws IOException, SQLException {
        Path home = home();
        Path cluster = folder.resolve("cluster");
        Path passwordFile = folder.resolve("password");
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        Files.writeString(passwordFile, password);
        ChildProcess.run(
                "initdb",
                asOrdinaryUser(List.of(
                        home.resolve("bin/initdb").toString(),
                        "-D",
                        cluster.toString(),
                        "-U",
                        "peer",
                        "-A",
                        "scram-sha-256",
                        "--pwfile=" + passwordFile,
                        "-E",
                        "UTF8",
                        "--locale=C.UTF-8")),
                folder.resolve("initdb.log"),
                READY_WITHIN);
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/postgres").toString(), "-D", cluster.toString(), "-p", Integer.toString(port)));
        SETTINGS.forEach(setting -> command.addAll(List.of("-c", setting)));
        ChildProcess server = ChildProcess.start(
                        "the peer's PostgreSQL",
                        asOrdinaryUser(Stream.concat(Stream.of("setpriv", "--pdeathsig", "INT"), command.stream())
                                .toList()),
                        folder.resolve("postgres.log"))
                .awaiting(() -> StartedMillrace.says(cluster.resolve("postmaster.pid"), "ready"), READY_WITHIN);
        try (Connection first = connect(port, "postgres", password);
                Statement statement = first.createStatement()) {
            statement.execute("create database peer");
        }
        Connection connection = connect(port, "peer", password);
        try (Statement statement = connection.createStatement()) {
            statement.execute(schema());
        }
        return new PeerDatabase(port, password, server, connection);
    }

    int port() {
        return port;
    }

    String password() {
        return password;
    }

    long pid() {
        return server.pid();
    }

    /** For every session, at once. */
    void synchronousCommit(boolean on) {
        execute("alter system set synchronous_commit = " + (on ? "on" : "off"));
        execute("select pg_reload_conf()");
    }

    void putOnSale(List<String> eventIds, SeatRows rows, int holdSeconds) {
        try (var events = connection.prepareStatement(
                        "insert into events (event_id, currency, hold_seconds, seats_per_booking_max)"
                                + " values (?, 'GBP', ?, 8)");
                var seats = connection.prepareStatement(
                        "insert into seats (event_no, seat_no, ticket_id, tier_id, price_minor)"
                                + " select event_no, place, ticket_id, 'all', 0"
                                + " from events, unnest(?::text[]) with ordinality as t (ticket_id, place)"
                                + " where event_id = ? order by ticket_id")) {
            Object[] ticketIds = Stream.iterate(0, seat -> seat + 1)
                    .limit(rows.seats())
                    .map(rows::ticketId)
                    .toArray();
            for (String eventId : eventIds) {
                events.setString(1, eventId);
                events.setInt(2, holdSeconds);
                events.executeUpdate();
                seats.setArray(1, connection.createArrayOf("text", ticketIds));
                seats.setString(2, eventId);
                seats.executeUpdate();
            }
            // As autovacuum would in a moment, so that it doesn't do so inside a timed run.
            execute("vacuum (analyze) seats");
        } catch (SQLException e) {
            throw new IllegalStateException("can't put events on sale", e);
        }
    }

    long walBytes() {
        return number("select pg_current_wal_lsn() - '0/0'::pg_lsn");
    }

    long tableBytes() {
        return number("select pg_total_relation_size('seats') + pg_total_relation_size('bookings')");
    }

    /** Seats held or sold that the bookings don't account for exactly once. */
    long contradictions() {
        return number("select count(*) from (select event_no, t from bookings, unnest(ticket_ids) t"
                + " where status <> 'CANCELLED' group by 1, 2 having count(*) > 1)");
    }

    private long number(String query) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    static String schema() throws IOException {
        try (InputStream in = PeerDatabase.class.getResourceAsStream("/peer/schema.sql")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        }
    }

    private static Connection connect(int port, String database, String password) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, "peer", password);
    }

    private static Path home() {
        try (Stream<Path> homes = Files.list(UNPACKED)) {
            return homes.filter(home -> Files.isExecutable(home.resolve("bin/postgres")))
                    .map(Path::toAbsolutePath)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(UNPACKED + " is empty (expected: PostgreSQL)"));
        } catch (IOException e) {
            throw new UncheckedIOException(UNPACKED + " (expected: made by `./millrace up`)", e);
        }
    }

    /** PostgreSQL refuses to run as root: root puts it into a user namespace, where it is nobody in particular. */
    private static List<String> asOrdinaryUser(List<String> command) {
        return "root".equals(System.getProperty("user.name"))
                ? Stream.concat(Stream.of("unshare", "-U"), command.stream()).toList()
                : command;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("can't leave the peer's database", e);
        } finally {
            server.close();
        }
    }
}
