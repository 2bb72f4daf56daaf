package dev.millrace.files.flink;

/**
 * The newest epoch whose markers were written.
 *
 * @param epoch 0: none was yet
 * @param atMillis when; of none, when the run began
 */
public record MarkedEpoch(long epoch, long atMillis) {}
