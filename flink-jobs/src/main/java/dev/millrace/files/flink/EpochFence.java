package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.files.topics.ContentKeys;
import java.io.IOException;
import java.util.Optional;

/**
 * The newest epoch that was ever marked, and by which run, in the bucket, where no failure takes it back. It is written
 * before the markers are: so an epoch is closed for good only if it is here, and what was deleted in it is unknown to no
 * state of the same run that has closed the one before. Of other runs, which know nothing of what this one stored and
 * deletes, none goes on once this one has marked anything. Whoever goes on from an older state would give out what is
 * gone, and is stopped.
 */
final class EpochFence {
    private static final Marked NOTHING = new Marked(0, "");

    private final ContentStore store;

    EpochFence(ContentStore store) {
        this.store = store;
    }

    /**
     * What was marked last.
     *
     * @param run empty if an earlier build marked it
     */
    record Marked(long epoch, String run) {
        /** @param text the epoch, and behind a space the run */
        static Marked of(String text) {
            String[] parts = text.strip().split(" ", 2);
            return new Marked(Long.parseLong(parts[0]), parts.length == 1 ? "" : parts[1]);
        }

        @Override
        public String toString() {
            return epoch + " " + run;
        }

        /** @param its empty if an earlier build began it: then nobody knows, and it may be */
        boolean isOf(String its) {
            return its.isEmpty() || run.isEmpty() || run.equals(its);
        }

        /**
         * The oldest epoch that must be closed in a state to go on from.
         *
         * @param its the run that the state is of; empty if an earlier build kept it
         */
        long closedAtLeast(String its) {
            return isOf(its) ? epoch - 1 : epoch;
        }
    }

    Marked marked() throws IOException {
        Optional<byte[]> found = store.find(ContentKeys.EPOCH_MARKED);
        if (found.isEmpty()) {
            return NOTHING;
        }
        String text = new String(found.get(), US_ASCII);
        try {
            return Marked.of(text);
        } catch (NumberFormatException e) {
            throw new IOException(ContentKeys.EPOCH_MARKED + ": " + text + " (expected: a number)", e);
        }
    }

    void mark(Marked marked) throws IOException {
        store.write(ContentKeys.EPOCH_MARKED, marked.toString().getBytes(US_ASCII));
    }
}
