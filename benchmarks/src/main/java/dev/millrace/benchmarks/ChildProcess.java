package dev.millrace.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A process that a benchmark starts and stops; what it says goes to a file. */
public final class ChildProcess implements AutoCloseable {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(60);
    private static final long LOOK_AGAIN_MILLIS = 100;

    private final String name;
    private final Path log;
    private final Process process;

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /** Whether a program is on the PATH. */
    public static boolean isInstalled(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    public static ChildProcess start(String name, List<String> command, Path log) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new ChildProcess(name, log, process);
        } catch (IOException e) {
            throw new UncheckedIOException("can't start " + name, e);
        }
    }

    /** Runs it to its end. */
    public static void run(String name, List<String> command, Path log, Duration within) {
        try (ChildProcess child = start(name, command, log)) {
            if (!child.process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS) || child.process.exitValue() != 0) {
                throw child.failed("didn't end well");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " runs", e);
        }
    }

    public ChildProcess awaiting(BooleanSupplier ready, Duration within) {
        long giveUpAt = System.nanoTime() + within.toNanos();
        try {
            while (!ready.getAsBoolean()) {
                if (!process.isAlive() || System.nanoTime() - giveUpAt > 0) {
                    throw failed(process.isAlive() ? "isn't ready within " + within : "has ended");
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
            return this;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted while starting " + name, e);
        }
    }

    public long pid() {
        return process.pid();
    }

    private IllegalStateException failed(String how) {
        close();
        try {
            return new IllegalStateException(name + " " + how + ":\n" + Files.readString(log));
        } catch (IOException e) {
            return new IllegalStateException(name + " " + how, e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
