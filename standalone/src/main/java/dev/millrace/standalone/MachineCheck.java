package dev.millrace.standalone;

/** What a machine must have free before a start; otherwise servers die later of causes nobody sees. */
public final class MachineCheck {
    /** What the servers and roles of tickets use together. */
    private static final long MEMORY_MIB_MIN = 1_500;

    private static final long DISK_MIB_MIN = 1_000;

    private MachineCheck() {}

    /** @throws StartFailure saying what there is too little of */
    public static void require(DataFolder data) {
        Machine.availableMemoryMib().filter(mib -> mib < MEMORY_MIB_MIN).ifPresent(mib -> {
            throw new StartFailure(
                    "too little memory", mib + " MiB are free (expected: at least " + MEMORY_MIB_MIN + " MiB)");
        });
        long disk = Machine.usableDiskMib(data.root());
        if (disk < DISK_MIB_MIN) {
            throw new StartFailure(
                    "too little disk",
                    disk + " MiB are free at " + data.root() + " (expected: at least " + DISK_MIB_MIN + " MiB)");
        }
    }
}
