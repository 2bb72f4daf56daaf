package dev.millrace.streams;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** How far a command log goes, and how far its application has committed. */
interface LogEnds {
    /** Offset after the newest command of each of these partitions. */
    CompletionStage<Map<Integer, Long>> of(Collection<Integer> partitions);

    /** Offset up to which this partition was consumed, unreadable commands included; 0 if it never was. */
    CompletionStage<Long> committed(int partition);
}
