package dev.millrace.feed.standalone.history;

/**
 * Ids of posts as decision 0014 has them: from the top 42 bits of milliseconds since 2020, 10 of the partition, 11 that
 * count; as text 13 digits of Crockford's base 32.
 */
final class PostNumbers {
    private static final long YEAR_2020_MILLIS = 1_577_836_800_000L;
    private static final long PER_PARTITION = 2_048;
    private static final long PER_MILLI = 1_024 * PER_PARTITION;
    private static final String JAVAS_DIGITS = "0123456789abcdefghijklmnopqrstuv";
    private static final String CROCKFORDS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int CHARS = 13;

    private PostNumbers() {}

    /** @param newest newest id of the partition, 0 if there is none */
    static long after(long newest, long nowMillis, int partition) {
        if (newest == 0 || millis(newest) < nowMillis) {
            return first(nowMillis) + partition * PER_PARTITION;
        }
        boolean full = newest % PER_PARTITION == PER_PARTITION - 1;
        return full ? first(millis(newest) + 1) + partition * PER_PARTITION : newest + 1;
    }

    /** The smallest id of this millisecond. */
    static long first(long millis) {
        return (millis - YEAR_2020_MILLIS) * PER_MILLI;
    }

    static long millis(long id) {
        return YEAR_2020_MILLIS + id / PER_MILLI;
    }

    static String text(long id) {
        StringBuilder text = new StringBuilder();
        String javas = Long.toString(id, CROCKFORDS.length());
        for (int i = 0; i < javas.length(); i++) {
            text.append(CROCKFORDS.charAt(JAVAS_DIGITS.indexOf(javas.charAt(i))));
        }
        return "0".repeat(CHARS - text.length()) + text;
    }

    /** @throws IllegalArgumentException if it isn't the text of an id */
    static long parse(String text) {
        StringBuilder javas = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            int value = CROCKFORDS.indexOf(text.charAt(i));
            javas.append(value < 0 ? '?' : JAVAS_DIGITS.charAt(value));
        }
        return Long.parseLong(javas.toString(), CROCKFORDS.length());
    }
}
