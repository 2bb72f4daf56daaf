package dev.millrace.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The lock on a data folder: at most one launcher uses it, and the others can tell which. */
public final class Occupancy implements AutoCloseable {
    private final FileChannel channel;

    private Occupancy(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws StartFailure if another launcher has the folder */
    static Occupancy of(DataFolder data) {
        Optional<Occupancy> taken = tryTake(data);
        if (taken.isEmpty()) {
            String who = holder(data).map(h -> "process " + h.pid()).orElse("another launcher");
            throw new StartFailure("already running", who + " uses " + data.root() + ". Stop it with: ./millrace down");
        }
        data.write("launcher.pid", ProcessHandle.current().pid() + "\n");
        return taken.get();
    }

    /** The launcher that has this folder; empty if none does. */
    public static Optional<ProcessHandle> holder(DataFolder data) {
        Optional<Occupancy> free = tryTake(data);
        if (free.isPresent()) {
            free.get().close();
            return Optional.empty();
        }
        String pid = data.read("launcher.pid");
        return pid == null ? Optional.empty() : ProcessHandle.of(Long.parseLong(pid.strip()));
    }

    private static Optional<Occupancy> tryTake(DataFolder data) {
        Path file = data.root().resolve("launcher.lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = null;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                // Another launcher in this JVM: as taken as by another process.
            }
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new Occupancy(channel));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
