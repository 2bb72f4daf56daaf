package dev.millrace.files.flink;

import java.io.Serializable;
import java.time.Duration;

/**
 * How garbage is collected, as a job is told when it is submitted.
 *
 * @param run drawn, 16 bytes in hex: what this run is called if it begins without a checkpoint; one that goes on from a
 *     checkpoint keeps the name that it finds there
 * @param partitions of namespaces
 * @param epochLasts at least
 * @param packsKept how long a pack stays of which nothing is of use any more
 */
record CollectionPlan(String run, int partitions, Duration epochLasts, Duration packsKept) implements Serializable {}
