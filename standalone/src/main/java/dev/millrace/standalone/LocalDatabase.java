package dev.millrace.standalone;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;

/** A connection to this machine's PostgreSQL, for those who only look. */
public final class LocalDatabase {
    private LocalDatabase() {}

    public static Connection connect(DataFolder data, Ports ports) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", PostgresServer.USER);
        properties.setProperty(
                "password",
                Objects.requireNonNullElse(data.read(PostgresServer.PASSWORD_FILE), "")
                        .strip());
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("readOnly", "true");
        return DriverManager.getConnection(PostgresServer.url(ports), properties);
    }
}
