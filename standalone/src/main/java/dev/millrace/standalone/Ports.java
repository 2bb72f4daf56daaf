package dev.millrace.standalone;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private static final int LAST = 35;

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

    int edge() {
        return gateway + 24;
    }

    int postgres() {
        return gateway + 25;
    }

    int cassandra() {
        return gateway + 26;
    }

    /** Where Cassandra's nodes would talk to each other. */
    int cassandraStorage() {
        return gateway + 27;
    }

    int dynamodb() {
        return gateway + 28;
    }

    int redis() {
        return gateway + 29;
    }

    int s3() {
        return gateway + 30;
    }

    /** Of the JobManager, for people and programs. */
    int flinkPage() {
        return gateway + 31;
    }

    int flinkJobManager() {
        return gateway + 32;
    }

    /** Where TaskManagers fetch a job's jars. */
    int flinkJars() {
        return gateway + 33;
    }

    int flinkTaskManager() {
        return gateway + 34;
    }

    /** Where TaskManagers send each other records. */
    int flinkData() {
        return gateway + LAST;
    }

    /** Every port that must be free before a start, by the name of the part that will listen there. */
    Map<String, Integer> neededFor(Set<Product> products) {
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
        if (products.contains(Product.feed)) {
            all.put("cassandra", cassandra());
            all.put("cassandra's storage", cassandraStorage());
            all.put("dynamodb", dynamodb());
            all.put("redis", redis());
        }
        if (products.contains(Product.files)) {
            all.put("edge", edge());
            all.put("s3", s3());
            all.put("flink's page", flinkPage());
            all.put("flink's JobManager", flinkJobManager());
            all.put("flink's jars", flinkJars());
            all.put("flink's TaskManager", flinkTaskManager());
            all.put("flink's data", flinkData());
        }
        return all;
    }

    private static void putAll(Map<String, Integer> all, String role, List<Integer> ports) {
        IntStream.range(0, ports.size()).forEach(i -> all.put(named(role, i, ports.size()), ports.get(i)));
    }
}
