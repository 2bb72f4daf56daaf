package dev.millrace.tickets.standalone.history;

import org.jspecify.annotations.Nullable;

/** A place in the log of seat commands, as the header Millrace-Position writes it. */
record LogPosition(int partition, long offset) {
    private static final String LOG = "seats.";

    /** Null for no position, or one of another log. */
    static @Nullable LogPosition parse(@Nullable String header) {
        if (header == null || !header.startsWith(LOG)) {
            return null;
        }
        String[] parts = header.substring(LOG.length()).split("\\.", -1);
        return new LogPosition(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
    }

    /** The further one. Both are an event's, so their partition is the same; one of another partition says nothing. */
    static @Nullable LogPosition later(@Nullable LogPosition one, @Nullable LogPosition other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return other.partition == one.partition && other.offset > one.offset ? other : one;
    }

    @Override
    public String toString() {
        return LOG + partition + "." + offset;
    }
}
