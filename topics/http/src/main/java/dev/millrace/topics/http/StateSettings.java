package dev.millrace.topics.http;

import java.time.Duration;
import java.util.List;

/**
 * Where state is asked for.
 *
 * @param endpoints host:port of any streams instances; the others are learned from them
 * @param attemptTimeout longest one instance may take, beyond what a query itself says it will wait
 * @param askTimeout longest a question may take over all attempts, beyond what it says it will wait
 */
public record StateSettings(List<String> endpoints, Duration attemptTimeout, Duration askTimeout) {
    public StateSettings {
        endpoints = List.copyOf(endpoints);
    }

    public static StateSettings from(Settings s) {
        List<String> endpoints =
                s.list("state.endpoints", List.of("127.0.0.1:8083"), "host:port of streams instances, one is enough");
        for (String endpoint : endpoints) {
            if (!StateClient.isHostAndPort(endpoint)) {
                s.problem("state.endpoints: " + endpoint + " (expected: host:port)");
            }
        }
        return new StateSettings(
                endpoints,
                s.duration(
                        "state.attempt.timeout",
                        Duration.ofMillis(700),
                        Duration.ofMillis(10),
                        Duration.ofSeconds(30),
                        "longest one streams instance may take to answer before another is asked"),
                s.duration(
                        "state.ask.timeout",
                        Duration.ofSeconds(3),
                        Duration.ofMillis(10),
                        Duration.ofSeconds(60),
                        "longest a question about state may take before 503 STATE_UNAVAILABLE"));
    }
}
