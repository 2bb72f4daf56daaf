package dev.millrace.standalone;

import java.util.List;

/** Flink's stack traces for people: what failed, and what was at the root of it. */
final class FlinkFailure {
    private static final String CAUSE = "Caused by: ";

    private FlinkFailure() {}

    /** Whether the job said that starting it again the same way doesn't help. */
    static boolean isForGood(String trace) {
        return trace.contains("SuppressRestartsException");
    }

    /** @param trace lines, or a JSON text with them */
    static String shortOf(String trace) {
        List<String> lines =
                trace.replace("\\n", "\n").replace("\\t", "\t").lines().toList();
        String first = lines.stream()
                .map(String::strip)
                .filter(line -> line.matches(".*\\w.*"))
                .findFirst()
                .orElse("no reason given");
        return lines.stream()
                .map(String::strip)
                .filter(line -> line.startsWith(CAUSE))
                .reduce((before, last) -> last)
                .map(root -> first + " (" + root + ")")
                .orElse(first);
    }
}
