package dev.millrace.files.serving;

import dev.millrace.files.topics.v1.Change;

/**
 * From where on somebody asks for a file's changes. Its text goes into cursors; that of one without a time is a number,
 * as it always was.
 *
 * @param sequence of the last change that was seen; 0: none
 * @param atMillis what happened then or before isn't asked for, in ms since 1970
 */
record Since(long sequence, long atMillis) {
    static final Since BEGINNING = new Since(0, Long.MIN_VALUE);

    private static final char BETWEEN = ' ';

    static Since time(long atMillis) {
        return new Since(0, atMillis);
    }

    /** @param text as {@link #toString} wrote it */
    static Since of(String text) {
        int between = text.indexOf(BETWEEN);
        return between < 0
                ? BEGINNING.at(Long.parseLong(text))
                : new Since(Long.parseLong(text.substring(0, between)), Long.parseLong(text.substring(between + 1)));
    }

    /** The same, from there on. */
    Since at(long lastSequence) {
        return new Since(lastSequence, atMillis);
    }

    boolean isAfter(Change change) {
        return change.getAtMillis() > atMillis;
    }

    @Override
    public String toString() {
        return atMillis == BEGINNING.atMillis ? Long.toString(sequence) : Long.toString(sequence) + BETWEEN + atMillis;
    }
}
