package dev.millrace.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.utils.Utils;

/** Which partition owns a key. The same function as the Kafka producer's own, so that any client agrees with it. */
public final class Owners {
    private Owners() {}

    /** Partition, from 0, of the owner of this key among so many partitions. */
    public static int partitionOf(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitions;
    }
}
