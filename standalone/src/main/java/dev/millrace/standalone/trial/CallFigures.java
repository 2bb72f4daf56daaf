package dev.millrace.standalone.trial;

import dev.millrace.load.Measured;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is counted and timed in a trial. One thread writes.
 *
 * @param <K> kinds of calls
 */
public final class CallFigures<K extends Enum<K> & CallKind> {
    /**
     * A call from when it was meant to begin to its final answer.
     *
     * @param good whether it got what it came for, or was told to come for it later
     */
    public record Done(CallKind kind, long begunNanos, long endedNanos, boolean good) {}

    private final Map<K, Measured> measured;
    private final Map<String, Long> outcomes = new TreeMap<>();
    private final List<Done> writes = new ArrayList<>();
    private final List<Done> slowReads = new ArrayList<>();
    private long retries;
    private long agedReads;
    private long failedReads;
    private long earlyReads;
    private long lateNanosMax;

    /** Reads quicker than this never matter for how long reads were away. */
    private static final long SLOW_NANOS = 200_000_000;
    /** What a read with a position is told that isn't reached within its wait, as after the death of an owner. */
    private static final String EARLY = "504 NOT_YET_VISIBLE";

    /** @param kinds of calls that there are */
    public CallFigures(Class<K> kinds) {
        this.measured = new EnumMap<>(kinds);
    }

    public void done(K kind, long begunNanos, String answer, boolean answered) {
        long now = System.nanoTime();
        measured.computeIfAbsent(kind, k -> new Measured()).add(now - begunNanos, answer);
        boolean early = answer.equals(EARLY);
        boolean good = answered || early;
        Done done = new Done(kind, begunNanos, now, good);
        if (!kind.isRead()) {
            writes.add(done);
        } else {
            failedReads += good ? 0 : 1;
            earlyReads += early ? 1 : 0;
            if (!good || now - begunNanos > SLOW_NANOS) {
                slowReads.add(done);
            }
        }
    }

    public void became(String outcome) {
        outcomes.merge(outcome, 1L, Long::sum);
    }

    public void retried() {
        retries++;
    }

    public void aged() {
        agedReads++;
    }

    /** How far the generator itself was behind its own plan. */
    public void begunLate(long nanos) {
        lateNanosMax = Math.max(lateNanosMax, nanos);
    }

    public Map<K, Measured> measured() {
        return measured;
    }

    /** How many reads had which final answer, such as "503 STATE_UNAVAILABLE". */
    public Map<String, Long> readAnswers() {
        Map<String, Long> answers = new TreeMap<>();
        measured.forEach((kind, calls) -> {
            if (kind.isRead()) {
                calls.answers().forEach((answer, count) -> answers.merge(answer, count, Long::sum));
            }
        });
        return answers;
    }

    public Map<String, Long> outcomes() {
        return outcomes;
    }

    public List<Done> writes() {
        return writes;
    }

    /** Reads that took long or failed. */
    public List<Done> slowReads() {
        return slowReads;
    }

    public long retries() {
        return retries;
    }

    public long agedReads() {
        return agedReads;
    }

    public long failedReads() {
        return failedReads;
    }

    /** Reads that were told that what they asked for isn't visible yet. */
    public long earlyReads() {
        return earlyReads;
    }

    public long lateNanosMax() {
        return lateNanosMax;
    }

    public long count(boolean reads) {
        return measured.entrySet().stream()
                .filter(kind -> kind.getKey().isRead() == reads)
                .mapToLong(kind -> kind.getValue().count())
                .sum();
    }
}
