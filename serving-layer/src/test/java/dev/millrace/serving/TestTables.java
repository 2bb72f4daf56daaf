package dev.millrace.serving;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** This build's tables in a test's PostgreSQL. */
public final class TestTables {
    private TestTables() {}

    /** Makes them; returns the database they are in. */
    public static DataSource in(TestPostgres postgres) throws SQLException {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setURL(postgres.url());
        database.setUser("postgres");
        new Schema(database).bringUpToDate();
        return database;
    }
}
