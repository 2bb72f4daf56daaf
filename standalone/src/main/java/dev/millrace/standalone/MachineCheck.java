package dev.millrace.standalone;

import java.util.Set;

/** What a machine must have free before a start; otherwise servers die later of causes nobody sees. */
public final class MachineCheck {
    /** What the servers and roles of tickets use together. */
    private static final long MEMORY_MIB_MIN = 1_500;
    /** What Cassandra, DynamoDB Local and Redis use besides. */
    private static final long FEED_MEMORY_MIB = 700;
    /** What S3Proxy and Flink use besides. */
    private static final long FILES_MEMORY_MIB = 900;

    private static final long DISK_MIB_MIN = 1_000;

    private MachineCheck() {}

    /** @throws StartFailure saying what there is too little of */
    public static void require(DataFolder data, Set<Product> products) {
        long memory = MEMORY_MIB_MIN
                + (products.contains(Product.feed) ? FEED_MEMORY_MIB : 0)
                + (products.contains(Product.files) ? FILES_MEMORY_MIB : 0);
        Machine.availableMemoryMib().filter(mib -> mib < memory).ifPresent(mib -> {
            throw new StartFailure("too little memory", mib + " MiB are free (expected: at least " + memory + " MiB)");
        });
        long disk = Machine.usableDiskMib(data.root());
        if (disk < DISK_MIB_MIN) {
            throw new StartFailure(
                    "too little disk",
                    disk + " MiB are free at " + data.root() + " (expected: at least " + DISK_MIB_MIN + " MiB)");
        }
    }
}
