package dev.millrace.files.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Releases of something, oldest first: what one keeps when one keeps all of them. */
public final class Releases {
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final int DIGITS = 20;

    private final List<Release> inOrder;

    private Releases(List<Release> inOrder) {
        this.inOrder = inOrder;
    }

    /**
     * One of them.
     *
     * @param path a file, or a folder
     * @param files it, or all that are in it and have something in them
     * @param bytes of all of them
     */
    record Release(Path path, List<Path> files, long bytes) {
        static Release of(Path path) throws IOException {
            try (Stream<Path> all = Files.walk(path)) {
                List<Path> files = new ArrayList<>();
                long bytes = 0;
                for (Path file : all.sorted().toList()) {
                    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) > 0) {
                        files.add(file);
                        bytes += Files.size(file);
                    }
                }
                return new Release(path, files, bytes);
            }
        }
    }

    /** What lies in a folder, in the order of names; numbers in them count as numbers, so 1.10 comes behind 1.9. */
    public static Releases in(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> entries = Files.list(folder)) {
            paths = entries.sorted(Comparator.comparing(Releases::place)).toList();
        }
        if (paths.isEmpty()) {
            throw new IllegalStateException(folder + " is empty (expected: a file or a folder for each release)");
        }
        List<Release> inOrder = new ArrayList<>();
        for (Path path : paths) {
            inOrder.add(Release.of(path.toAbsolutePath()));
        }
        return new Releases(inOrder);
    }

    private static String place(Path path) {
        return NUMBER.matcher(String.valueOf(path.getFileName())).replaceAll(number -> {
            String digits = number.group();
            return "0".repeat(Math.max(0, DIGITS - digits.length())) + digits;
        });
    }

    List<Release> inOrder() {
        return inOrder;
    }

    public int count() {
        return inOrder.size();
    }

    public long bytes() {
        return inOrder.stream().mapToLong(Release::bytes).sum();
    }
}
