package dev.millrace.serving;

import dev.millrace.tickets.serving.TicketsServing;
import dev.millrace.topics.http.HttpSettings;
import dev.millrace.topics.http.IdentitySettings;
import dev.millrace.topics.http.Settings;
import dev.millrace.topics.http.StateSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What this process does, and how.
 *
 * @param reading settings of the role serving, if it is one of this process's
 * @param projecting whether the role outbound is
 * @param kafka host:port of brokers
 */
record ServingConfig(
        HttpSettings http, String kafka, Postgres postgres, Optional<Reading> reading, boolean projecting) {

    private static final String SERVING = "serving";
    private static final String OUTBOUND = "outbound";
    /** Nearly all are live sockets that have nothing to say: their own bound, and room for requests. */
    private static final int CONNECTIONS_MAX = 24_000;

    /** So that one settings file does for a deployment's every process. */
    private static final List<String> READING_ONLY =
            List.of("auth.jwks", "auth.issuer", "auth.audience", "session.key.file", "demo.users", "state.endpoints");

    /** Where PostgreSQL is. */
    record Postgres(String url, String user, String password) {}

    /**
     * How reads are answered.
     *
     * @param sessionKeyFile its secret also signs cursors
     * @param positionWait how long a read waits for a position that isn't visible yet
     * @param tailRewind how far before now live views begin to follow the log
     * @param databaseThreads reads from PostgreSQL at a time
     * @param databaseWaitingMax reads that may wait beyond those
     * @param statementTimeout longest one read may take in PostgreSQL
     */
    record Reading(
            IdentitySettings identity,
            StateSettings state,
            Path sessionKeyFile,
            Duration positionWait,
            Duration tailRewind,
            int databaseThreads,
            int databaseWaitingMax,
            Duration statementTimeout,
            TicketsServing.Config tickets) {}

    static ServingConfig from(Settings s) {
        Set<String> roles = Set.copyOf(
                s.list("roles", List.of(SERVING, OUTBOUND), "what this process does: serving, outbound or both"));
        if (roles.isEmpty() || !Set.of(SERVING, OUTBOUND).containsAll(roles)) {
            s.problem("roles: " + roles + " (expected: serving, outbound or both)");
        }
        if (!roles.contains(SERVING)) {
            READING_ONLY.forEach(key -> s.optional(key, "of use to the role serving only"));
        }
        return new ServingConfig(
                HttpSettings.from(s, 8082, CONNECTIONS_MAX),
                s.text("kafka.bootstrap", "127.0.0.1:9092", "host:port of Kafka brokers"),
                new Postgres(
                        s.text("postgres.url", "jdbc:postgresql://127.0.0.1:5432/millrace", "JDBC address"),
                        s.text("postgres.user", "millrace", "user of PostgreSQL"),
                        s.secret("postgres.password", "", "password of that user")),
                roles.contains(SERVING) ? Optional.of(reading(s)) : Optional.empty(),
                roles.contains(OUTBOUND));
    }

    private static Reading reading(Settings s) {
        IdentitySettings identity = IdentitySettings.from(s);
        if (identity.sessionKeyFile().isEmpty()) {
            s.problem("session.key.file: missing (expected: file of at least 32 secret bytes)");
        }
        return new Reading(
                identity,
                StateSettings.from(s),
                identity.sessionKeyFile().orElse(Path.of("")),
                s.duration(
                        "position.wait",
                        Duration.ofSeconds(2),
                        Duration.ofMillis(1),
                        Duration.ofSeconds(20),
                        "how long a read waits for the position it asks for before 504 NOT_YET_VISIBLE"),
                s.duration(
                        "tail.rewind",
                        Duration.ofMinutes(1),
                        Duration.ZERO,
                        Duration.ofHours(1),
                        "how far before now live views begin to follow the log: longer than any standby lags"),
                s.integer("database.threads", 8, 1, 128, "reads from PostgreSQL at a time"),
                s.integer("database.waiting.max", 200, 0, 100_000, "reads that may wait for those before 503"),
                s.duration(
                        "database.statement.timeout",
                        Duration.ofSeconds(5),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(1),
                        "longest one read may take in PostgreSQL"),
                TicketsServing.Config.from(s));
    }
}
