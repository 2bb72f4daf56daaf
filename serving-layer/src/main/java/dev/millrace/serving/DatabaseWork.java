package dev.millrace.serving;

import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from PostgreSQL off the event loop, by a few threads and a short queue. What doesn't fit is refused at once:
 * a queue that grows only makes every answer late.
 */
public final class DatabaseWork {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWork.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** One read. */
    public interface Read<T> {
        T from(Connection connection) throws SQLException;
    }

    private final WorkerExecutor threads;
    private final DataSource database;
    private final Schema schema;
    private final int inFlightMax;
    private final AtomicInteger inFlight = new AtomicInteger();

    DatabaseWork(Vertx vertx, DataSource database, Schema schema, int threadCount, int waitingMax) {
        this.threads = vertx.createSharedWorkerExecutor("database", threadCount);
        this.database = database;
        this.schema = schema;
        this.inFlightMax = threadCount + waitingMax;
    }

    /** Fails with 503 OVERLOADED when the queue is full, 503 DATABASE_UNAVAILABLE when PostgreSQL doesn't answer. */
    public <T> Future<T> read(Read<T> read) {
        if (inFlight.incrementAndGet() > inFlightMax) {
            inFlight.decrementAndGet();
            return Future.failedFuture(Problem.of(503, "OVERLOADED", "too many reads wait for the database")
                    .retryAfter(RETRY_AFTER));
        }
        return threads.executeBlocking(() -> run(read), false).onComplete(done -> inFlight.decrementAndGet());
    }

    private <T> T run(Read<T> read) {
        try {
            schema.bringUpToDate();
            try (Connection connection = database.getConnection()) {
                connection.setReadOnly(true);
                connection.setAutoCommit(false);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                T answer = read.from(connection);
                connection.rollback();
                return answer;
            }
        } catch (SQLException e) {
            LOG.atWarn().addKeyValue("error", e.getMessage()).log("a read from PostgreSQL failed");
            throw Problem.of(503, "DATABASE_UNAVAILABLE", "the database doesn't answer")
                    .retryAfter(RETRY_AFTER);
        }
    }
}
