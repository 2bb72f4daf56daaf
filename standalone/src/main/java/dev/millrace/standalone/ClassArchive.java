package dev.millrace.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JVM's loaded classes kept in a file, so that its next start needs not parse and verify them again: a third to a
 * half of the work of a start. The first run writes it when it stops cleanly; a changed class path makes a new one.
 */
final class ClassArchive {
    private static final String FRESH = ".fresh-";
    private static final List<String> QUIET = List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off");

    private final Path all;
    private final String program;
    private final Path archive;
    /** What the JVM writes; taken over only when it was written to its end. */
    private final Path fresh;

    private final boolean present;
    private final boolean mayWrite;

    private ClassArchive(Path all, String program, Path archive, boolean mayWrite) {
        this.all = all;
        this.program = program;
        this.archive = archive;
        this.fresh = archive.resolveSibling(
                archive.getFileName() + FRESH + ProcessHandle.current().pid());
        this.present = Files.exists(archive);
        this.mayWrite = mayWrite;
    }

    /**
     * @param classPath directories of jars, and jars
     * @param mayWrite whether a run without an archive makes one
     */
    static ClassArchive of(Programs programs, String program, List<Path> classPath, boolean mayWrite) {
        Path all = programs.unpackedOf("standalone", "class-archives");
        try {
            Files.createDirectories(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ClassArchive archive =
                new ClassArchive(all, program, all.resolve(program + "-" + fingerprint(classPath) + ".jsa"), mayWrite);
        archive.deleteOthers();
        return archive;
    }

    /** JVM flags that use the archive, or make it. */
    List<String> flags() {
        if (present) {
            return Machine.join(List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto"), QUIET);
        }
        return mayWrite ? Machine.join(List.of("-XX:ArchiveClassesAtExit=" + fresh), QUIET) : List.of();
    }

    /** After the JVM has ended. */
    void keep(boolean cleanly) {
        try {
            if (cleanly && Files.exists(fresh)) {
                Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those of earlier builds, and what a killed launcher's JVMs left. */
    private void deleteOthers() {
        try (Stream<Path> files = Files.list(all)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                boolean isOurs = name.startsWith(program + "-") && !file.equals(archive);
                if (isOurs && !isBeingWritten(name)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isBeingWritten(String name) {
        int at = name.indexOf(FRESH);
        return at >= 0
                && ProcessHandle.of(Long.parseLong(name.substring(at + FRESH.length())))
                        .isPresent();
    }

    private static String fingerprint(List<Path> classPath) {
        String all = classPath.stream()
                .flatMap(ClassArchive::jarsOf)
                .map(ClassArchive::describe)
                .collect(Collectors.joining());
        return Integer.toHexString((all + System.getProperty("java.vm.version")).hashCode());
    }

    private static Stream<Path> jarsOf(Path element) {
        if (!Files.isDirectory(element)) {
            return Stream.of(element);
        }
        try (Stream<Path> jars = Files.list(element)) {
            return jars.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String describe(Path jar) {
        try {
            BasicFileAttributes a = Files.readAttributes(jar, BasicFileAttributes.class);
            return jar + " " + a.size() + " " + a.lastModifiedTime() + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
