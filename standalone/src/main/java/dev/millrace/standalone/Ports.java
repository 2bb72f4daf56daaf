package dev.millrace.standalone;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which port on the loopback address each part has, counted from the gateway's.
 *
 * @param gateway where people and programs come in
 * @param streamsInstances how many streams processes there are, 1..16
 * @param ingestInstances how many ingest processes, 1..2
 * @param servingInstances how many serving processes, 1..2
 */
public record Ports(int gateway, int streamsInstances, int ingestInstances, int servingInstances) {
    private static final int STREAMS_MAX = 16;
    private static final int INGESTS_MAX = 2;
    private static final int SERVINGS_MAX = 2;
    private static final int LAST = 25;

    public Ports {
        if (gateway < 1 || gateway + LAST > 65_535) {
            throw new StartFailure("port", gateway + " (expected: 1.." + (65_535 - LAST) + ")");
        }
        require("streams", streamsInstances, STREAMS_MAX);
        require("ingest", ingestInstances, INGESTS_MAX);
        require("serving", servingInstances, SERVINGS_MAX);
    }

    private static void require(String role, int instances, int max) {
        if (instances < 1 || instances > max) {
            throw new StartFailure(role, instances + " (expected: 1.." + max + ")");
        }
    }

    List<Integer> ingests() {
        return List.of(gateway + 1, gateway + 22).subList(0, ingestInstances);
    }

    List<Integer> servings() {
        return List.of(gateway + 2, gateway + 23).subList(0, servingInstances);
    }

    /** The name of a role's instance: its number belongs to it where there are several. */
    static String named(String role, int instance, int instances) {
        return instances == 1 ? role : role + "-" + instance;
    }

    int outbound() {
        return gateway + 3;
    }

    int streams(int instance) {
        return gateway + 4 + instance;
    }

    int kafka() {
        return gateway + 20;
    }

    /** Where Kafka's clients begin. */
    public String bootstrap() {
        return "127.0.0.1:" + kafka();
    }

    int kafkaController() {
        return gateway + 21;
    }

    int postgres() {
        return gateway + LAST;
    }

    /** Every port that must be free before a start, by the name of the part that will listen there. */
    Map<String, Integer> all() {
        Map<String, Integer> all = new LinkedHashMap<>();
        all.put("gateway", gateway());
        putAll(all, "ingest", ingests());
        putAll(all, "serving", servings());
        all.put("outbound", outbound());
        for (int i = 0; i < streamsInstances; i++) {
            all.put("streams-" + i, streams(i));
        }
        all.put("kafka", kafka());
        all.put("kafka's controller", kafkaController());
        all.put("postgres", postgres());
        return all;
    }

    private static void putAll(Map<String, Integer> all, String role, List<Integer> ports) {
        IntStream.range(0, ports.size()).forEach(i -> all.put(named(role, i, ports.size()), ports.get(i)));
    }
}
