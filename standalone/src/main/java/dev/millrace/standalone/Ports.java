package dev.millrace.standalone;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which port on the loopback address each part has, counted from the gateway's.
 *
 * @param gateway where people and programs come in
 * @param streamsInstances how many streams processes there are, 1..16
 */
public record Ports(int gateway, int streamsInstances) {
    private static final int STREAMS_MAX = 16;
    private static final int LAST = 25;

    public Ports {
        if (gateway < 1 || gateway + LAST > 65_535) {
            throw new StartFailure("port", gateway + " (expected: 1.." + (65_535 - LAST) + ")");
        }
        if (streamsInstances < 1 || streamsInstances > STREAMS_MAX) {
            throw new StartFailure("streams", streamsInstances + " (expected: 1.." + STREAMS_MAX + ")");
        }
    }

    int ingest() {
        return gateway + 1;
    }

    int serving() {
        return gateway + 2;
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
        all.put("ingest", ingest());
        all.put("serving", serving());
        all.put("outbound", outbound());
        for (int i = 0; i < streamsInstances; i++) {
            all.put("streams-" + i, streams(i));
        }
        all.put("kafka", kafka());
        all.put("kafka's controller", kafkaController());
        all.put("postgres", postgres());
        return all;
    }
}
