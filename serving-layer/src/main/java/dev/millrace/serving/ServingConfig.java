package dev.millrace.serving;

import dev.millrace.feed.serving.FeedServing;
import dev.millrace.files.serving.BucketSettings;
import dev.millrace.files.serving.DownloadSettings;
import dev.millrace.files.serving.edge.EdgeSettings;
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
 * @param stores where products keep what leaves the log
 * @param bucket where files' bytes are
 * @param edge settings of the role edge, if it is this process's only one
 */
record ServingConfig(
        HttpSettings http,
        String kafka,
        Postgres postgres,
        StoreSettings stores,
        BucketSettings bucket,
        Optional<Reading> reading,
        boolean projecting,
        Optional<Edge> edge) {

    private static final String SERVING = "serving";
    private static final String OUTBOUND = "outbound";
    private static final String EDGE = "edge";
    /** Nearly all are live sockets that have nothing to say: their own bound, and room for requests. */
    private static final int CONNECTIONS_MAX = 24_000;

    private static final String STATE_ENDPOINTS = "state.endpoints";

    /** So that one settings file does for a deployment's every process. */
    private static final List<String> READING_ONLY =
            List.of("auth.jwks", "auth.issuer", "auth.audience", "session.key.file", "demo.users", STATE_ENDPOINTS);

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
            LiveSettings live,
            TicketsServing.Config tickets,
            FeedServing.Config feed,
            DownloadSettings downloads) {}

    /** How contents of files are given out, and where their owners are asked. */
    record Edge(StateSettings state, EdgeSettings contents) {}

    /** By which it is known on metrics. */
    String role() {
        return edge.isPresent() ? EDGE : reading.isPresent() ? SERVING : OUTBOUND;
    }

    static ServingConfig from(Settings s) {
        Set<String> roles = Set.copyOf(
                s.list("roles", List.of(SERVING, OUTBOUND), "what this process does: serving, outbound or both; edge"));
        // An edge is where bytes go out: it shares its memory with nobody.
        boolean edge = roles.equals(Set.of(EDGE));
        if (!edge && (roles.isEmpty() || !Set.of(SERVING, OUTBOUND).containsAll(roles))) {
            s.problem("roles: " + roles + " (expected: serving, outbound or both, or edge alone)");
        }
        if (!roles.contains(SERVING)) {
            READING_ONLY.stream()
                    .filter(key -> !edge || !key.equals(STATE_ENDPOINTS))
                    .forEach(key -> s.optional(key, "of use to the role serving only"));
        }
        BucketSettings bucket = BucketSettings.from(s);
        if (edge && bucket.bucket().isEmpty()) {
            s.problem("s3.bucket: missing (expected: the bucket of files' bytes)");
        }
        return new ServingConfig(
                HttpSettings.from(s, 8082, CONNECTIONS_MAX),
                s.text("kafka.bootstrap", "127.0.0.1:9092", "host:port of Kafka brokers"),
                new Postgres(
                        s.text("postgres.url", "jdbc:postgresql://127.0.0.1:5432/millrace", "JDBC address"),
                        s.text("postgres.user", "millrace", "user of PostgreSQL"),
                        s.secret("postgres.password", "", "password of that user")),
                StoreSettings.from(s),
                bucket,
                roles.contains(SERVING) ? Optional.of(reading(s)) : Optional.empty(),
                roles.contains(OUTBOUND),
                edge ? Optional.of(new Edge(StateSettings.from(s), EdgeSettings.from(s))) : Optional.empty());
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
                LiveSettings.from(s),
                TicketsServing.Config.from(s),
                FeedServing.Config.from(s),
                DownloadSettings.from(s));
    }
}
