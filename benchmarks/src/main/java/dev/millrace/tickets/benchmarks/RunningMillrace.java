package dev.millrace.tickets.benchmarks;

import dev.millrace.benchmarks.Target;
import dev.millrace.load.Calls;
import dev.millrace.load.Calls.Answer;
import dev.millrace.topics.Positions;
import dev.millrace.topics.v1.Position;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/** Millrace as `./millrace up` started it: claims to ingest, reads to serving, the ledger followed in its database. */
public final class RunningMillrace implements Contender {
    private static final int HOLD_SECONDS = 1800;
    private static final String PROGRESS =
            "select partition, position_offset from spine.projector_offsets where projector = 'tickets-ledger'"
                    + " and position_log = 'seats'";
    private static final long LOOK_AGAIN_MILLIS = 5;

    private final Target target;
    private final Calls calls;
    private final Admin admin;
    private final Connection ledger;
    /** Offset of the newest accepted command of each partition. */
    private final Map<Integer, Long> newest = new HashMap<>();

    public RunningMillrace(Target target, Calls calls) {
        this.target = target;
        this.calls = calls;
        this.admin = Admin.create(Map.of("bootstrap.servers", target.brokers()));
        try {
            this.ledger = DriverManager.getConnection(target.ledger());
        } catch (SQLException e) {
            throw new IllegalStateException("the ledger's database doesn't answer", e);
        }
    }

    @Override
    public String name() {
        return "Millrace";
    }

    @Override
    public int claimPort() {
        return target.ingestPort();
    }

    @Override
    public int readPort() {
        return target.servingPort();
    }

    @Override
    public void putOnSale(List<String> eventIds, SeatRows rows) {
        Hall.open(calls, target, eventIds, rows, HOLD_SECONDS);
    }

    @Override
    public void accepted(Answer answer) {
        Position position = Positions.parse(answer.header("Millrace-Position"))
                .orElseThrow(() -> new IllegalStateException("an accepted claim without a position"));
        newest.merge(position.getPartition(), position.getOffset(), Math::max);
    }

    @Override
    public void awaitLedger(Duration within) {
        long giveUpAt = System.nanoTime() + within.toNanos();
        try (Statement statement = ledger.createStatement()) {
            while (!isCaughtUp(statement)) {
                if (System.nanoTime() - giveUpAt > 0) {
                    throw new IllegalStateException("the ledger isn't caught up within " + within);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the ledger can't be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the ledger", e);
        }
    }

    private boolean isCaughtUp(Statement statement) throws SQLException {
        Map<Integer, Long> projected = new HashMap<>();
        try (ResultSet rows = statement.executeQuery(PROGRESS)) {
            while (rows.next()) {
                projected.put(rows.getInt(1), rows.getLong(2));
            }
        }
        return newest.entrySet().stream().allMatch(of -> projected.getOrDefault(of.getKey(), -1L) >= of.getValue());
    }

    @Override
    public Map<String, Long> processes() {
        return target.processes();
    }

    /** Of every topic, and of the ledger's write-ahead log. */
    @Override
    public Map<String, Long> bytesWritten() {
        Map<String, Long> bytes = new TreeMap<>();
        try (Statement statement = ledger.createStatement();
                ResultSet row = statement.executeQuery("select pg_current_wal_lsn() - '0/0'::pg_lsn")) {
            row.next();
            bytes.put("ledger's WAL", row.getLong(1));
            admin.describeLogDirs(admin.describeCluster().nodes().get().stream()
                            .map(node -> node.id())
                            .toList())
                    .allDescriptions()
                    .get()
                    .values()
                    .forEach(directories -> directories
                            .values()
                            .forEach(directory -> directory
                                    .replicaInfos()
                                    .forEach((partition, replica) ->
                                            bytes.merge(partition.topic(), replica.size(), Long::sum))));
        } catch (SQLException | ExecutionException e) {
            throw new IllegalStateException("can't tell what was written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking what was written", e);
        }
        return bytes;
    }

    @Override
    public void close() {
        admin.close();
        try {
            ledger.close();
        } catch (SQLException e) {
            throw new IllegalStateException("the ledger's connection can't be closed", e);
        }
    }
}
