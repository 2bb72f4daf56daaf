package dev.millrace.files.serving;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.v1.Change;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.serving.CassandraKeyspace;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of each file and folder, in Cassandra: a row a change, under the file and an era of its namespace, so that
 * no partition grows for ever. Rows vanish by themselves after a year; nothing is ever deleted.
 */
final class ChangeTable {
    private static final Duration KEPT = Duration.ofDays(365);
    /** Sequences of a namespace that are together; a row has about 200 bytes. */
    private static final long ERA = 100_000;

    private final CassandraKeyspace cassandra;

    ChangeTable(CassandraKeyspace cassandra) {
        this.cassandra = cassandra;
    }

    /** Makes what is missing. */
    void make() {
        cassandra.make();
        cassandra.define("CREATE TABLE IF NOT EXISTS " + cassandra.named("file_changes")
                + " (file_id text, era bigint, sequence bigint, change blob,"
                + " PRIMARY KEY ((file_id, era), sequence))"
                + " WITH default_time_to_live = " + KEPT.toSeconds()
                + " AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'DAYS',"
                + " 'compaction_window_size': 30}");
        cassandra.define("CREATE TABLE IF NOT EXISTS " + cassandra.named("file_change_places")
                + " (partition int PRIMARY KEY, next_offset bigint)");
    }

    BoundStatement write(SyncEvent event) {
        Change change = event.getChange();
        return cassandra.bind(
                "INSERT INTO " + cassandra.named("file_changes")
                        + " (file_id, era, sequence, change) VALUES (?, ?, ?, ?)",
                new FileId(event.getNamespaceId(), change.getNodeId()).toString(),
                change.getSequence() / ERA,
                change.getSequence(),
                ByteBuffer.wrap(change.toByteArray()));
    }

    /** What moves a partition's place on. The offset is the write's time as well: whoever comes late changes nothing. */
    BoundStatement movePlace(int partition, long nextOffset) {
        return cassandra.bind(
                "INSERT INTO " + cassandra.named("file_change_places")
                        + " (partition, next_offset) VALUES (?, ?) USING TIMESTAMP ?",
                partition,
                nextOffset,
                nextOffset);
    }

    /** Offset of the first event of the partition that isn't in. */
    long place(int partition) {
        Row row = cassandra
                .session()
                .execute(cassandra.bind(
                        "SELECT next_offset FROM " + cassandra.named("file_change_places") + " WHERE partition = ?",
                        partition))
                .one();
        return row == null ? 0 : row.getLong(0);
    }

    /** The first changes of a file between two sequences, neither of them included. */
    List<Change> changes(FileId file, long after, long before, int limit) {
        List<Change> found = new ArrayList<>();
        for (long era = (after + 1) / ERA; era * ERA < before && found.size() < limit; era++) {
            found.addAll(cassandra
                    .session()
                    .execute(cassandra.bind(
                            "SELECT change FROM " + cassandra.named("file_changes")
                                    + " WHERE file_id = ? AND era = ? AND sequence > ? AND sequence < ? LIMIT ?",
                            file.toString(),
                            era,
                            after,
                            before,
                            limit - found.size()))
                    .map(ChangeTable::change)
                    .all());
        }
        return found;
    }

    private static Change change(Row row) {
        try {
            return Change.parseFrom(row.getByteBuffer(0));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a change that was written can't be read", e);
        }
    }
}
