package dev.millrace.files.serving;

import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.ChangesView;
import dev.millrace.serving.CassandraKeyspace;
import dev.millrace.serving.ServingParts;
import dev.millrace.serving.StoreSettings;
import dev.millrace.serving.StoreWork;
import dev.millrace.topics.http.Problem;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What became of files before what their owners still know, from Cassandra. Who may read it is the owner's to say. */
final class ChangeHistory implements AutoCloseable {
    private static final int THREADS = 4;
    private static final Duration WITHIN = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final CassandraKeyspace cassandra;
    private final StoreWork work;
    private final ChangeTable table;

    ChangeHistory(ServingParts parts, StoreSettings.Cassandra settings) {
        this.cassandra = new CassandraKeyspace(settings, WITHIN);
        this.work = new StoreWork(
                parts.server().vertx(),
                "cassandra-files",
                THREADS,
                WITHIN,
                parts.server().metrics());
        this.table = new ChangeTable(cassandra);
        FileId nobodys = new FileId("0".repeat(FileIds.NAMESPACE_CHARS), FileIds.ROOT);
        work.rehearse(() -> table.changes(nobodys, 0, 1, 1));
    }

    /**
     * A page of changes, begun with those that the owner has forgotten. Fails with a Problem while Cassandra doesn't say
     * whether there are any.
     *
     * @param kept what the owner said of the changes after this sequence
     */
    Future<ChangesView> before(ChangesView kept, FileId file, long after, int pageSize) {
        return before(
                kept,
                after,
                pageSize,
                () -> work.call(() -> table.changes(file, after, kept.getOldest(), pageSize + 1)));
    }

    /** @param earlier reads what was before what the owner knows, at least one more than a page has */
    static Future<ChangesView> before(
            ChangesView kept, long after, int pageSize, Supplier<Future<List<Change>>> earlier) {
        if (after + 1 >= kept.getOldest()) {
            return Future.succeededFuture(kept);
        }
        return earlier.get()
                .map(forgotten -> page(forgotten, kept, pageSize))
                .recover(away -> Future.failedFuture(unavailable()));
    }

    private static Problem unavailable() {
        return Problem.of(503, "DATABASE_UNAVAILABLE", "What became of it longer ago can't be read right now.")
                .retryAfter(SOON);
    }

    static ChangesView page(List<Change> forgotten, ChangesView kept, int pageSize) {
        List<Change> all = new ArrayList<>(forgotten);
        all.addAll(kept.getChangesList());
        return kept.toBuilder()
                .clearChanges()
                .addAllChanges(all.subList(0, Math.min(pageSize, all.size())))
                .setMore(kept.getMore() || all.size() > pageSize)
                .build();
    }

    @Override
    public void close() {
        work.close();
        cassandra.close();
    }
}
