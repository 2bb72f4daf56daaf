package dev.millrace.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JVM's loaded classes kept in a file, so that its next start needs not parse and verify them again: a third to a
 * half of the work of a start. The first run writes it when it is stopped; a changed class path makes a new one.
 */
final class ClassArchive {
    private static final String FRESH = ".fresh-";
    /** With the launcher's process id; a JVM that was killed in the middle leaves an ending behind it. */
    private static final Pattern BEING_WRITTEN = Pattern.compile(Pattern.quote(FRESH) + "(\\d{1,18})");

    private static final Duration WRITE_WITHIN = Duration.ofSeconds(20);
    private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);

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

    /** JVM flags that use the archive, or allow to make it. */
    List<String> flags() {
        if (present) {
            return List.of(
                    "-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
        }
        return mayWrite ? List.of("-XX:+RecordDynamicDumpInfo") : List.of();
    }

    /** Has a JVM that is about to be stopped write down what it has loaded, if there is no archive yet. */
    void makeFrom(ProcessHandle jvm) throws InterruptedException {
        if (present || !mayWrite) {
            return;
        }
        try {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            "-J-XX:TieredStopAtLevel=1",
                            Long.toString(jvm.pid()),
                            "VM.cds",
                            "dynamic_dump",
                            fresh.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (jcmd.waitFor(WRITE_WITHIN.toSeconds(), TimeUnit.SECONDS) && jcmd.exitValue() == 0) {
                Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else {
                jcmd.destroyForcibly();
            }
        } catch (IOException e) {
            // A start without an archive is slower, not wrong.
            LOG.atInfo()
                    .addKeyValue("archive", archive)
                    .addKeyValue("error", e.toString())
                    .log("no class archive made");
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
        Matcher fresh = BEING_WRITTEN.matcher(name);
        return fresh.find() && ProcessHandle.of(Long.parseLong(fresh.group(1))).isPresent();
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
