package dev.millrace.files.benchmarks;

import dev.millrace.benchmarks.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A backup program that keeps what it has once only, with a repository of its own for a run. */
public enum BackupProgram {
    restic("version") {
        @Override
        List<String> begin(Path folder) {
            return with(folder, "init");
        }

        @Override
        List<String> put(Path folder, int number, Path release) {
            return with(folder, "backup", release.toString());
        }

        private List<String> with(Path folder, String... words) {
            List<String> command = new ArrayList<>(List.of(
                    "env",
                    "RESTIC_PASSWORD=benchmarks",
                    "RESTIC_CACHE_DIR=" + folder.resolve("restic-cache"),
                    "restic",
                    "--quiet",
                    "--repo",
                    repository(folder).toString()));
            command.addAll(List.of(words));
            return command;
        }
    },

    borg("--version") {
        @Override
        List<String> begin(Path folder) {
            return with(
                    folder, "init", "--encryption", "none", repository(folder).toString());
        }

        @Override
        List<String> put(Path folder, int number, Path release) {
            // As the two others compress.
            return with(
                    folder,
                    "create",
                    "--compression",
                    "zstd,3",
                    repository(folder) + "::release-" + number,
                    release.toString());
        }

        private List<String> with(Path folder, String... words) {
            List<String> command = new ArrayList<>(List.of(
                    "env",
                    "BORG_BASE_DIR=" + folder.resolve("borg-base"),
                    "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes",
                    "borg"));
            command.addAll(List.of(words));
            return command;
        }
    };

    private static final Duration WITHIN = Duration.ofHours(1);

    private final String tellVersion;

    BackupProgram(String tellVersion) {
        this.tellVersion = tellVersion;
    }

    abstract List<String> begin(Path folder);

    abstract List<String> put(Path folder, int number, Path release);

    Path repository(Path folder) {
        return folder.resolve(name());
    }

    /**
     * Has it store releases, one after the other.
     *
     * @param folder where its repository goes
     * @return empty if it isn't installed
     */
    public Optional<Stored> store(Releases releases, Path folder) throws IOException {
        if (!ChildProcess.isInstalled(name())) {
            return Optional.empty();
        }
        Path log = folder.resolve(name() + ".log");
        run(List.of(name(), tellVersion), log);
        String version = Files.readString(log).lines().findFirst().orElse(name());
        run(begin(folder), log);
        List<Long> storedBytes = new ArrayList<>();
        long empty = Stored.bytesBelow(repository(folder));
        double seconds = 0;
        for (Releases.Release release : releases.inOrder()) {
            long began = System.nanoTime();
            run(put(folder, storedBytes.size(), release.path()), log);
            seconds += (System.nanoTime() - began) / 1e9;
            storedBytes.add(Stored.bytesBelow(repository(folder)) - empty);
        }
        return Optional.of(new Stored(version, releases.bytes(), storedBytes, seconds));
    }

    private void run(List<String> command, Path log) {
        ChildProcess.run(name(), command, log, WITHIN);
    }
}
