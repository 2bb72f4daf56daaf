package dev.millrace.feed.benchmarks;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;

/** How many deliveries Redis takes, one connection, timelines full before. */
public final class RedisDeliveries {
    private static final int ENTRIES_MAX = 800;
    private static final int PAGE = 512;
    /** As long as a snowflake is. */
    private static final long FIRST_POST = 110_000_000_000_000_000L;

    private RedisDeliveries() {}

    /** What was measured. */
    public record Result(int readers, long deliveries, double seconds, double bytesPerReader) {
        public double deliveriesPerSecond() {
            return deliveries / seconds;
        }

        @Override
        public String toString() {
            return String.format(
                    "Redis: %,.0f deliveries/s into %,d full timelines of %d, %,.0f bytes each",
                    deliveriesPerSecond(), readers, ENTRIES_MAX, bytesPerReader);
        }

        public JsonObject json() {
            return new JsonObject()
                    .put("readers", readers)
                    .put("deliveries", deliveries)
                    .put("seconds", seconds)
                    .put("deliveriesPerSecond", deliveriesPerSecond())
                    .put("bytesPerReader", bytesPerReader);
        }
    }

    public static Result measure(String binary, Path directory, int readers, int seconds) throws IOException {
        try (RedisTimelines redis = new RedisTimelines(binary, directory, ENTRIES_MAX)) {
            long empty = redis.bytes();
            long post = FIRST_POST;
            for (int entry = 0; entry < ENTRIES_MAX; entry++) {
                post += 1 << 16;
                for (int from = 0; from < readers; from += PAGE) {
                    redis.deliver(
                            IntStream.range(from, Math.min(readers, from + PAGE))
                                    .toArray(),
                            post);
                }
            }
            double bytesPerReader = (redis.bytes() - empty) / (double) readers;
            Random random = new Random(7);
            long deliveries = 0;
            long began = System.nanoTime();
            long until = began + Duration.ofSeconds(seconds).toNanos();
            while (System.nanoTime() < until) {
                post += 1 << 16;
                redis.deliver(
                        random.ints(0, readers).distinct().limit(PAGE).sorted().toArray(), post);
                deliveries += PAGE;
            }
            return new Result(readers, deliveries, (System.nanoTime() - began) / 1e9, bytesPerReader);
        }
    }
}
