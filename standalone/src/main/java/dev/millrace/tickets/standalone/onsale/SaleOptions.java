package dev.millrace.tickets.standalone.onsale;

import dev.millrace.standalone.trial.Breakable;
import java.time.Duration;
import java.util.List;

/**
 * What is played.
 *
 * @param buyers people who come to buy, each with a token of their own
 * @param lasting from the first arrival to the last
 * @param rehearsal how long a smaller sale goes before it that counts for nothing: processes that have just started
 *     are slow; zero for none
 * @param seed the same seed gives the same arrivals and choices
 * @param kills roles that are killed and stopped by turns while the sale goes on; none for a quiet sale
 * @param killsApart from one of them to the next, or longer if the one before isn't back by then
 * @param caughtUpWithin how long the ledger may take at the end before the check begins all the same
 * @param readsPerWrite looks at maps and events for every call that wants to change something
 */
public record SaleOptions(
        int buyers,
        Duration lasting,
        Duration rehearsal,
        long seed,
        List<Breakable> kills,
        Duration killsApart,
        Duration caughtUpWithin,
        int readsPerWrite) {
    private static final int REHEARSAL_SHARE = 2;
    private static final int BUYERS_MAX = 100_000;
    private static final Duration LASTING_MAX = Duration.ofHours(2);
    private static final int READS_PER_WRITE_MAX = 1_000;

    public SaleOptions {
        kills = List.copyOf(kills);
        require("buyers", buyers, 1, BUYERS_MAX);
        require("seconds", lasting.toSeconds(), 1, LASTING_MAX.toSeconds());
        require("rehearsal", rehearsal.toSeconds(), 0, LASTING_MAX.toSeconds());
        require("reads", readsPerWrite, 0, READS_PER_WRITE_MAX);
    }

    /** The smaller sale: half as many people for its time. */
    SaleOptions ofRehearsal() {
        long crowd = buyers * rehearsal.toMillis() / lasting.toMillis() / REHEARSAL_SHARE;
        return new SaleOptions(
                (int) Math.min(buyers, Math.max(1, crowd)),
                rehearsal,
                Duration.ZERO,
                seed,
                List.of(),
                killsApart,
                caughtUpWithin,
                readsPerWrite);
    }

    private static void require(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
