package dev.millrace.feed.standalone.crowd;

import dev.millrace.standalone.trial.Breakable;
import java.time.Duration;
import java.util.List;

/**
 * What is played.
 *
 * @param users people, each with a token of their own
 * @param lasting how long they post and read, after the graph has been made
 * @param rehearsal how long they only read before that, which isn't timed: processes that have just started are slow
 * @param seed the same seed gives the same graph and the same plan
 * @param kills roles that are killed and stopped by turns meanwhile; none for a quiet time
 * @param killsApart from one of them to the next, or longer if the one before isn't back by then
 * @param caughtUpWithin how long owners may take at the end to tell each other everything
 * @param writesPerSecond calls that want to change something
 * @param readsPerWrite pages for each of them
 */
public record CrowdOptions(
        int users,
        Duration lasting,
        Duration rehearsal,
        long seed,
        List<Breakable> kills,
        Duration killsApart,
        Duration caughtUpWithin,
        int writesPerSecond,
        int readsPerWrite) {
    private static final int USERS_MIN = 10;
    private static final int USERS_MAX = 200_000;
    private static final Duration LASTING_MAX = Duration.ofHours(2);
    private static final int WRITES_PER_SECOND_MAX = 1_000;
    private static final int READS_PER_WRITE_MAX = 1_000;

    public CrowdOptions {
        kills = List.copyOf(kills);
        require("users", users, USERS_MIN, USERS_MAX);
        require("seconds", lasting.toSeconds(), 1, LASTING_MAX.toSeconds());
        require("rehearsal", rehearsal.toSeconds(), 0, LASTING_MAX.toSeconds());
        require("writes", writesPerSecond, 1, WRITES_PER_SECOND_MAX);
        require("reads", readsPerWrite, 1, READS_PER_WRITE_MAX);
    }

    double readsPerSecond() {
        return (double) writesPerSecond * readsPerWrite;
    }

    private static void require(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
