package dev.millrace.feed.serving;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import dev.millrace.serving.CassandraKeyspace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who followed whom, from when to when, in Cassandra: an edge is a row under its reader and one under its author, in the
 * month it began. Beside them the months there are for each user, and how far into the log the rows go. Nothing is ever
 * deleted, so no read wades through tombstones.
 */
final class EdgeTables {
    /** Whose edges. */
    enum Side {
        /** Whom a reader follows. */
        FOLLOWING("following", "reader_id", "author_id"),
        /** Who follows an author. */
        FOLLOWERS("followers", "author_id", "reader_id");

        final String table;
        final String owner;
        final String other;

        Side(String table, String owner, String other) {
            this.table = table;
            this.owner = owner;
            this.other = other;
        }
    }

    private final CassandraKeyspace cassandra;

    EdgeTables(CassandraKeyspace cassandra) {
        this.cassandra = cassandra;
    }

    /** Makes what is missing. */
    void make() {
        cassandra.make();
        for (Side side : Side.values()) {
            cassandra.define("CREATE TABLE IF NOT EXISTS " + cassandra.named(side.table) + " (" + side.owner
                    + " text, month text, "
                    + side.other + " text, version bigint, since bigint, reader_partition int, made_offset bigint,"
                    + " ended bigint, ended_offset bigint, PRIMARY KEY ((" + side.owner + ", month), " + side.other
                    + ", version)) WITH CLUSTERING ORDER BY (" + side.other + " ASC, version DESC)");
        }
        cassandra.define("CREATE TABLE IF NOT EXISTS " + cassandra.named("months")
                + " (user_id text, side text, month text, PRIMARY KEY ((user_id, side), month))");
        cassandra.define("CREATE TABLE IF NOT EXISTS " + cassandra.named("places")
                + " (partition int PRIMARY KEY, next_offset bigint, position_offset bigint)");
    }

    /** What writes a row under one of its two users. */
    BoundStatement write(Side side, EdgeRow row) {
        String columns = row.ended() ? "ended = ?, ended_offset = ?" : "since = ?, made_offset = ?";
        return cassandra.bind(
                "UPDATE " + cassandra.named(side.table) + " SET " + columns + ", reader_partition = ? WHERE "
                        + side.owner + " = ? AND month = ? AND " + side.other + " = ? AND version = ?",
                row.atMillis(),
                row.offset(),
                row.partition(),
                side == Side.FOLLOWING ? row.readerId() : row.authorId(),
                row.month(),
                side == Side.FOLLOWING ? row.authorId() : row.readerId(),
                row.version());
    }

    /** What makes a row's month known to who reads. */
    BoundStatement writeMonth(Side side, EdgeRow row) {
        return cassandra.bind(
                "INSERT INTO " + cassandra.named("months") + " (user_id, side, month) VALUES (?, ?, ?)",
                side == Side.FOLLOWING ? row.readerId() : row.authorId(),
                side.table,
                row.month());
    }

    /** What moves a partition's place on. The offset is the write's time as well: whoever comes late changes nothing. */
    BoundStatement movePlace(int partition, long nextOffset, long position) {
        return cassandra.bind(
                "INSERT INTO " + cassandra.named("places")
                        + " (partition, next_offset, position_offset) VALUES (?, ?, ?) USING TIMESTAMP ?",
                partition,
                nextOffset,
                position,
                nextOffset);
    }

    /**
     * How far the rows of a partition go.
     *
     * @param nextOffset of the first fact that isn't in
     * @param position newest command whose fact is in, and so all before it; -1 if there is none
     */
    record Place(long nextOffset, long position) {}

    Place place(int partition) {
        Row row = cassandra
                .session()
                .execute(cassandra.bind(
                        "SELECT next_offset, position_offset FROM " + cassandra.named("places")
                                + " WHERE partition = ?",
                        partition))
                .one();
        return row == null ? new Place(0, -1) : new Place(row.getLong(0), row.getLong(1));
    }

    /** Of every partition that has any rows: the newest command whose fact is in, and so all before it. */
    Map<Integer, Long> positions() {
        Map<Integer, Long> positions = new HashMap<>();
        cassandra
                .session()
                .execute(cassandra.bind("SELECT partition, position_offset FROM " + cassandra.named("places")))
                .forEach(row -> positions.put(row.getInt(0), row.getLong(1)));
        return positions;
    }

    /** Months in which edges of this user began, oldest first. */
    List<String> months(Side side, String userId) {
        return cassandra
                .session()
                .execute(cassandra.bind(
                        "SELECT month FROM " + cassandra.named("months") + " WHERE user_id = ? AND side = ?",
                        userId,
                        side.table))
                .map(row -> String.valueOf(row.getString(0)))
                .all();
    }

    /**
     * Edges of one month, in the order of the other users' ids.
     *
     * @param sinceMillis 0 if only its end is known yet
     * @param endedOffset {@link Long#MAX_VALUE} if it hasn't ended
     */
    record Edge(
            String otherId, long version, long sinceMillis, int readerPartition, long madeOffset, long endedOffset) {
        /** Whether it was there as of this offset of its reader's partition. */
        boolean wasThereAt(long offset) {
            return madeOffset <= offset && endedOffset > offset;
        }
    }

    /** Edges to users after this one; read on as it is iterated. */
    Iterable<Edge> edges(Side side, String userId, String month, String after, int pageSize) {
        BoundStatement select = cassandra
                .bind(
                        "SELECT " + side.other + ", version, since, reader_partition, made_offset, ended_offset FROM "
                                + cassandra.named(side.table) + " WHERE " + side.owner + " = ? AND month = ? AND "
                                + side.other
                                + " > ?",
                        userId,
                        month,
                        after)
                .setPageSize(pageSize);
        return cassandra.session().execute(select).map(EdgeTables::edge);
    }

    private static Edge edge(Row row) {
        return new Edge(
                String.valueOf(row.getString(0)),
                row.getLong(1),
                row.getLong(2),
                row.getInt(3),
                row.isNull(4) ? Long.MAX_VALUE : row.getLong(4),
                row.isNull(5) ? Long.MAX_VALUE : row.getLong(5));
    }
}
