package dev.millrace.feed.streams;

import dev.millrace.feed.rules.fanout.Heat;
import java.time.Duration;

/**
 * How posts are expanded.
 *
 * @param heat from how many followers on posts aren't pushed
 * @param pagesPerRecord pages sent at most with each record that is taken in
 * @param pagesPerTick pages sent at most of what still waits, every {@code tick}
 * @param sayEvery how often readers' partitions are told what is with them
 */
public record FanOutSettings(Heat heat, int pagesPerRecord, int pagesPerTick, Duration tick, Duration sayEvery) {
    /**
     * A page takes some 20 us to read and send: a record isn't held up by more than a millisecond, and a tick's pages
     * are a million deliveries a second.
     */
    public static FanOutSettings of(Heat heat) {
        return new FanOutSettings(heat, 32, 128, Duration.ofMillis(20), Duration.ofMillis(250));
    }
}
