package dev.millrace.streams;

import dev.millrace.topics.http.HttpSettings;
import dev.millrace.topics.http.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the streams role runs.
 *
 * @param instance tells instances apart in names of clients and threads
 * @param bootstrap the brokers
 * @param stateDir where RocksDB keeps what is restored from the changelogs
 * @param advertisedHost name or address under which other processes reach this one's state endpoint
 * @param products whose commands are decided here
 * @param threads stream threads of each log that takes many commands
 * @param standbys copies of each partition's state on other instances
 * @param commitInterval how long a transaction collects decisions; the views behind the log are late by as much
 * @param sessionTimeout how long a silent instance keeps its partitions; most of the time a failover takes
 * @param rocksDbBytesMax memory of all RocksDB stores together, caches and write buffers
 * @param seatMapBytesMax heap of the published seat maps
 * @param timelineReadersMax readers of one partition who have a timeline at most; each takes up to 10 KB of heap
 * @param timelineSnapshotEvery how much of the log of pages is read again after a crash
 * @param feedHotFrom followers from whom on an author's posts aren't pushed
 * @param stuckAfter commands waiting without progress for so long make the role not ready
 * @param exitAfter the same for so long ends the process, so that a standby takes over
 */
record StreamsSettings(
        HttpSettings http,
        int instance,
        String bootstrap,
        Path stateDir,
        String advertisedHost,
        List<String> products,
        int threads,
        int standbys,
        Duration commitInterval,
        Duration sessionTimeout,
        long rocksDbBytesMax,
        long seatMapBytesMax,
        int timelineReadersMax,
        Duration timelineSnapshotEvery,
        long feedHotFrom,
        Duration stuckAfter,
        Duration exitAfter) {
    static final String TICKETS = "tickets";
    static final String FEED = "feed";
    static final String FILES = "files";

    private static final List<String> PRODUCTS = List.of(TICKETS, FEED, FILES);
    private static final long MIB = 1024 * 1024;

    static StreamsSettings from(Settings s) {
        HttpSettings http = HttpSettings.from(s, 8083);
        Duration stuckAfter = s.duration(
                "streams.stuck.after",
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMinutes(10),
                "commands waiting without progress for so long make the role not ready");
        Duration exitAfter = s.duration(
                "streams.exit.after",
                Duration.ofSeconds(60),
                Duration.ofSeconds(2),
                Duration.ofHours(1),
                "commands waiting without progress for so long end the process, so that a standby takes over");
        if (exitAfter.compareTo(stuckAfter) <= 0) {
            s.problem("streams.exit.after: " + exitAfter + " (expected: more than streams.stuck.after, " + stuckAfter
                    + ")");
        }
        List<String> products = s.list("streams.products", PRODUCTS, "whose commands are decided here");
        if (!PRODUCTS.containsAll(products)) {
            s.problem("streams.products: " + products + " (expected: some of " + PRODUCTS + ")");
        }
        return new StreamsSettings(
                http,
                s.integer("instance", 0, 0, 9_999, "tells instances apart in names of clients and threads"),
                s.text("kafka.bootstrap", "127.0.0.1:9092", "host:port of the brokers"),
                Path.of(s.text("data.dir", "directory that keeps state between starts"))
                        .resolve("streams"),
                s.text(
                        "streams.advertised.host",
                        http.host(),
                        "name or address under which other processes reach this one's state endpoint"),
                products,
                s.integer(
                        "streams.threads",
                        Runtime.getRuntime().availableProcessors(),
                        1,
                        256,
                        "threads of each log that takes many commands: seats, posts, follows, namespaces; one per core is right"),
                s.integer("streams.standbys", 1, 0, 3, "copies of each partition's state on other instances"),
                s.duration(
                        "streams.commit.interval",
                        Duration.ofMillis(100),
                        Duration.ofMillis(5),
                        Duration.ofSeconds(2),
                        "how long a transaction collects decisions; answers don't wait for it, views of the log do"),
                s.duration(
                        "streams.session.timeout",
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(5),
                        "a silent instance loses its partitions after this; the brokers' group.min.session.timeout.ms"
                                + " must allow it"),
                s.whole(
                        "streams.rocksdb.bytes.max",
                        128 * MIB,
                        16 * MIB,
                        64 * 1024 * MIB,
                        "memory of all RocksDB stores together, in bytes"),
                s.whole(
                        "streams.seatmaps.bytes.max",
                        96 * MIB,
                        MIB,
                        64 * 1024 * MIB,
                        "heap of the seat maps held ready, in bytes; others are read from the store"),
                s.integer(
                        "streams.timelines.readers.max",
                        1_000,
                        1,
                        100_000_000,
                        "readers of one partition who have a timeline; each takes up to 10 KB of heap, the one who was"
                                + " active least recently makes room"),
                s.duration(
                        "streams.timelines.snapshot.every",
                        Duration.ofMinutes(1),
                        Duration.ofMillis(100),
                        Duration.ofHours(6),
                        "how often a partition's timelines are saved while posts come; what came later is read again"
                                + " after a crash"),
                s.whole(
                        "feed.hot.from",
                        100_000,
                        2,
                        1_000_000_000_000L,
                        "an author with so many followers is hot: posts aren't pushed any more but read where they are;"
                                + " at four fifths of it they are pushed again"),
                stuckAfter,
                exitAfter);
    }
}
