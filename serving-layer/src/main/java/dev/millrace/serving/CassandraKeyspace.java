package dev.millrace.serving;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.CqlSessionBuilder;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import java.io.Closeable;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Our keyspace in Cassandra. The connection is made when it is first needed. */
public final class CassandraKeyspace implements Closeable {
    /** Longest one statement of a projector may take; it has nothing to do meanwhile. */
    public static final Duration WRITTEN_WITHIN = Duration.ofSeconds(5);

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    private static final Duration TABLES_WITHIN = Duration.ofSeconds(10);
    /** Statements on their way at a time. */
    private static final int UNDER_WAY_MAX = 256;

    private final StoreSettings.Cassandra settings;
    private final Duration within;
    private final Map<String, PreparedStatement> prepared = new ConcurrentHashMap<>();
    private @Nullable CqlSession session;

    /** @param within longest one statement may take */
    public CassandraKeyspace(StoreSettings.Cassandra settings, Duration within) {
        this.settings = settings;
        this.within = within;
    }

    /** Makes it if it is missing. */
    public void make() {
        define("CREATE KEYSPACE IF NOT EXISTS " + settings.keyspace() + " WITH replication = " + replication());
    }

    /** A statement that defines something: these take longer than others. */
    public void define(String statement) {
        session().execute(SimpleStatement.newInstance(statement).setTimeout(TABLES_WITHIN));
    }

    /** One copy is a machine of its own; more are spread by the data centre's name. */
    private String replication() {
        return settings.replication() == 1
                ? "{'class': 'SimpleStrategy', 'replication_factor': 1}"
                : "{'class': 'NetworkTopologyStrategy', '" + settings.datacenter() + "': " + settings.replication()
                        + "}";
    }

    /** A table's name in a statement. */
    public String named(String table) {
        return settings.keyspace() + "." + table;
    }

    public BoundStatement bind(String statement, Object... values) {
        return prepared.computeIfAbsent(statement, session()::prepare).bind(values);
    }

    /** All of them, so many at a time; the first that fails is what this fails with. */
    public void executeAll(List<BoundStatement> statements) {
        Deque<CompletableFuture<?>> underWay = new ArrayDeque<>();
        try {
            for (BoundStatement statement : statements) {
                if (underWay.size() == UNDER_WAY_MAX) {
                    underWay.remove().join();
                }
                underWay.add(session().executeAsync(statement).toCompletableFuture());
            }
            underWay.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw e.getCause() instanceof DriverException failure ? failure : e;
        }
    }

    public static FactStore.Away away(DriverException e) {
        return new FactStore.Away(e.toString(), e);
    }

    public synchronized CqlSession session() {
        CqlSession known = session;
        if (known == null) {
            known = connect();
            session = known;
        }
        return known;
    }

    private CqlSession connect() {
        CqlSessionBuilder builder = CqlSession.builder()
                .withLocalDatacenter(settings.datacenter())
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, within)
                        .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, CONNECT_WITHIN)
                        .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, CONNECT_WITHIN)
                        .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, TABLES_WITHIN)
                        .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, Duration.ofMillis(200))
                        .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, CONNECT_WITHIN)
                        // Whoever needs it says that it is away, once for each attempt.
                        .withBoolean(DefaultDriverOption.CONNECTION_WARN_INIT_ERROR, false)
                        // Changes of tables are told of at once, not gathered for a second each.
                        .withDuration(DefaultDriverOption.METADATA_SCHEMA_WINDOW, Duration.ofMillis(10))
                        .withString(DefaultDriverOption.REQUEST_CONSISTENCY, ConsistencyLevel.LOCAL_QUORUM.name())
                        .withBoolean(DefaultDriverOption.REQUEST_DEFAULT_IDEMPOTENCE, true)
                        .build());
        settings.contactPoints()
                .forEach(point -> builder.addContactPoint(new InetSocketAddress(point.host(), point.port())));
        if (!settings.user().isEmpty()) {
            builder.withAuthCredentials(settings.user(), settings.password());
        }
        return builder.build();
    }

    @Override
    public synchronized void close() {
        if (session != null) {
            session.close();
        }
    }
}
