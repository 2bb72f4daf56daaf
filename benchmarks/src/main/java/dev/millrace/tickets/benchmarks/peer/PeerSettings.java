package dev.millrace.tickets.benchmarks.peer;

import dev.millrace.ingest.RateSettings;
import dev.millrace.topics.http.HttpSettings;
import dev.millrace.topics.http.IdentitySettings;
import dev.millrace.topics.http.Settings;

/**
 * How the peer runs.
 *
 * @param connections to PostgreSQL, of all event loops together
 * @param pipelined most statements on their way on one connection
 */
record PeerSettings(
        HttpSettings http,
        IdentitySettings identity,
        RateSettings rates,
        int postgresPort,
        String password,
        int connections,
        int pipelined) {
    private static final int PORT = 8081;

    static PeerSettings from(Settings s) {
        return new PeerSettings(
                HttpSettings.from(s, PORT),
                IdentitySettings.from(s),
                RateSettings.from(s),
                s.integer("peer.postgres.port", 5432, 1, 65_535, "where PostgreSQL listens, on loopback"),
                s.secret("peer.postgres.password", "", "password of the user peer"),
                s.integer("peer.connections", 16, 1, 200, "connections to PostgreSQL"),
                s.integer("peer.pipelined", 8, 1, 256, "most statements on their way on one connection"));
    }
}
