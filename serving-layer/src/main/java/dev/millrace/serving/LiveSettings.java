package dev.millrace.serving;

import dev.millrace.topics.http.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How live sockets are served.
 *
 * @param ping how often a socket has to show that somebody is still there
 * @param socketsMax most sockets of one process
 * @param allowedOrigins pages of other hosts that may open one
 */
record LiveSettings(Duration ping, int socketsMax, Set<String> allowedOrigins) {
    static LiveSettings from(Settings s) {
        return new LiveSettings(
                s.duration(
                        "live.ping",
                        Duration.ofSeconds(20),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(1),
                        "how often live sockets are pinged; two unanswered pings close one"),
                s.integer("live.sockets.max", 20_000, 1, 1_000_000, "most live sockets of this process"),
                Set.copyOf(s.list(
                        "http.allowed.origins",
                        List.of(),
                        "origins, such as https://tickets.example, whose pages may open live sockets")));
    }
}
