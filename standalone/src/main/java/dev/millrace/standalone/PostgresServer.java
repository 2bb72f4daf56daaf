package dev.millrace.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** A real PostgreSQL, known by its pid file. Its user is {@code millrace}, with a password of this data folder's own. */
final class PostgresServer {
    static final String USER = "millrace";
    static final String PASSWORD_FILE = "postgres/password";
    private static final String DATABASE = "millrace";
    private static final String MODULE = "standalone/servers/postgres";

    private final Programs programs;
    private final DataFolder data;
    private final Ports ports;

    PostgresServer(Programs programs, DataFolder data, Ports ports) {
        this.programs = programs;
        this.data = data;
        this.ports = ports;
    }

    String url() {
        return url(ports);
    }

    static String url(Ports ports) {
        return url(ports, DATABASE);
    }

    private static String url(Ports ports, String database) {
        return "jdbc:postgresql://127.0.0.1:" + ports.postgres() + "/" + database;
    }

    /** Drawn at the first start. */
    String password() {
        return data.secret(PASSWORD_FILE);
    }

    /** Unpacks the programs and makes the data directory, whichever is missing. */
    Program program() throws IOException, InterruptedException {
        Path home = PostgresBinaries.unpacked(programs.libOf(MODULE), programs.unpackedOf(MODULE, "postgres"));
        password();
        Path cluster = data.root().resolve("postgres/cluster");
        if (!Files.exists(cluster.resolve("PG_VERSION"))) {
            initialise(home, cluster);
        }
        List<String> server = List.of(
                home.resolve("bin/postgres").toString(),
                "-D",
                cluster.toString(),
                "-p",
                Integer.toString(ports.postgres()),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "jit=off",
                "-c",
                "shared_buffers=64MB",
                "-c",
                "max_connections=60");
        return new Program(
                "postgres",
                "127.0.0.1:" + ports.postgres(),
                // Inside the namespace, as entering one forgets the signal.
                Spawner.apart(asOrdinaryUser(Tether.endingWithLauncher(server))),
                data.log("postgres"),
                this::notYet,
                // Fast shutdown: TERM would wait for every client to leave.
                "INT",
                Duration.ofSeconds(20),
                child -> {});
    }

    private void initialise(Path home, Path cluster) throws IOException, InterruptedException {
        List<String> command = List.of(
                home.resolve("bin/initdb").toString(),
                "-D",
                cluster.toString(),
                "-U",
                USER,
                "-A",
                "scram-sha-256",
                "--pwfile=" + data.root().resolve(PASSWORD_FILE),
                "-E",
                "UTF8",
                "--locale=C.UTF-8");
        Path log = data.log("postgres");
        Process process = new ProcessBuilder(asOrdinaryUser(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (!process.waitFor(Child.START_WITHIN.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new StartFailure("postgres", "its data directory can't be made" + LogTail.of(log));
        }
    }

    private Optional<String> notYet(ProcessHandle child) throws Exception {
        Path pidFile = data.root().resolve("postgres/cluster/postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.of("it hasn't written its pid file");
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.size() < 8 || !lines.get(7).strip().equals("ready")) {
            return Optional.of("it is recovering");
        }
        long pid = Long.parseLong(lines.get(0).strip());
        if (pid != child.pid() && child.descendants().noneMatch(d -> d.pid() == pid)) {
            if (ProcessHandle.of(pid).isEmpty()) {
                return Optional.of("its pid file is still that of process " + pid + ", which was killed");
            }
            throw new StartFailure(
                    "postgres", "process " + pid + " has its data directory (expected: " + child.pid() + ")");
        }
        makeDatabase();
        return Optional.empty();
    }

    private void makeDatabase() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(ports, "postgres"), credentials());
                Statement statement = connection.createStatement()) {
            try (ResultSet known =
                    statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
                if (known.next()) {
                    return;
                }
            }
            statement.execute("create database " + DATABASE);
        }
    }

    private Properties credentials() {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", password());
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("socketTimeout", "10");
        return properties;
    }

    /** PostgreSQL refuses to run as root: root puts it into a user namespace, where it is nobody in particular. */
    private static List<String> asOrdinaryUser(List<String> command) {
        return Machine.isRoot() ? Machine.join(List.of("unshare", "-U"), command) : command;
    }
}
