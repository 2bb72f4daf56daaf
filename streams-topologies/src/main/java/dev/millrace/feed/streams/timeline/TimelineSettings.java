package dev.millrace.feed.streams.timeline;

import java.time.Duration;

/**
 * How timelines are kept.
 *
 * @param readersMax readers of one partition who have a timeline at most; each takes up to 10 KB of heap
 * @param snapshotEvery how often a partition is saved while posts come, and so how much of the log is read again after
 *     a crash
 */
public record TimelineSettings(int readersMax, Duration snapshotEvery) {}
