package dev.millrace.standalone;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the machine under us has and is. */
final class Machine {
    private static final long BYTES_PER_MIB = 1024 * 1024;

    private Machine() {}

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Whether a program is on the PATH. */
    static boolean has(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        return Stream.of(path.split(File.pathSeparator))
                .filter(p -> !p.isEmpty())
                .anyMatch(p -> Files.isExecutable(Path.of(p, program)));
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    static List<String> join(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /** Memory that a new program could have, in MiB; empty where the machine doesn't say. */
    static Optional<Long> availableMemoryMib() {
        Optional<Long> ofContainer = limitOfContainer();
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            Optional<Long> ofMachine = lines.filter(l -> l.startsWith("MemAvailable:"))
                    .map(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024)
                    .findFirst();
            return Stream.of(ofMachine, ofContainer).flatMap(Optional::stream).min(Long::compare);
        } catch (java.io.IOException e) {
            return ofContainer;
        }
    }

    static long usableDiskMib(Path directory) {
        return directory.toFile().getUsableSpace() / BYTES_PER_MIB;
    }

    private static Optional<Long> limitOfContainer() {
        return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? Optional.of(system.getTotalMemorySize() / BYTES_PER_MIB)
                : Optional.empty();
    }
}
