package dev.millrace.standalone;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The directory that holds everything a running Millrace keeps: data, keys, settings, logs. Only its owner reads it. */
public record DataFolder(Path root) {
    private static final int SECRET_BYTES = 16;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** @throws StartFailure if it isn't there and can't be made */
    public DataFolder {
        root = root.toAbsolutePath();
        try {
            make(root);
        } catch (UncheckedIOException e) {
            throw new StartFailure("data folder", root + " (expected: a folder, or where one can be made)");
        }
    }

    /** A directory in here, made if missing. */
    Path directory(String name) {
        return make(root.resolve(name));
    }

    /** Deletes everything in a directory in here. */
    void clear(String name) {
        try (Stream<Path> all = Files.walk(directory(name))) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path logs() {
        return directory("logs");
    }

    /** What a child writes to its stdout and stderr. */
    public Path log(String name) {
        return logs().resolve(name + ".log");
    }

    /** The text of a file, or null if there is none. */
    @org.jspecify.annotations.Nullable String read(String name) {
        Path file = root.resolve(name);
        try {
            return Files.exists(file) ? Files.readString(file) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a role, or the jobs on Flink ("flink"), were told when they were last started; nothing if they never were. */
    public Map<String, String> settingsOf(String role) {
        String text = read("settings/" + role + ".properties");
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text == null ? "" : text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }

    /** A secret of this folder's own, drawn when it is first asked for. */
    String secret(String name) {
        String known = read(name);
        if (known != null) {
            return known.strip();
        }
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        String drawn = HexFormat.of().formatHex(bytes);
        write(name, drawn + "\n");
        return drawn;
    }

    /** Writes a file that only its owner can read; readers see the old text or the new one. */
    Path write(String name, String text) {
        Path file = root.resolve(name);
        make(root.resolve(name).resolveSibling("."));
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.deleteIfExists(next);
            try (FileChannel out = FileChannel.open(
                    next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY_FILE)) {
                out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                out.force(true);
            }
            return Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path make(Path directory) {
        try {
            return Files.createDirectories(directory, OWNER_ONLY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
