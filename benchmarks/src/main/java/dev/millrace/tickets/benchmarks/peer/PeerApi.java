package dev.millrace.tickets.benchmarks.peer;

import dev.millrace.ingest.CommandRoutes;
import dev.millrace.ingest.RateLimits;
import dev.millrace.topics.http.ClientAddress;
import dev.millrace.topics.http.Identities;
import dev.millrace.topics.http.Readiness;
import dev.millrace.topics.http.RoleProcess;
import dev.millrace.topics.http.RoleServer;
import dev.millrace.topics.http.Settings;
import io.vertx.core.Future;
import java.time.Clock;

/** The peer's process: Millrace's own server, identities, limits and checks, and PostgreSQL behind them. */
public final class PeerApi {
    private PeerApi() {}

    public static void main(String[] args) {
        RoleProcess.run(args, PeerApi::start);
    }

    private static AutoCloseable start(Settings from) {
        PeerSettings settings = PeerSettings.from(from);
        from.check();
        RoleServer server = RoleServer.create("peer", settings.http());
        Clock clock = Clock.systemUTC();
        Identities identities = Identities.open(settings.identity(), server.vertx(), clock, user -> false);
        RateLimits rates = new RateLimits(
                settings.rates(), ClientAddress.trusting(settings.http().trustedProxies()));
        SeatTables tables = new SeatTables(server.vertx(), settings);
        new PeerBookings(tables, clock).addTo(new CommandRoutes(server.router(), identities, rates));
        new PeerReads(tables).addTo(server.router());
        Readiness.Condition database = server.readiness().condition("database");
        Future<?> started = server.start().compose(port -> tables.check()).onSuccess(answered -> database.ok());
        started.await();
        return server;
    }
}
