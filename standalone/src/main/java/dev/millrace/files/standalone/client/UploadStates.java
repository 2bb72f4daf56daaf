package dev.millrace.files.standalone.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.topics.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A directory with one small file for each upload that goes on. Only its owner reads it. */
public final class UploadStates {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final FileAttribute<?> OWNERS_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNERS_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;

    public UploadStates(Path directory) {
        this.directory = directory;
    }

    /** Where the XDG base directory specification has such files. */
    public static UploadStates ofThisUser(Map<String, String> environment) {
        String home = environment.getOrDefault("XDG_STATE_HOME", "");
        Path state = home.startsWith("/") ? Path.of(home) : Path.of(System.getProperty("user.home"), ".local", "state");
        return new UploadStates(state.resolve("millrace").resolve("uploads"));
    }

    Optional<UploadState> find(String account, String place, Path file) {
        Path path = path(account, place, file.toString());
        try {
            return Files.exists(path)
                    ? Optional.of(JSON.readValue(Files.readString(path), UploadState.class))
                    : Optional.empty();
        } catch (IOException e) {
            throw FilesFailure.of(path.toString(), "what ./millrace files wrote there; delete it to start anew");
        }
    }

    /** Whoever reads sees the old text or the new one, whenever this process or machine stops. */
    void write(UploadState state) {
        Path path = path(state.account(), state.place(), state.file());
        try {
            Files.createDirectories(directory, OWNERS_DIRECTORY);
            Path next = path.resolveSibling(path.getFileName() + ".next");
            Files.deleteIfExists(next);
            try (FileChannel out = FileChannel.open(
                    next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNERS_FILE)) {
                ByteBuffer text = ByteBuffer.wrap(JSON.writeValueAsBytes(state));
                while (text.hasRemaining()) {
                    int unused = out.write(text);
                }
                out.force(true);
            }
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw FilesFailure.of(directory.toString(), "a directory to write to, but: " + e);
        }
    }

    void remove(UploadState state) {
        try {
            Files.deleteIfExists(path(state.account(), state.place(), state.file()));
        } catch (IOException e) {
            throw FilesFailure.of(directory.toString(), "a directory to write to, but: " + e);
        }
    }

    private Path path(String account, String place, String file) {
        byte[] which = (account + "\0" + place + "\0" + file).getBytes(StandardCharsets.UTF_8);
        return directory.resolve(HexFormat.of().formatHex(Sha256.digest().digest(which)) + ".json");
    }
}
