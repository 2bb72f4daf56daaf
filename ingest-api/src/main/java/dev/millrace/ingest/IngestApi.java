package dev.millrace.ingest;

import dev.millrace.feed.ingest.FeedIngest;
import dev.millrace.files.ingest.FilesIngest;
import dev.millrace.files.ingest.UploadSettings;
import dev.millrace.tickets.ingest.TicketsIngest;
import dev.millrace.tickets.ingest.TicketsSettings;
import dev.millrace.topics.SpineTopics;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.http.ClientAddress;
import dev.millrace.topics.http.ClosedAccounts;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.RoleProcess;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.http.Settings;
import dev.millrace.topics.http.StateClient;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The role {@code ingest}: HTTP in, one record per command out, the decision back. */
public final class IngestApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IngestApi.class);
    private static final Duration START_WITHIN = Duration.ofSeconds(30);

    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final RoleServer server;
    private final CommandDesk desk;
    private final StateClient state;
    private final ClosedAccounts closed;
    private final FilesIngest files;

    private IngestApi(
            RoleServer server, CommandDesk desk, StateClient state, ClosedAccounts closed, FilesIngest files) {
        this.server = server;
        this.desk = desk;
        this.state = state;
        this.closed = closed;
        this.files = files;
    }

    public static void main(String[] args) {
        RoleProcess.run(args, IngestApi::start);
    }

    /**
     * Starts the role; returns when it listens. It is ready for commands a little later, when the broker has told what
     * topics there are.
     *
     * @throws IllegalArgumentException that names all settings that are wrong
     */
    public static IngestApi start(Settings from) {
        IngestSettings settings = IngestSettings.from(from);
        TicketsSettings tickets = TicketsSettings.from(from);
        UploadSettings uploads = UploadSettings.from(from);
        from.check();
        LOG.atInfo().addKeyValue("settings", from.describe()).log("ingest starts");
        RoleServer server = RoleServer.create("ingest", settings.http());
        Clock clock = Clock.systemUTC();
        ClosedAccounts closed = ClosedAccounts.open(
                settings.bootstrap(),
                "ingest-accounts-" + settings.instance(),
                server.readiness().condition("accounts"));
        Identities identities = Identities.open(settings.identity(), server.vertx(), clock, closed::has);
        RateLimits rates = new RateLimits(
                settings.rates(), ClientAddress.trusting(settings.http().trustedProxies()));
        CommandDesk desk = new CommandDesk(settings, topics(), server.readiness(), server.metrics());
        StateClient state = new StateClient(server.vertx(), settings.state());
        new SessionRoutes(identities, rates).addTo(server.router());
        CommandRoutes routes = new CommandRoutes(server.router(), identities, rates);
        server.refuse(request -> isCommand(request) && desk.isFull(Vertx.currentContext()), CommandDesk.overloaded());
        new AccountRoutes(desk, identities).addTo(routes);
        new TicketsIngest(desk, state, server.vertx(), tickets, clock).addTo(routes);
        new FeedIngest(desk, state, closed::has).addTo(routes);
        FilesIngest files = new FilesIngest(desk, state, server.vertx(), uploads, closed::has);
        files.addTo(routes);
        IngestApi role = new IngestApi(server, desk, state, closed, files);
        role.listen();
        return role;
    }

    /** Whether it would come to wait for a decision; signing in and reading don't. */
    private static boolean isCommand(HttpServerRequest request) {
        return !READING.contains(request.method()) && !SessionRoutes.has(request.path());
    }

    /** Command topics that routes write to. */
    private static List<TopicSpec<?>> topics() {
        return Stream.of(
                        List.of(SpineTopics.ACCOUNT_COMMANDS),
                        TicketsIngest.TOPICS,
                        FeedIngest.TOPICS,
                        FilesIngest.TOPICS)
                .<TopicSpec<?>>flatMap(List::stream)
                .toList();
    }

    private void listen() {
        try {
            server.start().toCompletionStage().toCompletableFuture().get(START_WITHIN.toSeconds(), TimeUnit.SECONDS);
            closed.start();
            desk.start();
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new IllegalStateException("ingest can't listen: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    /** Where it listens. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
        desk.close();
        state.close();
        closed.close();
        files.close();
    }
}
