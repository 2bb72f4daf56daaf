package dev.millrace.standalone;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One child process from its first start to its stop. A child that ends before it was ever ready is a failed start;
 * one that ends later is started again, after a pause that grows while it keeps dying.
 */
final class Child {
    /** How long a child may take to become ready: a busy machine may need minutes for what takes seconds. */
    static final Duration START_WITHIN = Duration.ofMinutes(5);

    private static final Duration PROBE_EVERY = Duration.ofMillis(50);
    private static final Duration PAUSE_MIN = Duration.ofMillis(250);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    /** A child that stayed up this long died of something new. */
    private static final Duration STEADY_AFTER = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Child.class);

    private final Program program;
    private final Spawner spawner;
    private final Progress progress;
    private final Runnable changed;
    private final CompletableFuture<Duration> ready = new CompletableFuture<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread keeper;
    private volatile @Nullable Process process;
    private volatile ChildStatus status;

    /** @param changed told after every change of the status */
    Child(Program program, Spawner spawner, Progress progress, Runnable changed) {
        this.program = program;
        this.spawner = spawner;
        this.progress = progress;
        this.changed = changed;
        this.status = ChildStatus.waiting(program);
        this.keeper = new Thread(this::keep, "keeper-" + program.name());
        keeper.setDaemon(true);
    }

    /** Starts it; completes with the time it took to become ready, or with a {@link StartFailure}. */
    CompletableFuture<Duration> start() {
        keeper.start();
        return ready;
    }

    ChildStatus status() {
        return status;
    }

    Program program() {
        return program;
    }

    /** Asks it to end, waits, and kills it if it doesn't. Never restarted afterwards. */
    void stop() {
        stopping.countDown();
        Process running = process;
        try {
            if (running != null && running.isAlive()) {
                progress.stopping(program.name());
                if (status.state() == ChildStatus.State.READY) {
                    program.beforeStop().ending(running.toHandle());
                }
                end(running);
            }
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep() {
        Duration pause = PAUSE_MIN;
        try {
            while (!isStopping()) {
                long startedNanos = System.nanoTime();
                String why = runOnce(startedNanos);
                if (isStopping()) {
                    break;
                }
                if (!ready.isDone()) {
                    ready.completeExceptionally(new StartFailure(program.name(), why));
                    move(status.failed(why));
                    return;
                }
                boolean wasSteady = System.nanoTime() - startedNanos > STEADY_AFTER.toNanos();
                pause = wasSteady ? PAUSE_MIN : min(pause.multipliedBy(2), PAUSE_MAX);
                move(status.died(why));
                progress.died(program.name(), why, pause);
                LOG.atWarn()
                        .addKeyValue("child", program.name())
                        .addKeyValue("why", why)
                        .log("child ended, starting it again");
                if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!ready.isDone()) {
                ready.completeExceptionally(new StartFailure(program.name(), "stopped while it was starting"));
            }
            move(status.stopped());
        }
    }

    /** Runs the program until it ends; says why it ended. */
    private String runOnce(long startedNanos) throws InterruptedException {
        Process running;
        try {
            running = spawner.start(program);
        } catch (IOException e) {
            return "can't be started: " + e.getMessage();
        }
        process = running;
        if (isStopping()) {
            end(running);
            return "stopped";
        }
        progress.starting(program.name(), program.address());
        move(status.starting(running.pid()));
        try {
            String failure = awaitReady(running, startedNanos);
            if (failure != null) {
                end(running);
                return failure;
            }
            Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
            move(status.ready());
            progress.ready(program.name(), program.address(), took);
            ready.complete(took);
            return ended(running.waitFor());
        } finally {
            process = null;
        }
    }

    /** Null once it's ready; else why it never will be. */
    private @Nullable String awaitReady(Process running, long startedNanos) throws InterruptedException {
        String notYet = "it hasn't answered";
        while (System.nanoTime() - startedNanos < START_WITHIN.toNanos()) {
            if (running.waitFor(PROBE_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                return ended(running.exitValue());
            }
            if (isStopping()) {
                return "stopped";
            }
            try {
                Optional<String> reason = program.probe().notYet(running.toHandle());
                if (reason.isEmpty()) {
                    // A dead child's port may be answered by a stranger: it counts only while it lives.
                    return running.isAlive() ? null : ended(running.exitValue());
                }
                notYet = reason.get();
            } catch (StartFailure e) {
                return e.getMessage();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                notYet = e.toString();
            }
        }
        return "not ready after " + START_WITHIN.toSeconds() + " s: " + notYet + LogTail.of(program.log());
    }

    private String ended(int exit) {
        return "ended with " + exit + (isStopping() ? "" : LogTail.of(program.log()));
    }

    private void end(Process running) throws InterruptedException {
        if (!running.isAlive()) {
            return;
        }
        if (program.stopSignal().equals("TERM")) {
            running.destroy();
        } else {
            signal(running);
        }
        if (!running.waitFor(program.stopWithin().toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.atWarn()
                    .addKeyValue("child", program.name())
                    .addKeyValue("seconds", program.stopWithin().toSeconds())
                    .log("child didn't stop in time, killing it");
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly().waitFor();
        }
    }

    private void signal(Process running) throws InterruptedException {
        try {
            new ProcessBuilder("sh", "-c", "kill -" + program.stopSignal() + " " + running.pid())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            running.destroy();
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void move(ChildStatus next) {
        status = next;
        changed.run();
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
