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
    private static final List<String> QUIET = List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off");

    private final Path archive;
    /** What the JVM writes; taken over only when it was written to its end. */
    private final Path fresh;

    private final boolean present;
    private final boolean mayWrite;

    private ClassArchive(Path archive, boolean mayWrite) {
        this.archive = archive;
        this.fresh = archive.resolveSibling(
                archive.getFileName() + ".fresh-" + ProcessHandle.current().pid());
        this.present = Files.exists(archive);
        this.mayWrite = mayWrite;
    }

    /**
     * @param lib the program's class path
     * @param mayWrite whether a run without an archive makes one
     */
    static ClassArchive of(Programs programs, String program, Path lib, boolean mayWrite) {
        Path all = programs.unpackedOf("standalone", "class-archives");
        try {
            Files.createDirectories(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ClassArchive(all.resolve(program + "-" + fingerprint(lib) + ".jsa"), mayWrite);
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

    private static String fingerprint(Path lib) {
        try (Stream<Path> jars = Files.list(lib)) {
            String all = jars.sorted().map(ClassArchive::describe).collect(Collectors.joining());
            return Integer.toHexString((all + System.getProperty("java.vm.version")).hashCode());
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
