package dev.millrace.files.flink;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.files.topics.ContentKeys;
import java.io.IOException;

/**
 * The newest epoch that was ever marked, in the bucket, where no failure takes it back. It is written before the markers
 * are: so an epoch is closed for good only if it is here, and what was deleted in it is unknown to no state that has
 * closed the one before. Whoever goes on from an older state would give out what is gone, and is stopped.
 */
final class EpochFence {
    private final ContentStore store;

    EpochFence(ContentStore store) {
        this.store = store;
    }

    /** 0 if none was. */
    long marked() throws IOException {
        return store.find(ContentKeys.EPOCH_MARKED)
                .map(bytes -> Long.parseLong(new String(bytes, US_ASCII)))
                .orElse(0L);
    }

    void mark(long epoch) throws IOException {
        store.write(ContentKeys.EPOCH_MARKED, Long.toString(epoch).getBytes(US_ASCII));
    }

    /**
     * Whether a state is new enough to go on from.
     *
     * @param closed the newest epoch that is closed in it
     * @param marked the newest that was ever marked
     */
    static boolean allows(long closed, long marked) {
        return closed >= marked - 1;
    }
}
