package dev.millrace.tickets.benchmarks;

import dev.millrace.load.Calls.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A system that sells seats over the same HTTP, and is measured beside others. */
public interface Contender extends AutoCloseable {
    String name();

    int claimPort();

    int readPort();

    /** Puts events on sale, each in a hall like this one, and returns when they can be claimed. */
    void putOnSale(List<String> eventIds, SeatRows rows);

    /** Hears of every claim that was accepted, on the thread that drives the calls. */
    void accepted(Answer answer);

    /**
     * Returns when everything that was accepted is in the database.
     *
     * @throws IllegalStateException if it isn't in time
     */
    void awaitLedger(Duration within);

    /** Process ids of its parts, by name. */
    Map<String, Long> processes();

    /** Bytes on disk so far, by what they are. */
    Map<String, Long> bytesWritten();

    @Override
    void close();
}
