package dev.millrace.files.standalone.history;

import java.time.Duration;
import java.util.Map;

/**
 * How a system collects what nobody names any more.
 *
 * @param epochLasts at least; what nobody names is deleted after two
 * @param packsKept how long a pack is kept that is written anew, or of which nothing is left
 */
public record Collecting(Duration epochLasts, Duration packsKept) {
    /** Whoever waits for some of them has to come to an end. */
    private static final Duration EPOCH_AWAITED_MAX = Duration.ofSeconds(30);

    private static final Duration PACKS_AWAITED_MAX = Duration.ofMinutes(2);
    private static final int EPOCHS_MAX = 15;

    /** @param settings as the job was told them */
    public static Collecting of(Map<String, String> settings) {
        return new Collecting(
                duration(settings.getOrDefault("files.gc.epoch.lasts", "1h")),
                duration(settings.getOrDefault("files.gc.packs.kept", "2d")));
    }

    /** 90s, 5m, 1h, 2d, or as ISO 8601 has it. */
    private static Duration duration(String text) {
        return Duration.parse(text.startsWith("P") ? text : (text.endsWith("d") ? "P" : "PT") + text);
    }

    /** Whether one can wait for chunks to be deleted. */
    public boolean isAwaited() {
        return epochLasts.compareTo(EPOCH_AWAITED_MAX) <= 0;
    }

    /** Whether one can wait for packs to go, too. */
    boolean packsAreAwaited() {
        return packsKept.compareTo(PACKS_AWAITED_MAX) <= 0;
    }

    /** More than are closed until packs are gone, too. */
    public long epochsMax() {
        long kept = packsAreAwaited() ? packsKept.toMillis() : 0;
        return EPOCHS_MAX + kept / epochLasts.toMillis();
    }
}
