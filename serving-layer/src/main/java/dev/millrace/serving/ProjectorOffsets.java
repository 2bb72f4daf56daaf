package dev.millrace.serving;

import dev.millrace.topics.v1.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

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
     * Moves on from {@code expected}, unless somebody else has: then nothing happens and the answer is false. The row
     * stays locked until the transaction ends, so of two projectors of one partition only one can be right.
     */
    static boolean advance(
            Connection connection,
            String projector,
            String topic,
            int partition,
            long expected,
            long next,
            Optional<Position> position)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE spine.projector_offsets
                SET next_offset = ?, position_log = coalesce(?, position_log),
                    position_offset = greatest(position_offset, ?), advanced_at = now()
                WHERE projector = ? AND topic = ? AND partition = ? AND next_offset = ?""")) {
            update.setLong(1, next);
            update.setString(2, position.map(Position::getLog).orElse(null));
            update.setLong(3, position.map(Position::getOffset).orElse(-1L));
            update.setString(4, projector);
            update.setString(5, topic);
            update.setInt(6, partition);
            update.setLong(7, expected);
            return update.executeUpdate() == 1;
        }
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
