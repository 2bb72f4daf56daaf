package dev.millrace.tickets.standalone.onsale;

import dev.millrace.load.Measured;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is counted and timed in a sale. One thread writes. */
final class SaleFigures {
    /** Kinds of calls. */
    enum Kind {
        HOLD("holds", false),
        CONFIRM("confirms", false),
        CANCEL("cancels", false),
        OWN_BOOKING("own bookings", true),
        MAP("seat maps", true),
        EVENT("events", true);

        private final String words;
        private final boolean read;

        Kind(String words, boolean read) {
            this.words = words;
            this.read = read;
        }

        String words() {
            return words;
        }

        boolean isRead() {
            return read;
        }
    }

    /** A call from when it was meant to begin to its final answer. */
    record Done(Kind kind, long begunNanos, long endedNanos, boolean good) {}

    private final Map<Kind, Measured> measured = new EnumMap<>(Kind.class);
    private final Map<String, Long> outcomes = new TreeMap<>();
    private final List<Done> writes = new ArrayList<>();
    private final List<Done> slowReads = new ArrayList<>();
    private long retries;
    private long agedReads;
    private long failedReads;
    private long lateNanosMax;

    /** Reads quicker than this never matter for how long reads were away. */
    private static final long SLOW_NANOS = 200_000_000;

    void done(Kind kind, long begunNanos, String answer, boolean good) {
        long now = System.nanoTime();
        measured.computeIfAbsent(kind, k -> new Measured()).add(now - begunNanos, answer);
        Done done = new Done(kind, begunNanos, now, good);
        if (!kind.isRead()) {
            writes.add(done);
        } else {
            failedReads += good ? 0 : 1;
            if (!good || now - begunNanos > SLOW_NANOS) {
                slowReads.add(done);
            }
        }
    }

    void became(String outcome) {
        outcomes.merge(outcome, 1L, Long::sum);
    }

    void retried() {
        retries++;
    }

    void aged() {
        agedReads++;
    }

    /** How far the generator itself was behind its own plan. */
    void begunLate(long nanos) {
        lateNanosMax = Math.max(lateNanosMax, nanos);
    }

    Map<Kind, Measured> measured() {
        return measured;
    }

    Map<String, Long> outcomes() {
        return outcomes;
    }

    List<Done> writes() {
        return writes;
    }

    /** Reads that took long or failed. */
    List<Done> slowReads() {
        return slowReads;
    }

    long retries() {
        return retries;
    }

    long agedReads() {
        return agedReads;
    }

    long failedReads() {
        return failedReads;
    }

    long lateNanosMax() {
        return lateNanosMax;
    }

    long count(boolean reads) {
        return measured.entrySet().stream()
                .filter(kind -> kind.getKey().isRead() == reads)
                .mapToLong(kind -> kind.getValue().count())
                .sum();
    }
}
