package dev.millrace.files.standalone.devices;

import dev.millrace.files.standalone.history.Collected;
import dev.millrace.files.standalone.history.Collecting;
import dev.millrace.files.standalone.history.CollectionCheck;
import dev.millrace.files.standalone.history.S3Bucket;
import dev.millrace.standalone.Pause;
import dev.millrace.standalone.trial.TrialSystem;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Waits until a running system has collected what nobody names any more, and looks at what it left. */
final class Collection implements AutoCloseable {
    private static final String JOB = "flink";
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final TrialSystem system;
    private final Collecting how;
    private final S3Bucket bucket;
    private final HashingJob job;

    Collection(TrialSystem system) {
        this.system = system;
        Map<String, String> settings = system.settings().apply(JOB);
        this.how = Collecting.of(settings);
        this.bucket = S3Bucket.of(settings);
        this.job = new HashingJob(system.children());
    }

    /**
     * Waits for it, if that can be waited for. That it doesn't get on is no contradiction.
     *
     * @param within how long it may take from one epoch to the next
     */
    void await(Duration within, Consumer<String> progress) throws InterruptedException {
        CollectionCheck check = CollectionCheck.read(system.bootstrap());
        long first = check.epoch();
        long newest = first;
        long until = System.nanoTime() + within.toNanos();
        while (check.whyUnchecked(how).isEmpty() && !check.isOver(how)) {
            if (check.epoch() > newest) {
                newest = check.epoch();
                until = System.nanoTime() + within.toNanos();
            }
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException(
                        "not collected: no epoch after " + newest + " within " + within.toSeconds() + " s");
            }
            if (newest - first > how.epochsMax()) {
                throw new IllegalStateException("not collected: something else changes all the time, and "
                        + (newest - first) + " epochs were closed meanwhile");
            }
            progress.accept("epoch " + newest + " is open, and not all is collected yet");
            Pause.of(LOOK_EVERY);
            check = CollectionCheck.read(system.bootstrap());
        }
    }

    /** What is in the bucket now, against the logs. */
    Collected look() throws InterruptedException {
        // If nobody knows, everything may have been forgotten.
        long since = job.runsSinceMillis().orElse(Long.MAX_VALUE / 2);
        return CollectionCheck.read(system.bootstrap()).check(bucket, how, since);
    }

    @Override
    public void close() {
        bucket.close();
    }
}
