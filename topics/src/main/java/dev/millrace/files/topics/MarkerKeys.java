package dev.millrace.files.topics;

import dev.millrace.topics.Owners;
import java.util.Locale;

/**
 * Keys of records that are for a partition of namespaces and for none of them: each falls into its partition as any key
 * does, and is no namespace's id, as those have no {@code o} in them.
 */
public final class MarkerKeys {
    private MarkerKeys() {}

    /** Of so many characters as a namespace's id, and always the same. */
    public static String of(int partition, int partitions) {
        if (partition < 0 || partition >= partitions) {
            throw new IllegalArgumentException("partition: " + partition + " (expected: 0.." + (partitions - 1) + ")");
        }
        for (int tried = 0; ; tried++) {
            String key = String.format(Locale.ROOT, "epoch%011d", tried);
            if (Owners.partitionOf(key, partitions) == partition) {
                return key;
            }
        }
    }
}
