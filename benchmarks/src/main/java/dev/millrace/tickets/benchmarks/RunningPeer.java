package dev.millrace.tickets.benchmarks;

import dev.millrace.benchmarks.ChildProcess;
import dev.millrace.benchmarks.StartedMillrace;
import dev.millrace.benchmarks.Target;
import dev.millrace.load.Calls;
import dev.millrace.load.Calls.Answer;
import dev.millrace.tickets.benchmarks.peer.PeerApi;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The peer and its PostgreSQL. Its front has the settings and the JVM flags that Millrace's ingest was started with, but
 * a larger heap, as it is all there is.
 */
public final class RunningPeer implements Contender {
    private static final int HOLD_SECONDS = 1800;
    private static final int HEAP_MIB = 384;
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final List<String> SHARED_SETTINGS =
            List.of("http.host=", "http.trusted.proxies=", "http.threads=", "auth.", "session.key.file=", "rate.");

    private final PeerDatabase database;
    private final ChildProcess front;
    private final int port;
    private boolean synchronous = true;

    private RunningPeer(PeerDatabase database, ChildProcess front, int port) {
        this.database = database;
        this.front = front;
        this.port = port;
    }

    /**
     * Starts both.
     *
     * @param folder an empty one
     * @param port of the front; the database has the next one
     * @param more settings of the front, as key=value
     */
    public static RunningPeer beside(StartedMillrace millrace, Calls calls, Path folder, int port, List<String> more)
            throws IOException, SQLException {
        Path own = Files.createDirectory(folder.resolve("peer"));
        PeerDatabase database = PeerDatabase.start(own, port + 1);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flagsOfIngest(millrace.target()));
        command.addAll(List.of(
                "-Dlogback.configurationFile=quiet-logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                PeerApi.class.getName()));
        millrace.settingsOf("ingest").stream()
                .map(setting -> setting.replace("\\", ""))
                .filter(setting -> SHARED_SETTINGS.stream().anyMatch(setting::startsWith))
                .forEach(command::add);
        command.addAll(List.of(
                "http.port=" + port,
                "exit.on.stdin.eof=true",
                "peer.postgres.port=" + database.port(),
                "peer.postgres.password=" + database.password()));
        command.addAll(more);
        ChildProcess front = ChildProcess.start("the peer", command, own.resolve("front.log"))
                .awaiting(() -> isReady(calls, port), READY_WITHIN);
        return new RunningPeer(database, front, port);
    }

    /** Runs from now on with commits that wait for the disk, or don't. */
    public Contender synchronous(boolean on) {
        synchronous = on;
        database.synchronousCommit(on);
        return this;
    }

    private static List<String> flagsOfIngest(Target target) {
        String[] arguments = Optional.ofNullable(target.processes().get("ingest"))
                .flatMap(ProcessHandle::of)
                .flatMap(process -> process.info().arguments())
                .orElseThrow(() -> new IllegalStateException("ingest's JVM flags can't be read"));
        return Stream.concat(
                        Stream.of(arguments)
                                .filter(flag -> flag.startsWith("-X"))
                                .filter(flag -> !flag.contains("Archive")
                                        && !flag.startsWith("-Xmx")
                                        && !flag.startsWith("-Xmn")
                                        && !flag.startsWith("-Xshare")),
                        Stream.of("-Xmx" + HEAP_MIB + "m", "-Xmn" + HEAP_MIB / 3 + "m"))
                .toList();
    }

    private static boolean isReady(Calls calls, int port) {
        var answer = calls.send(HttpMethod.GET, port, "/readyz", Map.of(), Buffer.buffer())
                .map(Answer::status)
                .otherwise(refused -> 0);
        return answer.await() == 200;
    }

    @Override
    public String name() {
        return synchronous ? "PostgreSQL" : "PostgreSQL, sync off";
    }

    @Override
    public int claimPort() {
        return port;
    }

    @Override
    public int readPort() {
        return port;
    }

    @Override
    public void putOnSale(List<String> eventIds, SeatRows rows) {
        database.putOnSale(eventIds, rows, HOLD_SECONDS);
    }

    @Override
    public void accepted(Answer answer) {
        // It is in the database before it is answered.
    }

    @Override
    public void awaitLedger(Duration within) {
        // The tables that claims are decided in are the ledger.
    }

    @Override
    public Map<String, Long> processes() {
        return Map.of("front", front.pid(), "postgres", database.pid());
    }

    @Override
    public Map<String, Long> bytesWritten() {
        return Map.of("WAL", database.walBytes(), "tables", database.tableBytes());
    }

    /** Seats that two bookings have, by the database's own account. */
    public long seatsBookedTwice() {
        return database.contradictions();
    }

    @Override
    public void close() {
        front.close();
        database.close();
    }
}
