package dev.millrace.tickets.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.serving.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into PostgreSQL by COPY comes out of it again, whatever COPY's text form means by it. */
class CopyRowsIT {
    private static final String COPY = "COPY copied (place, value, other) FROM STDIN";
    /** Characters that the driver hands on at once. */
    private static final int DRIVERS_BUFFER = 65_536;

    private static TestPostgres postgres;

    private Connection connection;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void open() throws SQLException {
        connection = postgres.connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE copied (place bigint, value text, other text)");
        }
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a\tb",
                "\t",
                "a\nb",
                "\n",
                "a\rb",
                "a\r\nb",
                "\\",
                "\\\\",
                "ends with \\",
                "\\t is no tab, \\n no line",
                "\\x41 and \\101 are no letters",
                // How COPY writes that there is no value, and that there are no more rows.
                "\\N",
                "\\.",
                "a\n\\.\nb",
                "null",
                "NULL",
                "\b\f\u000b\u0001\u007f",
                "\"quoted\", 'quoted'; -- $1 {?}",
                "Zoë Müller, Łódź, 東京, עברית, e\u0301, \u2028, \ufeff",
                "🎟️ 𝔐𝔦𝔩𝔩 👩‍🚀"
            })
    void aTextComesOutAsItWentIn(String text) throws SQLException {
        CopyRows rows = new CopyRows(COPY);
        rows.add(1).add(text).add("next to it").endRow();
        rows.add(2).add("below it").add(text).endRow();

        rows.into(connection);

        assertThat(select("SELECT value FROM copied ORDER BY place")).containsExactly(text, "below it");
        assertThat(select("SELECT other FROM copied ORDER BY place")).containsExactly("next to it", text);
    }

    @Test
    void aCharacterOfTwoHalvesStaysWholeWhereverItStandsInALargeBatch() throws SQLException {
        String text = "🎟".repeat(DRIVERS_BUFFER);
        CopyRows rows = new CopyRows(COPY);
        // The first begins at an even place of the whole and the second at an odd one.
        rows.add(1).add(text).add(text).endRow();

        rows.into(connection);

        // Not shown when it fails: it would be a hundred thousand characters.
        assertThat(select("SELECT value FROM copied").get(0).equals(text)).isTrue();
        assertThat(select("SELECT other FROM copied").get(0).equals(text)).isTrue();
    }

    @Test
    void numbersTruthsAndTimesComeOutAsTheyWentIn() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE typed (n bigint, yes boolean, no boolean, at timestamptz)");
        }
        Instant first = Instant.parse("2026-11-25T18:45:42.007Z");
        CopyRows rows = new CopyRows("COPY typed (n, yes, no, at) FROM STDIN");
        rows.add(Long.MIN_VALUE).add(true).add(false).addTime(first.toEpochMilli());
        rows.endRow();
        rows.add(Long.MAX_VALUE).add(true).add(false).addTime(0);
        rows.endRow();

        rows.into(connection);

        assertThat(select("SELECT n FROM typed ORDER BY n"))
                .containsExactly(Long.toString(Long.MIN_VALUE), Long.toString(Long.MAX_VALUE));
        assertThat(select("SELECT yes AND NOT no FROM typed")).containsExactly("t", "t");
        assertThat(select("SELECT (extract(epoch FROM at) * 1000)::bigint FROM typed ORDER BY n"))
                .containsExactly(Long.toString(first.toEpochMilli()), "0");
    }

    @Test
    void noRowsAreFine() throws SQLException {
        new CopyRows(COPY).into(connection);

        assertThat(select("SELECT value FROM copied")).isEmpty();
    }

    private List<String> select(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
