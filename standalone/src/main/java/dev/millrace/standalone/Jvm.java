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

    private Jvm() {}

    /**
     * A JVM with a heap of so much. A third of its heap is for what is young: nearly all of a request's garbage then
     * dies there, and a collection is rare enough not to be felt.
     */
    static List<String> of(int heapMib) {
        List<String> command = List.of(
                Programs.java(),
                "-Xms32m",
                "-Xmx" + heapMib + "m",
                "-Xmn" + heapMib / 3 + "m",
                "-XX:+UseSerialGC",
                // What went on after that would be half a process; the launcher starts a whole one.
                "-XX:+ExitOnOutOfMemoryError",
                "-Xss512k");
        return Machine.join(command, PATIENT_C2);
    }
}
