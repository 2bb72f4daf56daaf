package dev.millrace.serving;

import dev.millrace.serving.FactStore.Step;
import dev.millrace.topics.v1.Position;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where projectors are in their topics, kept beside what they wrote and advanced in the same transaction. */
public final class ProjectorOffsets {
    private ProjectorOffsets() {}

    /** Next offset to apply; a partition that was never projected starts at 0. */
    static long next(Connection connection, String projector, String topic, int partition) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO spine.projector_offsets (projector, topic, partition, next_offset)
                VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING""")) {
            insert.setString(1, projector);
            insert.setString(2, topic);
            insert.setInt(3, partition);
            insert.executeUpdate();
        }
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT next_offset FROM spine.projector_offsets
                WHERE projector = ? AND topic = ? AND partition = ?""")) {
            select.setString(1, projector);
            select.setString(2, topic);
            select.setInt(3, partition);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /**
     * Moves each partition on from where it is expected to be, unless somebody else has moved it. The rows stay locked
     * until the transaction ends, so of two projectors of one partition only one can be right.
     *
     * @return how many were moved; fewer than there are steps means that this projector has lost some
     */
    static int advance(Connection connection, String projector, List<Step> steps) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE spine.projector_offsets o
                SET next_offset = s.next_offset, position_log = coalesce(s.position_log, o.position_log),
                    position_offset = greatest(o.position_offset, s.position_offset), advanced_at = now()
                FROM unnest(?::text[], ?::integer[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[])
                    AS s (topic, partition, expected, next_offset, position_log, position_offset)
                WHERE o.projector = ? AND o.topic = s.topic AND o.partition = s.partition
                    AND o.next_offset = s.expected""")) {
            int i = 1;
            update.setArray(i++, array(connection, "text", steps, Step::topic));
            update.setArray(i++, array(connection, "integer", steps, Step::partition));
            update.setArray(i++, array(connection, "bigint", steps, Step::expected));
            update.setArray(i++, array(connection, "bigint", steps, Step::next));
            update.setArray(
                    i++,
                    array(
                            connection,
                            "text",
                            steps,
                            s -> s.position().map(Position::getLog).orElse(null)));
            update.setArray(
                    i++,
                    array(
                            connection,
                            "bigint",
                            steps,
                            s -> s.position().map(Position::getOffset).orElse(-1L)));
            update.setString(i, projector);
            return update.executeUpdate();
        }
    }

    private static Array array(
            Connection connection, String type, List<Step> steps, Function<Step, @Nullable Object> value)
            throws SQLException {
        return connection.createArrayOf(type, steps.stream().map(value).toArray());
    }

    /** Next offset of every partition of a topic that was projected at all. */
    public static Map<Integer, Long> all(Connection connection, String projector, String topic) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT partition, next_offset FROM spine.projector_offsets WHERE projector = ? AND topic = ?")) {
            select.setString(1, projector);
            select.setString(2, topic);
            Map<Integer, Long> next = new HashMap<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    next.put(rows.getInt(1), rows.getLong(2));
                }
            }
            return next;
        }
    }

    /** Whether this projector has written what the command at this position led to. */
    public static boolean includes(Connection connection, String projector, Position position) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT 1 FROM spine.projector_offsets
                WHERE projector = ? AND position_log = ? AND partition = ? AND position_offset >= ?""")) {
            select.setString(1, projector);
            select.setString(2, position.getLog());
            select.setInt(3, position.getPartition());
            select.setLong(4, position.getOffset());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }
}
