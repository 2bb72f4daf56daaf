package dev.millrace.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JVM's loaded classes kept in a file, so that its next start needs not parse and verify them again. The first run
 * writes the archive when it stops cleanly; a changed class path makes a new one.
 */
final class ClassArchive {
    private ClassArchive() {}

    /** JVM flags that use the archive, or make it. */
    static List<String> flags(DataFolder data, String name, Path lib) {
        Path archives = data.directory("class-archives");
        Path archive = archives.resolve(name + "-" + fingerprint(lib) + ".jsa");
        if (Files.exists(archive)) {
            return List.of(
                    "-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
        }
        deleteOlder(archives, name);
        return List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
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

    private static void deleteOlder(Path archives, String name) {
        try (Stream<Path> all = Files.list(archives)) {
            for (Path old : all.filter(a -> a.getFileName().toString().matches(name + "-[0-9a-f]+\\.jsa"))
                    .toList()) {
                Files.deleteIfExists(old);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
