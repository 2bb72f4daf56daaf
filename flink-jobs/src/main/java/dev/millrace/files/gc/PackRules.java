package dev.millrace.files.gc;

import java.time.Duration;

/**
 * The life of one pack. Its bytes go when nobody can be reading them: after it is superseded it is kept for as long as
 * a URL is good that was given out before, and as the longest read lasts that began with it.
 */
public final class PackRules {
    /** The most that {@code files.download.url.lasts} may be. */
    static final Duration URL_GOOD_AT_MOST = Duration.ofDays(1);
    /** 50 GB at little more than half a megabyte per second. */
    static final Duration READ_AT_MOST = Duration.ofHours(24);

    /** How long it is kept unless another time is set. */
    public static final Duration SUPERSEDED_KEPT = URL_GOOD_AT_MOST.plus(READ_AT_MOST);

    private PackRules() {}

    /** What may be done with a pack. */
    public enum Fate {
        KEEP,
        /** Less than half of it is of use: what it keeps is written into other packs. */
        REPACK,
        /** A fact is written, and only after it the object goes. */
        DELETE
    }

    /** A copy in it is deleted. */
    public static PackLife chunkDeleted(PackLife pack, long chunkBytes, long nowMillis) {
        if (chunkBytes < 1 || chunkBytes > pack.keptBytes()) {
            throw new IllegalStateException("deleted: " + chunkBytes + " bytes (expected: some of " + pack + ")");
        }
        PackLife left = new PackLife(pack.storedBytes(), pack.keptBytes() - chunkBytes, pack.supersededAtMillis());
        return left.keptBytes() == 0 ? superseded(left, nowMillis) : left;
    }

    /** All that it keeps is in other packs as well, and whoever looks for it is sent there. */
    public static PackLife repacked(PackLife pack, long nowMillis) {
        return superseded(pack, nowMillis);
    }

    private static PackLife superseded(PackLife pack, long nowMillis) {
        return pack.supersededAtMillis() != 0 ? pack : new PackLife(pack.storedBytes(), pack.keptBytes(), nowMillis);
    }

    /** @param kept how long one is kept that is superseded */
    public static Fate fate(PackLife pack, Duration kept, long nowMillis) {
        if (pack.supersededAtMillis() != 0) {
            return nowMillis - pack.supersededAtMillis() < kept.toMillis() ? Fate.KEEP : Fate.DELETE;
        }
        return 2 * pack.keptBytes() < pack.storedBytes() ? Fate.REPACK : Fate.KEEP;
    }
}
