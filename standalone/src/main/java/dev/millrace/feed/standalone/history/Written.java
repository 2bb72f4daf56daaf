package dev.millrace.feed.standalone.history;

/**
 * A record as the broker wrote it down.
 *
 * @param <T> the message in it
 */
record Written<T>(int partition, long offset, long atMillis, T message) {}
