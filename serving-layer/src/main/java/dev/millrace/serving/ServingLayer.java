package dev.millrace.serving;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.millrace.feed.serving.FeedServing;
import dev.millrace.files.serving.FilesServing;
import dev.millrace.files.serving.edge.EdgeServing;
import dev.millrace.files.topics.content.BucketAddress;
import dev.millrace.tickets.serving.TicketsServing;
import dev.millrace.topics.CommandProducer;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.ClosedAccounts;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.LoopTurns;
import dev.millrace.topics.http.RoleProcess;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.http.Settings;
import dev.millrace.topics.http.StateClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of roles {@code serving} (reads, sockets, pages) and {@code outbound} (projectors), together or alone, or
 * of {@code edge} (contents of files).
 */
public final class ServingLayer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServingLayer.class);
    private static final Duration THREAD_ENDS = Duration.ofSeconds(5);
    /** Of an event loop; what it hasn't taken in by then would wait in its socket, where nobody counts it. */
    private static final Duration TURN_MAX = Duration.ofMillis(100);

    private static final int EFFECTS_AT_ONCE_MAX = 500;

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final long COMMANDS_BUFFER_BYTES = 4 * 1024 * 1024;
    private static final Duration COMMANDS_WITHIN = Duration.ofSeconds(5);

    private final ServingConfig config;
    private final RoleServer server;
    /** What makes work; ends before the server does. */
    private final Deque<AutoCloseable> sources = new ArrayDeque<>();
    /** What requests under way still need; ends after the server. */
    private final Deque<AutoCloseable> backing = new ArrayDeque<>();

    private ServingLayer(ServingConfig config) {
        this.config = config;
        this.server = RoleServer.create(config.role(), config.http());
    }

    public static void main(String[] args) {
        RoleProcess.run(args, ServingLayer::start);
    }

    /** @throws IllegalArgumentException if the settings are wrong */
    static ServingLayer start(Settings settings) {
        ServingConfig config = ServingConfig.from(settings);
        settings.check();
        LOG.atInfo().log("settings:\n{}", settings.describe());
        ServingLayer layer = new ServingLayer(config);
        layer.start();
        return layer;
    }

    int port() {
        return server.port();
    }

    private void start() {
        config.reading().ifPresent(this::serve);
        config.edge().ifPresent(this::giveOut);
        if (config.projecting()) {
            project();
        }
        server.start().toCompletionStage().toCompletableFuture().join();
    }

    private void serve(ServingConfig.Reading reading) {
        HikariDataSource database = pool("reads", reading.databaseThreads(), reading.statementTimeout());
        Schema schema = new Schema(database);
        StateClient state = opened(new StateClient(server.vertx(), reading.state()));
        ClosedAccounts closed = closedAccounts();
        Identities identities = Identities.open(reading.identity(), server.vertx(), Clock.systemUTC(), closed::has);
        LoopTurns turns = new LoopTurns(TURN_MAX, System::nanoTime);
        server.refuse(
                request -> !RoleServer.isProbe(request) && turns.isLong(Vertx.currentContext()), Reads.overloaded());
        LiveDoor door = new LiveDoor(server.vertx(), identities, reading.live(), server.metrics());
        sources.push(door);
        ServingParts parts = new ServingParts(
                server,
                identities,
                state,
                new DatabaseWork(
                        server.vertx(), database, schema, reading.databaseThreads(), reading.databaseWaitingMax()),
                new Cursors(secret(reading.sessionKeyFile())),
                new Tails(reading.tailRewind()),
                producer("serving-commands"),
                door,
                reading.positionWait(),
                closed::has,
                Clock.systemUTC());
        new Pages(config.bucket().bucket().map(BucketAddress::origin)).addTo(server.router());
        new SessionRoute(identities).addTo(server.router());
        sources.push(TicketsServing.serve(parts, reading.tickets()));
        sources.push(FeedServing.serve(parts, reading.feed(), config.stores()));
        sources.push(FilesServing.serve(parts, config.bucket(), reading.downloads(), config.stores()));
    }

    private void giveOut(ServingConfig.Edge edge) {
        StateClient state = opened(new StateClient(server.vertx(), edge.state()));
        ClosedAccounts closed = closedAccounts();
        sources.push(EdgeServing.serve(
                server, state, closed::has, producer("edge-accesses"), edge.contents(), config.bucket()));
    }

    private ClosedAccounts closedAccounts() {
        ClosedAccounts closed = opened(ClosedAccounts.open(
                config.kafka(), "closed-accounts", server.readiness().condition("accounts")));
        closed.start();
        return closed;
    }

    private Producer<String, byte[]> producer(String clientId) {
        return opened(CommandProducer.open(
                CommandProducer.config(config.kafka(), clientId, COMMANDS_BUFFER_BYTES, COMMANDS_WITHIN)));
    }

    private final class Tails implements ServingParts.Tails {
        private static final Duration SINCE_EVER = Duration.ofDays(36_500);

        private final Duration rewind;

        Tails(Duration rewind) {
            this.rewind = rewind;
        }

        @Override
        public <T> CommittedTail<T> follow(TopicSpec<T> topic, List<CommittedTail.Follower<T>> followers) {
            return follow(topic, rewind, followers);
        }

        @Override
        public <T> CommittedTail<T> followAll(TopicSpec<T> topic, List<CommittedTail.Follower<T>> followers) {
            return follow(topic, SINCE_EVER, followers);
        }

        private <T> CommittedTail<T> follow(
                TopicSpec<T> topic, Duration from, List<CommittedTail.Follower<T>> followers) {
            CommittedTail<T> tail = new CommittedTail<>(
                    Logs.tail(config.kafka(), "tail-" + topic.name()),
                    topic,
                    from,
                    followers,
                    Clock.systemUTC(),
                    server.readiness().condition("log " + topic.name()),
                    server.metrics());
            run("tail-" + topic.name(), tail, tail);
            return tail;
        }
    }

    private void project() {
        List<Projection> projections = Stream.of(TicketsServing.projections(), FilesServing.projections())
                .flatMap(List::stream)
                .toList();
        HikariDataSource database = pool("projectors", projections.size() + 1, Duration.ofSeconds(30));
        Schema schema = new Schema(database);
        for (Projection projection : projections) {
            project(new PostgresFacts(projection, database, schema));
        }
        Stream.of(FeedServing.projections(config.stores()), FilesServing.stores(config.stores()))
                .flatMap(List::stream)
                .forEach(store -> project(opened(store)));
        FilesServing.effects(config.bucket()).forEach(effect -> bringAbout(opened(effect)));
    }

    private void bringAbout(Effect<?> effect) {
        EffectLoop<?> loop = new EffectLoop<>(
                effect,
                Logs.member(config.kafka(), effect.name(), "effect-" + effect.name(), EFFECTS_AT_ONCE_MAX),
                server.readiness().condition("effect " + effect.name()));
        run("effect-" + effect.name(), loop, loop);
    }

    private void project(FactStore store) {
        Projector projector = new Projector(
                store,
                Logs.member(config.kafka(), store.name(), "projector-" + store.name()),
                server.readiness().condition("projector " + store.name()),
                new ProjectorMetrics(server.metrics(), store.name()));
        run("projector-" + store.name(), projector, projector);
    }

    private void run(String name, Runnable work, AutoCloseable end) {
        Thread thread = new Thread(work, name);
        thread.start();
        sources.push(() -> {
            end.close();
            thread.join(THREAD_ENDS.toMillis());
        });
    }

    private HikariDataSource pool(String name, int size, Duration statementTimeout) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName(name);
        pool.setJdbcUrl(config.postgres().url());
        pool.setUsername(config.postgres().user());
        pool.setPassword(config.postgres().password());
        pool.setMaximumPoolSize(size);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(CONNECT.toMillis());
        // Start without PostgreSQL too: what doesn't need it serves, the rest says so and goes on trying.
        pool.setInitializationFailTimeout(-1);
        pool.addDataSourceProperty("ApplicationName", "millrace-" + name);
        pool.addDataSourceProperty("connectTimeout", CONNECT.toSeconds());
        pool.addDataSourceProperty("socketTimeout", 2 * statementTimeout.toSeconds());
        pool.addDataSourceProperty("tcpKeepAlive", true);
        pool.addDataSourceProperty("options", "-c statement_timeout=" + statementTimeout.toMillis());
        return opened(new HikariDataSource(pool));
    }

    private <T extends AutoCloseable> T opened(T part) {
        backing.push(part);
        return part;
    }

    private static byte[] secret(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("session.key.file: " + file + " (expected: a readable file)", e);
        }
    }

    @Override
    public void close() {
        closeAll(sources);
        server.close();
        closeAll(backing);
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("a part didn't close cleanly");
            }
        }
    }
}
