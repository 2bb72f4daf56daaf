package dev.millrace.streams.owner;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The partitions of one command log that are decided in this process. */
public final class OwnedPartitions {
    private final Map<Integer, OwnedPartition> byPartition = new ConcurrentHashMap<>();

    /**
     * Takes a partition on, each time its task begins: what an earlier task of it published counts no more.
     *
     * @param decidedOffset offset of the newest command in its state, -1 if there is none
     */
    public OwnedPartition open(int partition, long decidedOffset) {
        OwnedPartition opened = new OwnedPartition(decidedOffset);
        OwnedPartition before = byPartition.put(partition, opened);
        if (before != null) {
            before.close();
        }
        return opened;
    }

    /** Gives a partition up, unless a later task of it has taken it on already. */
    public void close(int partition, OwnedPartition owned) {
        byPartition.remove(partition, owned);
        owned.close();
    }

    /** Null if this process doesn't decide this partition. */
    public @Nullable OwnedPartition get(int partition) {
        return byPartition.get(partition);
    }

    /** What is decided here now, by partition. */
    public Map<Integer, OwnedPartition> all() {
        return Map.copyOf(byPartition);
    }
}
