package dev.millrace.standalone.trial;

import dev.millrace.standalone.ChildStatus;
import dev.millrace.standalone.Pause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Breaks what is planned, when it is planned, on a thread of its own; leaves everything running. */
public final class Faults {
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Supplier<List<ChildStatus>> children;
    private final List<Fault> plan;
    private final Random random;
    private final Thread thread = new Thread(this::run, "faults");
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Struck> struck = new ArrayList<>();
    private long startedNanos;

    /** A fault that has happened. */
    public record Struck(Fault fault, String child, long atNanos, long readyAtNanos) {}

    /** @param children what runs now */
    public Faults(Supplier<List<ChildStatus>> children, List<Fault> plan, long seed) {
        this.children = children;
        this.plan = plan;
        this.random = new Random(seed);
    }

    public void start() {
        startedNanos = System.nanoTime();
        thread.start();
    }

    /** What has happened so far. */
    public synchronized List<Struck> struck() {
        return List.copyOf(struck);
    }

    /** Waits for one that is under way, and for those that are only late because the ones before took long to heal. */
    public void finish() throws InterruptedException {
        closed.countDown();
        thread.join();
    }

    private void run() {
        try {
            for (Fault fault : plan) {
                long due = startedNanos + fault.after().toNanos() - System.nanoTime();
                if (due > 0 && closed.await(due, TimeUnit.NANOSECONDS)) {
                    return;
                }
                strike(fault);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException("no signal can be sent", e);
        }
    }

    private void strike(Fault fault) throws IOException, InterruptedException {
        ChildStatus child = fault.victim(children.get(), random);
        long at = System.nanoTime();
        if (fault.how() == Fault.How.KILLED) {
            Fault.signal("KILL", child.pid());
            awaitRestart(child);
        } else {
            Fault.signal("STOP", child.pid());
            // To its end, even if the trial is over meanwhile: a stopped process must be left to go on.
            Pause.of(Fault.STOPPED_FOR);
            Fault.signal("CONT", child.pid());
        }
        synchronized (this) {
            struck.add(new Struck(fault, child.name(), at, System.nanoTime()));
        }
    }

    private void awaitRestart(ChildStatus killed) throws InterruptedException {
        long until = System.nanoTime() + READY_WITHIN.toNanos();
        while (System.nanoTime() < until) {
            boolean back = children.get().stream()
                    .anyMatch(child -> child.name().equals(killed.name())
                            && child.pid() != killed.pid()
                            && child.state() == ChildStatus.State.READY);
            if (back) {
                return;
            }
            Pause.of(LOOK_EVERY);
        }
    }
}
