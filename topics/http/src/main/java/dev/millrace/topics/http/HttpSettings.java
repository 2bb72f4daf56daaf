package dev.millrace.topics.http;

import java.time.Duration;
import java.util.List;

/**
 * How a role listens.
 *
 * @param port 0 takes a free one
 * @param threads event loops that share the port
 */
public record HttpSettings(
        String host,
        int port,
        int threads,
        Duration requestTimeout,
        Duration idleTimeout,
        int connectionsMax,
        List<String> trustedProxies) {
    /** What 256 MiB of heap carry while every connection waits for an answer. */
    private static final int CONNECTIONS_MAX = 8_000;

    /** @param portWhenAbsent the role's usual port */
    public static HttpSettings from(Settings s, int portWhenAbsent) {
        return from(s, portWhenAbsent, CONNECTIONS_MAX);
    }

    /** @param connectionsWhenAbsent most connections, for a role whose connections are mostly quiet */
    public static HttpSettings from(Settings s, int portWhenAbsent, int connectionsWhenAbsent) {
        List<String> proxies =
                s.list("http.trusted.proxies", List.of(), "addresses or CIDR blocks whose X-Forwarded-For is believed");
        try {
            ClientAddress.trusting(proxies);
        } catch (IllegalArgumentException e) {
            s.problem("http.trusted.proxies: " + e.getMessage());
            proxies = List.of();
        }
        return new HttpSettings(
                s.text("http.host", "127.0.0.1", "address to listen on"),
                s.integer("http.port", portWhenAbsent, 0, 65_535, "port to listen on; 0 takes a free one"),
                s.integer(
                        "http.threads",
                        Runtime.getRuntime().availableProcessors(),
                        1,
                        256,
                        "event loops; one per core is right"),
                s.duration(
                        "http.request.timeout",
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(5),
                        "longest a request may take, its body included"),
                s.duration(
                        "http.idle.timeout",
                        Duration.ofSeconds(75),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(10),
                        "connections without a byte for so long are closed; WebSockets ping more often than that"),
                s.integer(
                        "http.connections.max",
                        connectionsWhenAbsent,
                        1,
                        1_000_000,
                        "connections; one more is answered 503 and closed"),
                proxies);
    }
}
