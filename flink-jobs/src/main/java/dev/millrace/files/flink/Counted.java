package dev.millrace.files.flink;

/**
 * What the versions of one namespace save each other: of each chunk, all but one of the times that they name it.
 *
 * @param chunks how many they name, each once; {@link #UNKNOWN} if that can't be told any more
 * @param savedBytes how many bytes less the chunks have than the versions
 * @param sequence of the newest step that is in it
 * @param toldBytes what the namespace's owner was told last; {@link #NEVER}: nothing yet
 * @param tellAtMillis when the owner is told next, in ms since 1970; 0: not until more changes
 */
public record Counted(long chunks, long savedBytes, long sequence, long toldBytes, long tellAtMillis) {
    static final long UNKNOWN = -1;
    static final long NEVER = -1;

    /** Of a namespace without versions. */
    static final Counted NOTHING = new Counted(0, 0, 0, NEVER, 0);

    /** A version names a chunk, or names it again. */
    Counted named(int timesBefore, int chunkBytes) {
        return timesBefore == 0 ? with(chunks + 1, savedBytes) : with(chunks, savedBytes + chunkBytes);
    }

    /** A version that named a chunk is gone for good, or names it once less of those that are counted. */
    Counted released(int timesBefore, int chunkBytes) {
        if (timesBefore < 1) {
            throw new IllegalStateException("a chunk is released that wasn't named: " + this);
        }
        return timesBefore == 1 ? with(chunks - 1, savedBytes) : with(chunks, savedBytes - chunkBytes);
    }

    /** What a version names can't be read. */
    Counted lost() {
        return new Counted(UNKNOWN, 0, sequence, NEVER, tellAtMillis);
    }

    boolean isUnknown() {
        return chunks == UNKNOWN;
    }

    Counted upTo(long step) {
        return new Counted(chunks, savedBytes, step, toldBytes, tellAtMillis);
    }

    Counted tellingAt(long atMillis) {
        return new Counted(chunks, savedBytes, sequence, toldBytes, atMillis);
    }

    Counted told() {
        return new Counted(chunks, savedBytes, sequence, savedBytes, 0);
    }

    private Counted with(long nowChunks, long nowSavedBytes) {
        return new Counted(nowChunks, nowSavedBytes, sequence, toldBytes, tellAtMillis);
    }
}
