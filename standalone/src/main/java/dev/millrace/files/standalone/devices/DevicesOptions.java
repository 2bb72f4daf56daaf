package dev.millrace.files.standalone.devices;

import dev.millrace.standalone.trial.Breakable;
import java.time.Duration;
import java.util.List;

/**
 * What is played.
 *
 * @param people of whom every second has two devices, the others one
 * @param lasting how long their devices do things
 * @param seed the same seed gives each device the same wishes
 * @param kills roles that are killed and stopped by turns meanwhile; none for a quiet time
 * @param killsApart from one of them to the next, or longer if the one before isn't back by then
 * @param endedWithin how long what was acknowledged may take at the end to be verified, and to be on the log
 */
public record DevicesOptions(
        int people, Duration lasting, long seed, List<Breakable> kills, Duration killsApart, Duration endedWithin) {
    private static final int PEOPLE_MIN = 2;
    private static final int PEOPLE_MAX = 200;
    private static final Duration LASTING_MAX = Duration.ofHours(2);
    /**
     * All that is decided, answered and read is kept until it is checked: by estimate 15 KB for each second of a
     * person, and as much again while the log is read once more. That is to fit the 2 GB of the launcher's script.
     */
    private static final int PERSON_SECONDS_MAX = 50_000;

    public DevicesOptions {
        kills = List.copyOf(kills);
        require("people", people, PEOPLE_MIN, PEOPLE_MAX);
        require("seconds", lasting.toSeconds(), 1, LASTING_MAX.toSeconds());
        require("people times seconds", people * lasting.toSeconds(), 1, PERSON_SECONDS_MAX);
    }

    private static void require(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
