package dev.millrace.files.serving;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.FileId;
import dev.millrace.files.topics.FilesTopics;
import dev.millrace.files.topics.v1.AccessFact;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads of accesses in PostgreSQL. */
final class Accesses {
    /** Since when there are any: those before aren't on the log any more either. */
    static final String SINCE = "now() - interval '" + FilesTopics.ACCESSES_KEPT + "'";

    private static final String COLUMNS = """
            SELECT access_id, kind, version, user_id, device_id, at, expires_at, first_byte, asked_bytes, sent_bytes
            FROM files.accesses
            """;

    private Accesses() {}

    /**
     * Accesses to a file, newest first: each as the fact that all its facts together come to.
     *
     * @param after {@link #place} of the last one before; empty to begin with the newest
     */
    static List<AccessFact> page(Connection connection, FileId file, ByteString after, int limit) throws SQLException {
        String where = "WHERE file_id = ? AND at > " + SINCE + (after.isEmpty() ? "" : " AND (at, access_id) < (?, ?)");
        try (PreparedStatement select =
                connection.prepareStatement(COLUMNS + where + " ORDER BY at DESC, access_id DESC LIMIT ?")) {
            int i = 1;
            select.setString(i++, file.toString());
            if (!after.isEmpty()) {
                long atMillis = after.asReadOnlyByteBuffer().getLong();
                select.setTimestamp(i++, Timestamp.from(Instant.ofEpochMilli(atMillis)));
                select.setBytes(i++, after.substring(Long.BYTES).toByteArray());
            }
            select.setInt(i, limit);
            List<AccessFact> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(access(file, rows));
                }
            }
            return found;
        }
    }

    /** Where in a list it is. */
    static ByteString place(AccessFact access) {
        ByteBuffer at =
                ByteBuffer.allocate(Long.BYTES).putLong(access.getAtMillis()).flip();
        return ByteString.copyFrom(at).concat(access.getAccessId());
    }

    private static AccessFact access(FileId file, ResultSet row) throws SQLException {
        return AccessFact.newBuilder()
                .setAccessId(ByteString.copyFrom(row.getBytes("access_id")))
                .setNamespaceId(file.namespace())
                .setNodeId(file.local())
                .setKindValue(row.getInt("kind"))
                .setVersion(row.getLong("version"))
                .setUserId(row.getString("user_id"))
                .setDeviceId(row.getString("device_id"))
                .setAtMillis(row.getTimestamp("at").getTime())
                .setExpiresAtMillis(row.getTimestamp("expires_at").getTime())
                .setFirstByte(row.getLong("first_byte"))
                .setAskedBytes(row.getLong("asked_bytes"))
                .setSentBytes(row.getLong("sent_bytes"))
                .build();
    }
}
