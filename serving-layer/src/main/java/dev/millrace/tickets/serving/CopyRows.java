package dev.millrace.tickets.serving;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.postgresql.PGConnection;

/** Rows in the text form of PostgreSQL's COPY, which takes many in one go and at a fraction of an INSERT's cost. */
final class CopyRows {
    private final String copy;
    private final StringBuilder text = new StringBuilder();
    private boolean inRow;

    /** @param copy {@code COPY table (columns) FROM STDIN} */
    CopyRows(String copy) {
        this.copy = copy;
    }

    CopyRows add(String value) {
        next();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                default -> text.append(c);
            }
        }
        return this;
    }

    CopyRows add(long value) {
        next();
        text.append(value);
        return this;
    }

    CopyRows add(boolean value) {
        next();
        text.append(value ? 't' : 'f');
        return this;
    }

    /** A timestamp with time zone. */
    CopyRows addTime(long epochMillis) {
        next();
        text.append(Instant.ofEpochMilli(epochMillis));
        return this;
    }

    void endRow() {
        text.append('\n');
        inRow = false;
    }

    /** Writes all rows; none is fine. */
    void into(Connection connection) throws SQLException {
        if (text.isEmpty()) {
            return;
        }
        // As bytes: of a Reader the driver encodes one buffer after the other, and a character whose halves are on both
        // sides of a buffer's end would come out as two question marks.
        byte[] rows = text.toString().getBytes(StandardCharsets.UTF_8);
        try {
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy, new ByteArrayInputStream(rows));
        } catch (IOException e) {
            throw new SQLException("rows can't be copied", e);
        }
    }

    private void next() {
        if (inRow) {
            text.append('\t');
        }
        inRow = true;
    }
}
