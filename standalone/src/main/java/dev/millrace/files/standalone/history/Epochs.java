package dev.millrace.files.standalone.history;

import com.google.protobuf.ByteString;
import dev.millrace.files.topics.v1.MarkEpoch;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * When epochs of the collection were marked, as the log of facts has it, in whatever order its partitions are read. One
 * is marked only when the one before is closed for good.
 */
final class Epochs {
    /** Of each run of the job: when each epoch was first marked anywhere. */
    private final Map<ByteString, NavigableMap<Long, Long>> runs = new HashMap<>();

    void take(MarkEpoch marker, long atMillis) {
        runs.computeIfAbsent(marker.getRun(), run -> new TreeMap<>()).merge(marker.getEpoch(), atMillis, Math::min);
    }

    /** Of the run that marked last. */
    private NavigableMap<Long, Long> newest() {
        return runs.values().stream()
                .max(Comparator.comparing(marked -> marked.lastEntry().getValue()))
                .orElse(new TreeMap<>());
    }

    /** Number of the newest that was marked; 0 if none was. */
    long marked() {
        return newest().isEmpty() ? 0 : newest().lastKey();
    }

    /**
     * When it was seen first that two epochs were closed whose markers were written after that time: the one after them
     * is marked. What nobody named at that time is deleted by then. Empty if that isn't so yet.
     */
    OptionalLong twoClosedAfter(long millis) {
        int after = 0;
        for (Entry<Long, Long> epoch : newest().entrySet()) {
            if (epoch.getValue() > millis && after++ == 2) {
                return OptionalLong.of(epoch.getValue());
            }
        }
        return OptionalLong.empty();
    }
}
