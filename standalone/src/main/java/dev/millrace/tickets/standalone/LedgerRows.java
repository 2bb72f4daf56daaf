package dev.millrace.tickets.standalone;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** What the ledger has of one booking, as text for people. */
public final class LedgerRows {
    private LedgerRows() {}

    /** The booking's row, then one per seat; none if the ledger doesn't know it (yet). */
    public static List<String> of(Connection database, String bookingId) throws SQLException {
        List<String> rows = new ArrayList<>();
        select(database, "select * from tickets.bookings where booking_id = ?", bookingId, rows);
        select(database, "select * from tickets.booking_seats where booking_id = ? order by place", bookingId, rows);
        return rows;
    }

    private static void select(Connection database, String query, String bookingId, List<String> into)
            throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(query)) {
            statement.setString(1, bookingId);
            try (ResultSet rows = statement.executeQuery()) {
                ResultSetMetaData columns = rows.getMetaData();
                while (rows.next()) {
                    StringJoiner row = new StringJoiner("  ");
                    for (int i = 1; i <= columns.getColumnCount(); i++) {
                        row.add(columns.getColumnName(i) + "=" + rows.getString(i));
                    }
                    into.add(row.toString());
                }
            }
        }
    }
}
