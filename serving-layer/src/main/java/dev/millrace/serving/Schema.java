package dev.millrace.serving;

import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** The tables this build needs, made by the numbered SQL files under {@code db/}: one folder per PostgreSQL schema. */
final class Schema {
    /** In this order: products refer to the spine, never to each other. */
    private static final List<String> SCHEMAS = List.of("spine", "tickets", "files");

    private final DataSource database;
    private volatile boolean current;

    Schema(DataSource database) {
        this.database = database;
    }

    /**
     * Brings the tables up to this build's version, once. Several processes may do so at the same time.
     *
     * @throws SQLException if the database can't be reached or a file fails
     */
    void bringUpToDate() throws SQLException {
        if (!current) {
            migrate();
        }
    }

    private synchronized void migrate() throws SQLException {
        if (current) {
            return;
        }
        // Asked first, as Flyway hides why it couldn't connect.
        database.getConnection().close();
        try {
            for (String schema : SCHEMAS) {
                Flyway.configure()
                        .dataSource(database)
                        .schemas(schema)
                        .defaultSchema(schema)
                        .locations("classpath:db/" + schema)
                        .connectRetries(0)
                        .load()
                        .migrate();
            }
        } catch (FlywayException e) {
            throw new SQLException("schema: " + e.getMessage(), e);
        }
        current = true;
    }
}
