package dev.millrace.ingest;

import dev.millrace.topics.http.HttpSettings;
import dev.millrace.topics.http.IdentitySettings;
import dev.millrace.topics.http.Settings;
import dev.millrace.topics.http.StateSettings;
import java.time.Duration;

/**
 * How an ingest instance runs.
 *
 * @param instance the partition of the replies topic that is this instance's own
 * @param waitLimit how long a request waits for its decision before it is answered 202
 * @param decideWithin as many requests may wait as are decided in so long
 * @param waitingMax most requests that may wait at once, however fast decisions come
 * @param bufferBytes most bytes of commands that may wait for the broker
 * @param deliverWithin how long a command may stay unacknowledged
 * @param silenceMax how long the broker may be silent before commands are refused at once
 */
record IngestSettings(
        HttpSettings http,
        IdentitySettings identity,
        StateSettings state,
        RateSettings rates,
        String bootstrap,
        int instance,
        Duration waitLimit,
        Duration decideWithin,
        int waitingMax,
        long bufferBytes,
        Duration deliverWithin,
        Duration silenceMax) {

    /** The role's usual port. */
    private static final int PORT = 8081;

    static IngestSettings from(Settings s) {
        IngestSettings settings = new IngestSettings(
                HttpSettings.from(s, PORT),
                IdentitySettings.from(s),
                StateSettings.from(s),
                RateSettings.from(s),
                s.text("kafka.bootstrap", "127.0.0.1:9092", "host:port of brokers"),
                s.integer("instance", 0, 0, 100_000, "number of this instance, its own partition of the replies topic"),
                s.duration(
                        "ingest.wait.limit",
                        Duration.ofSeconds(5),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(25),
                        "how long a request waits for its decision before it is answered 202"),
                s.duration(
                        "ingest.decide.within",
                        Duration.ofMillis(500),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(20),
                        "as many requests may wait as are decided in so long; more are answered 503 at once"),
                s.integer("ingest.waiting.max", 20_000, 1, 1_000_000, "most requests that may wait for a decision"),
                s.whole(
                        "ingest.buffer.bytes",
                        32L * 1024 * 1024,
                        5L * 1024 * 1024,
                        1L << 32,
                        "most bytes of commands that may wait for the broker"),
                s.duration(
                        "ingest.deliver.within",
                        Duration.ofSeconds(4),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(24),
                        "how long a command may stay unacknowledged; shorter than ingest.wait.limit"),
                s.duration(
                        "ingest.silence.max",
                        Duration.ofMillis(1_500),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(20),
                        "how long the broker may be silent before commands are refused at once"));
        // A 202 promises that the command is on the log, so that must be known by then.
        if (settings.deliverWithin.compareTo(settings.waitLimit) >= 0) {
            s.problem("ingest.deliver.within: " + settings.deliverWithin
                    + " (expected: shorter than ingest.wait.limit, " + settings.waitLimit + ")");
        }
        return settings;
    }
}
