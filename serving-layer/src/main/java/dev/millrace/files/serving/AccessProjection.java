package dev.millrace.files.serving;

import dev.millrace.files.topics.FileIds;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.AccessFact;
import dev.millrace.serving.Projection;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.v1.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Facts about accesses to the table that shows a file's owner who downloaded it: one row for each access, whichever of
 * its facts comes first and however often. While rows come, those go that are older than the log keeps their facts.
 */
final class AccessProjection implements Projection {
    /** As many as one batch may bring, so that what goes never falls behind what comes. */
    private static final int REMOVED_AT_ONCE_MAX = 10_000;

    /** ACCESS_ENDED is the greatest kind, and its sent bytes are more than none; its beginning was earlier. */
    private static final String PUT = """
            INSERT INTO files.accesses AS a (access_id, file_id, kind, version, user_id, device_id, at, expires_at,
                first_byte, asked_bytes, sent_bytes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (access_id) DO UPDATE SET kind = greatest(a.kind, excluded.kind), at = least(a.at, excluded.at),
                sent_bytes = greatest(a.sent_bytes, excluded.sent_bytes)""";
    /** Leaves to other projectors what they remove at the same time. */
    private static final String REMOVE =
            "DELETE FROM files.accesses WHERE access_id IN (SELECT access_id FROM files.accesses WHERE at <= "
                    + Accesses.SINCE + " ORDER BY at LIMIT ? FOR UPDATE SKIP LOCKED)";

    @Override
    public String name() {
        return "files-accesses";
    }

    @Override
    public List<TopicSpec<?>> topics() {
        return List.of(FilesTopics.ACCESS_FACTS);
    }

    @Override
    public void apply(Connection connection, List<Fact> facts) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement(PUT)) {
            for (Fact fact : facts) {
                add(put, (AccessFact) fact.value());
            }
            put.executeBatch();
        }
        try (PreparedStatement remove = connection.prepareStatement(REMOVE)) {
            remove.setInt(1, REMOVED_AT_ONCE_MAX);
            remove.executeUpdate();
        }
    }

    private static void add(PreparedStatement put, AccessFact fact) throws SQLException {
        int i = 1;
        put.setBytes(i++, fact.getAccessId().toByteArray());
        put.setString(i++, FileIds.text(fact.getNamespaceId(), fact.getNodeId()));
        put.setInt(i++, fact.getKindValue());
        put.setLong(i++, fact.getVersion());
        // PostgreSQL's text can't hold a zero character, and a token's subject may.
        put.setString(i++, fact.getUserId().replace("\0", ""));
        put.setString(i++, fact.getDeviceId());
        put.setTimestamp(i++, Timestamp.from(Instant.ofEpochMilli(fact.getAtMillis())));
        put.setTimestamp(i++, Timestamp.from(Instant.ofEpochMilli(fact.getExpiresAtMillis())));
        put.setLong(i++, fact.getFirstByte());
        put.setLong(i++, fact.getAskedBytes());
        put.setLong(i, fact.getSentBytes());
        put.addBatch();
    }

    /** None: no command leads to an access. */
    @Override
    public Optional<Position> positionOf(Fact fact) {
        return Optional.empty();
    }
}
