package dev.millrace.topics.http;

import dev.millrace.topics.Owners;
import dev.millrace.topics.v1.PartitionMap;
import dev.millrace.topics.v1.PartitionMap.Held;
import dev.millrace.topics.v1.StateQuery;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who holds which partition of which log, as far as streams instances have told. */
final class Holders {
    private volatile Map<String, Map<Integer, Held>> heldByLog = Map.of();
    private volatile Set<String> endpoints = Set.of();

    /** How many partitions this log has; 0 while no instance has told who holds it. */
    int partitions(String log) {
        return heldByLog.getOrDefault(log, Map.of()).size();
    }

    /** Whether some instance has told who holds this log. */
    boolean know(String log) {
        return heldByLog.containsKey(log);
    }

    /** Everybody who holds something, in the order in which they were told. */
    Set<String> endpoints() {
        return endpoints;
    }

    /** Who holds what this query asks for; null if nobody has told. */
    @Nullable Held of(String log, StateQuery query) {
        Map<Integer, Held> partitions = heldByLog.getOrDefault(log, Map.of());
        if (partitions.isEmpty()) {
            return null;
        }
        return partitions.get(
                query.hasPartition() ? query.getPartition() : Owners.partitionOf(query.getOwner(), partitions.size()));
    }

    /** An instance that has just come knows only some of it yet: of what it doesn't say, what was known stays. */
    void adopt(PartitionMap map) {
        Map<String, Map<Integer, Held>> byLog = new HashMap<>();
        heldByLog.forEach((log, partitions) -> byLog.put(log, new HashMap<>(partitions)));
        Set<String> told = new LinkedHashSet<>();
        for (Held held : map.getHeldList()) {
            Map<Integer, Held> partitions = byLog.computeIfAbsent(held.getLog(), l -> new HashMap<>());
            if (held.getActive().isEmpty() && held.getStandbysCount() == 0) {
                partitions.putIfAbsent(held.getPartition(), held);
            } else {
                partitions.put(held.getPartition(), held);
                addHolders(held, told);
            }
        }
        byLog.values().forEach(partitions -> partitions.values().forEach(held -> addHolders(held, told)));
        heldByLog = Map.copyOf(byLog);
        endpoints = told;
    }

    private static void addHolders(Held held, Set<String> endpoints) {
        if (!held.getActive().isEmpty()) {
            endpoints.add(held.getActive());
        }
        endpoints.addAll(held.getStandbysList());
    }
}
