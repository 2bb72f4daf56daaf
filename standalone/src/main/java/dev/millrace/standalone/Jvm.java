package dev.millrace.standalone;

import java.util.List;

/** How the JVMs of one machine are tuned: several share few cores, and a start is felt more than a peak. */
final class Jvm {
    /**
     * Compiles with C1 at once and with C2 only what stays hot: compiling everything twice is a third of the work of a start.
     */
    private static final List<String> PATIENT_C2 = List.of(
            "-XX:Tier4InvocationThreshold=20000",
            "-XX:Tier4MinInvocationThreshold=5000",
            "-XX:Tier4CompileThreshold=40000",
            "-XX:Tier4BackEdgeThreshold=120000");

    private static final List<String> C1_ONLY = List.of("-XX:TieredStopAtLevel=1");

    private Jvm() {}

    /** For a process that takes load. */
    static List<String> busy(int heapMib) {
        return Machine.join(of(heapMib), PATIENT_C2);
    }

    /** For a process that mostly waits. */
    static List<String> waiting(int heapMib) {
        return Machine.join(of(heapMib), C1_ONLY);
    }

    private static List<String> of(int heapMib) {
        return List.of(Programs.java(), "-Xms32m", "-Xmx" + heapMib + "m", "-XX:+UseSerialGC", "-Xss512k");
    }
}
