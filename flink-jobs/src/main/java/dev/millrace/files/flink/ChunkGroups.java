package dev.millrace.files.flink;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The groups that Flink divides keys into, each with a key of its own that falls into it. By that key goes what is to
 * reach every task that owns chunks, however many there are, and what such a task keeps of all chunks of a group. None
 * is a chunk's, as those are called by 64 hex digits.
 */
final class ChunkGroups {
    private static final int GROUPS = JobSettings.PARALLELISM_MAX;
    private static final List<String> KEYS = keys();

    private ChunkGroups() {}

    /** The keys of all groups, in the groups' order. */
    static List<String> all() {
        return KEYS;
    }

    /** Key of the group that a chunk is in. */
    static String of(String sha256) {
        return KEYS.get(KeyGroupRangeAssignment.assignToKeyGroup(sha256, GROUPS));
    }

    private static List<String> keys() {
        Map<Integer, String> byGroup = new TreeMap<>();
        for (int tried = 0; byGroup.size() < GROUPS; tried++) {
            String key = "group " + tried;
            byGroup.putIfAbsent(KeyGroupRangeAssignment.assignToKeyGroup(key, GROUPS), key);
        }
        return List.copyOf(byGroup.values());
    }
}
